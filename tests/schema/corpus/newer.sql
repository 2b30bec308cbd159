--- a virtual column comes [18]
CREATE TABLE t (a int);
--- new
ALTER TABLE t ADD b int GENERATED ALWAYS AS (a * 2) VIRTUAL;
--- a virtual column computes otherwise [18]
--- old
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL); CREATE VIEW v AS SELECT b FROM t;
--- new
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) VIRTUAL); CREATE VIEW v AS SELECT b FROM t;
--- a stored column becomes virtual [18]
--- old
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
--- new
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
--- a virtual column becomes plain [18]
--- old
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
--- new
CREATE TABLE t (a int, b int);
--- keys over time [18 alone]
CREATE EXTENSION btree_gist; CREATE TABLE rooms (id int, at tstzrange); CREATE TABLE stays (room int, at tstzrange);
--- new
ALTER TABLE rooms ADD CONSTRAINT rooms_pk PRIMARY KEY (id, at WITHOUT OVERLAPS);
ALTER TABLE stays ADD CONSTRAINT stays_fk FOREIGN KEY (room, PERIOD at) REFERENCES rooms (id, PERIOD at);
--- a unique key becomes one over time [18 alone]
CREATE EXTENSION btree_gist; CREATE TABLE rooms (id int, at tstzrange);
--- old
ALTER TABLE rooms ADD CONSTRAINT k UNIQUE (id, at);
--- new
ALTER TABLE rooms ADD CONSTRAINT k UNIQUE (id, at WITHOUT OVERLAPS);
--- not null with a name [18]
CREATE TABLE t (a int, b int);
--- old
ALTER TABLE t ADD CONSTRAINT one NOT NULL a;
--- new
ALTER TABLE t ADD CONSTRAINT two NOT NULL a; ALTER TABLE t ADD CONSTRAINT b_there NOT NULL b; COMMENT ON CONSTRAINT two ON t IS 'x';
--- not null that is not proved [18]
CREATE TABLE t (a int);
--- old
ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;
--- new
ALTER TABLE t ADD CONSTRAINT n NOT NULL a;
--- not null that children do not inherit [18]
CREATE TABLE p (a int); CREATE TABLE c () INHERITS (p);
--- old
ALTER TABLE p ADD CONSTRAINT n NOT NULL a NO INHERIT;
--- new
ALTER TABLE p ADD CONSTRAINT n NOT NULL a;
--- constraints that are not enforced [18]
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int, n int);
--- old
ALTER TABLE b ADD CONSTRAINT k CHECK (n > 0) NOT ENFORCED; ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a NOT ENFORCED;
--- new
ALTER TABLE b ADD CONSTRAINT k CHECK (n > 0); ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a;
--- a publication of generated columns [18]
CREATE TABLE t (id int PRIMARY KEY, b int GENERATED ALWAYS AS (id * 2) STORED);
--- old
CREATE PUBLICATION p FOR TABLE t;
--- new
CREATE PUBLICATION p FOR TABLE t WITH (publish_generated_columns = stored);
--- who may maintain [17]
CREATE TABLE t (a int); CREATE MATERIALIZED VIEW v AS SELECT a FROM t;
--- new
GRANT MAINTAIN ON t TO reader; GRANT MAINTAIN, SELECT ON v TO app WITH GRANT OPTION;
--- an identity of a partitioned table [17]
CREATE TABLE p (a int NOT NULL, d int) PARTITION BY LIST (d); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
--- new
ALTER TABLE p ALTER a ADD GENERATED ALWAYS AS IDENTITY;
--- storage is said with the column [16]
--- old
CREATE TABLE t (a text STORAGE EXTERNAL, b text);
--- new
CREATE TABLE t (a text, b text STORAGE MAIN);
--- a collation with rules [16]
--- old
CREATE COLLATION c (provider = icu, locale = 'und', rules = '&a < g'); CREATE TABLE t (a text COLLATE c);
--- new
CREATE COLLATION c (provider = icu, locale = 'und', rules = '&a < h'); CREATE TABLE t (a text COLLATE c);
--- multiranges have names [14]
--- old
CREATE TYPE r AS RANGE (subtype = float8);
--- new
CREATE TYPE r AS RANGE (subtype = float8, multirange_type_name = rs); CREATE TABLE t (v rs);
