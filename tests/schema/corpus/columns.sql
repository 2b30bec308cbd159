--- a column comes
CREATE TABLE t (id int PRIMARY KEY);
--- new
ALTER TABLE t ADD COLUMN name text;
--- a column with a default comes to a table with rows
CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2);
--- new
ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT 7;
--- a column with a default that is a function's
CREATE TABLE t (id int PRIMARY KEY);
--- new
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TABLE t ADD COLUMN n int DEFAULT f();
--- a column with an index and a view on it goes
CREATE TABLE t (id int PRIMARY KEY);
--- old
ALTER TABLE t ADD COLUMN n int; CREATE INDEX ON t (n); CREATE VIEW v AS SELECT id, n FROM t;
--- new
CREATE VIEW v AS SELECT id FROM t;
--- integer to bigint
CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 2);
--- new
ALTER TABLE t ALTER n TYPE bigint;
--- key column to bigint with foreign keys
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
--- new
ALTER TABLE a ALTER id TYPE bigint; ALTER TABLE b ALTER a TYPE bigint;
--- key column to text with foreign keys
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a ON UPDATE CASCADE);
--- new
ALTER TABLE b DROP CONSTRAINT b_a_fkey; ALTER TABLE a ALTER id TYPE text; ALTER TABLE b ALTER a TYPE text;
ALTER TABLE b ADD CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES a ON UPDATE CASCADE;
--- text to integer with rows
CREATE TABLE t (id int PRIMARY KEY);
--- old
ALTER TABLE t ADD n text; INSERT INTO t VALUES (1, '12');
--- new
ALTER TABLE t ADD n int; INSERT INTO t VALUES (1, 12);
--- text with a default to integer with a default
--- old
CREATE TABLE t (id int, n text DEFAULT '1');
--- new
CREATE TABLE t (id int, n int DEFAULT 2);
--- boolean to integer
--- old
CREATE TABLE t (id int, n boolean DEFAULT false); INSERT INTO t VALUES (1, true);
--- new
CREATE TABLE t (id int, n int DEFAULT 0); INSERT INTO t VALUES (1, 1);
--- varchar grows
--- old
CREATE TABLE t (id int, n varchar(10));
--- new
CREATE TABLE t (id int, n varchar(20));
--- varchar to text
--- old
CREATE TABLE t (id int, n varchar(10) NOT NULL);
--- new
CREATE TABLE t (id int, n text NOT NULL);
--- numeric with another scale
--- old
CREATE TABLE t (id int, n numeric(10, 2));
--- new
CREATE TABLE t (id int, n numeric(12, 4));
--- timestamp to timestamptz
--- old
CREATE TABLE t (id int, n timestamp DEFAULT now());
--- new
CREATE TABLE t (id int, n timestamptz DEFAULT now());
--- text to jsonb
--- old
CREATE TABLE t (id int, n text); INSERT INTO t VALUES (1, '{"a": 1}');
--- new
CREATE TABLE t (id int, n jsonb); INSERT INTO t VALUES (1, '{"a": 1}');
--- text to an enum
CREATE TYPE mood AS ENUM ('sad', 'glad');
--- old
CREATE TABLE t (id int, n text DEFAULT 'sad'); INSERT INTO t VALUES (1, 'glad');
--- new
CREATE TABLE t (id int, n mood DEFAULT 'sad'); INSERT INTO t VALUES (1, 'glad');
--- integer to uuid
--- old
CREATE TABLE t (id int, n int);
--- new
CREATE TABLE t (id int, n uuid);
--- a scalar to an array
--- old
CREATE TABLE t (id int, n text);
--- new
CREATE TABLE t (id int, n text[]);
--- an array of integers to one of texts
--- old
CREATE TABLE t (id int, n int[] DEFAULT '{1}');
--- new
CREATE TABLE t (id int, n text[] DEFAULT '{a}');
--- a retyped column under views, a rule, a trigger, a policy and an index
--- old
CREATE TABLE t (id int PRIMARY KEY, n int, m int);
--- new
CREATE TABLE t (id int PRIMARY KEY, n bigint, m int);
--- a retyped column with everything on it
CREATE TABLE t (id int PRIMARY KEY, n int, m int, CHECK (n > 0), UNIQUE (n, m));
CREATE INDEX i ON t (n) WHERE n > 3;
CREATE STATISTICS st ON n, m FROM t;
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE OF n ON t FOR EACH ROW WHEN (NEW.n > 1) EXECUTE FUNCTION tf();
CREATE RULE ru AS ON UPDATE TO t WHERE NEW.n < 0 DO INSTEAD NOTHING;
CREATE POLICY po ON t USING (n > 1);
CREATE VIEW v1 AS SELECT id, n + 1 AS k FROM t;
CREATE VIEW v2 AS SELECT k FROM v1;
COMMENT ON VIEW v2 IS 'kept'; GRANT SELECT ON v2 TO reader;
CREATE MATERIALIZED VIEW mv AS SELECT n FROM t; CREATE INDEX mi ON mv (n);
--- new
DROP MATERIALIZED VIEW mv; DROP VIEW v2; DROP VIEW v1; DROP POLICY po ON t; DROP RULE ru ON t; DROP TRIGGER tr ON t;
ALTER TABLE t ALTER n TYPE bigint;
CREATE TRIGGER tr BEFORE UPDATE OF n ON t FOR EACH ROW WHEN (NEW.n > 1) EXECUTE FUNCTION tf();
CREATE RULE ru AS ON UPDATE TO t WHERE NEW.n < 0 DO INSTEAD NOTHING;
CREATE POLICY po ON t USING (n > 1);
CREATE VIEW v1 AS SELECT id, n + 1 AS k FROM t;
CREATE VIEW v2 AS SELECT k FROM v1;
COMMENT ON VIEW v2 IS 'kept'; GRANT SELECT ON v2 TO reader;
CREATE MATERIALIZED VIEW mv AS SELECT n FROM t; CREATE INDEX mi ON mv (n);
--- not null comes
CREATE TABLE t (id int, n int);
--- new
ALTER TABLE t ALTER n SET NOT NULL;
--- a default changes
CREATE TABLE t (id int, n int DEFAULT 1);
--- new
ALTER TABLE t ALTER n SET DEFAULT 2;
--- a default comes
CREATE TABLE t (id int, n timestamptz);
--- new
ALTER TABLE t ALTER n SET DEFAULT now();
--- a serial column comes
CREATE TABLE t (x int);
--- new
ALTER TABLE t ADD id serial;
--- integer to serial
CREATE TABLE t (id int NOT NULL);
--- new
CREATE SEQUENCE t_id_seq AS integer OWNED BY t.id; ALTER TABLE t ALTER id SET DEFAULT nextval('t_id_seq');
--- serial to identity
--- old
CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t DEFAULT VALUES;
--- new
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
--- identity comes
CREATE TABLE t (id int NOT NULL);
--- new
ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY;
--- identity always or by default
--- old
CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY);
--- new
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5 CACHE 3 CYCLE));
--- identity with another sequence name
--- old
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s1));
--- new
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s2));
--- identity to bigint
--- old
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
--- new
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
--- serial to bigserial
--- old
CREATE TABLE t (id serial PRIMARY KEY);
--- new
CREATE TABLE t (id bigserial PRIMARY KEY);
--- a generated column comes
CREATE TABLE t (a int, b int);
--- new
ALTER TABLE t ADD c int GENERATED ALWAYS AS (a + b) STORED;
--- a generated column computes otherwise
CREATE TABLE t (a int, b int);
--- old
ALTER TABLE t ADD c int GENERATED ALWAYS AS (a + b) STORED; CREATE INDEX i ON t (c);
--- new
ALTER TABLE t ADD c int GENERATED ALWAYS AS (a * b) STORED; CREATE INDEX i ON t (c);
--- a generated column becomes plain
--- old
CREATE TABLE t (a int, c int GENERATED ALWAYS AS (a + 1) STORED);
--- new
CREATE TABLE t (a int, c int);
--- a column that a generated one reads gets another type
--- old
CREATE TABLE t (a int, c int GENERATED ALWAYS AS (length(a::text)) STORED);
--- new
CREATE TABLE t (a bigint, c int GENERATED ALWAYS AS (length(a::text)) STORED);
--- storage
CREATE TABLE t (id int, n text);
--- new
ALTER TABLE t ALTER n SET STORAGE EXTERNAL;
--- statistics target and options
CREATE TABLE t (id int, n text);
--- new
ALTER TABLE t ALTER n SET STATISTICS 500; ALTER TABLE t ALTER n SET (n_distinct = 100);
--- compression [14]
CREATE TABLE t (id int, n text);
--- new
ALTER TABLE t ALTER n SET COMPRESSION pglz;
--- another collation
CREATE TABLE t (id int, n text); CREATE INDEX ON t (n);
--- new
ALTER TABLE t ALTER n TYPE text COLLATE "C";
--- a column's comment and privileges
CREATE TABLE t (id int, n text);
--- new
COMMENT ON COLUMN t.n IS 'x'; GRANT SELECT (n), UPDATE (n) ON t TO reader;
--- the last column is another
--- old
CREATE TABLE t (id int, a text);
--- new
CREATE TABLE t (id int, b date);
--- all columns are others
--- old
CREATE TABLE t (a int, b int);
--- new
CREATE TABLE t (c int, d int);
--- a domain column to its base
CREATE DOMAIN pos AS int CHECK (VALUE > 0);
--- old
CREATE TABLE t (id int, n pos DEFAULT 1);
--- new
CREATE TABLE t (id int, n int DEFAULT 1);
--- not null in a key that goes
--- old
CREATE TABLE t (id int PRIMARY KEY, n int);
--- new
CREATE TABLE t (id int, n int);
