--- a primary key comes
CREATE TABLE t (id int NOT NULL, n int);
--- new
ALTER TABLE t ADD PRIMARY KEY (id);
--- a foreign key rests on a unique constraint, although a primary key is there
CREATE TABLE t (a int NOT NULL);
CREATE TABLE u (a int);
--- new
ALTER TABLE t ADD CONSTRAINT two UNIQUE (a); ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t (a); ALTER TABLE t ADD CONSTRAINT one PRIMARY KEY (a);
--- a foreign key rests on a unique index, although a primary key is there
CREATE TABLE t (a int NOT NULL);
CREATE TABLE u (a int);
--- new
CREATE UNIQUE INDEX two ON t (a); ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t (a); ALTER TABLE t ADD CONSTRAINT one PRIMARY KEY (a);
--- a primary key over other columns
CREATE TABLE t (a int NOT NULL, b int NOT NULL);
--- old
ALTER TABLE t ADD PRIMARY KEY (a);
--- new
ALTER TABLE t ADD PRIMARY KEY (a, b);
--- a primary key with foreign keys to it gets another name
CREATE TABLE t (a int NOT NULL);
CREATE TABLE u (a int);
--- old
ALTER TABLE t ADD CONSTRAINT one PRIMARY KEY (a); ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t;
--- new
ALTER TABLE t ADD CONSTRAINT two PRIMARY KEY (a); ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t;
--- a view grouped by a primary key that changes
CREATE TABLE t (a int NOT NULL, b int NOT NULL, n int);
--- old
ALTER TABLE t ADD CONSTRAINT one PRIMARY KEY (a); CREATE VIEW v AS SELECT a, n FROM t GROUP BY a;
--- new
ALTER TABLE t ADD CONSTRAINT two PRIMARY KEY (a); CREATE VIEW v AS SELECT a, n FROM t GROUP BY a;
--- unique
CREATE TABLE t (a int, b int);
--- new
ALTER TABLE t ADD UNIQUE (a), ADD CONSTRAINT u2 UNIQUE (a, b) INCLUDE (b) DEFERRABLE INITIALLY DEFERRED;
--- unique with nulls not distinct [15]
CREATE TABLE t (a int, b int);
--- old
ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);
--- new
ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a);
--- a check comes
CREATE TABLE t (a int);
--- new
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);
--- a check changes
CREATE TABLE t (a int);
--- old
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);
--- new
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1);
--- a check with a function
CREATE TABLE t (a int);
--- new
CREATE FUNCTION ok(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
ALTER TABLE t ADD CONSTRAINT c CHECK (ok(a));
--- a check whose function gets other arguments
CREATE TABLE t (a int);
--- old
CREATE FUNCTION ok(x int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
ALTER TABLE t ADD CONSTRAINT c CHECK (ok(a));
--- new
CREATE FUNCTION ok(x bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
ALTER TABLE t ADD CONSTRAINT c CHECK (ok(a));
--- a check that is not valid
CREATE TABLE t (a int);
--- old
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
--- new
ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);
--- a check that children do not inherit
CREATE TABLE t (a int); CREATE TABLE c () INHERITS (t);
--- old
ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NO INHERIT;
--- new
ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0);
--- a foreign key comes
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int);
--- new
ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a ON DELETE SET NULL ON UPDATE CASCADE;
--- a foreign key does something else on delete
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int);
--- old
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a ON DELETE CASCADE;
--- new
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a ON DELETE SET NULL;
--- a foreign key sets some columns null [15]
CREATE TABLE a (x int, y int, PRIMARY KEY (x, y)); CREATE TABLE b (x int, y int);
--- old
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (x, y) REFERENCES a ON DELETE SET NULL;
--- new
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (x, y) REFERENCES a ON DELETE SET NULL (y);
--- a foreign key becomes deferrable
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int);
--- old
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a;
--- new
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a DEFERRABLE INITIALLY DEFERRED;
--- a foreign key is not valid
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int);
--- old
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a NOT VALID;
--- new
ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a;
--- a foreign key to a unique constraint that changes
CREATE TABLE a (id int, n int); CREATE TABLE b (a int);
--- old
ALTER TABLE a ADD CONSTRAINT u UNIQUE (id); ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a (id);
--- new
ALTER TABLE a ADD CONSTRAINT u UNIQUE (n); ALTER TABLE b ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a (n);
--- an exclusion constraint
CREATE TABLE t (r int4range);
--- new
ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&);
--- an exclusion constraint with a condition
CREATE TABLE t (r int4range, n int);
--- old
ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&) WHERE (n > 0);
--- new
ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&) WHERE (n > 1) DEFERRABLE;
--- comments and storage of constraints
CREATE TABLE t (a int PRIMARY KEY, CONSTRAINT c CHECK (a > 0));
--- new
COMMENT ON CONSTRAINT c ON t IS 'x'; COMMENT ON CONSTRAINT t_pkey ON t IS 'y'; ALTER INDEX t_pkey SET (fillfactor = 80);
COMMENT ON INDEX t_pkey IS 'z';
--- a unique index becomes a constraint
CREATE TABLE t (a int);
--- old
CREATE UNIQUE INDEX u ON t (a);
--- new
ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);
--- a circle of foreign keys goes
CREATE TABLE keep (id int PRIMARY KEY);
--- old
CREATE TABLE a (id int PRIMARY KEY, x int REFERENCES keep);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
CREATE TABLE c (id int PRIMARY KEY, b int REFERENCES b);
ALTER TABLE a ADD c int REFERENCES c;
--- new
ALTER TABLE keep ADD n int;
--- a constraint trigger
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
--- new
CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
