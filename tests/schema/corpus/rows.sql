--- a table whose rows a column holds gets another type for a column
--- old
CREATE TABLE t (a int, b text); CREATE TABLE u (id int PRIMARY KEY, x t); INSERT INTO u VALUES (1, ROW(1, 'a,"b"')), (2, NULL);
--- new
CREATE TABLE t (a bigint, b text); CREATE TABLE u (id int PRIMARY KEY, x t); INSERT INTO u VALUES (1, ROW(1, 'a,"b"')), (2, NULL);
--- a table whose rows an array holds gets another type for a column
--- old
CREATE TABLE t (a int, b text); CREATE TABLE u (id int PRIMARY KEY, x t[] NOT NULL DEFAULT '{}'); INSERT INTO u VALUES (1, ARRAY[ROW(1, 'a'), ROW(2, NULL)]::t[]);
--- new
CREATE TABLE t (a text, b text); CREATE TABLE u (id int PRIMARY KEY, x t[] NOT NULL DEFAULT '{}'); INSERT INTO u VALUES (1, ARRAY[ROW(1, 'a'), ROW(2, NULL)]::t[]);
--- a table whose rows a column holds gets a column with a default
CREATE TABLE t (a int); INSERT INTO t VALUES (1);
--- old
CREATE TABLE u (x t); INSERT INTO u VALUES (ROW(1));
--- new
ALTER TABLE t ADD n int NOT NULL DEFAULT 5; CREATE TABLE u (x t);
--- a table whose rows a column holds gets and loses columns and types
--- old
CREATE TABLE t (a int, b text, c date); CREATE TABLE u (x t); INSERT INTO u VALUES (ROW(1, 'b', '2024-01-01'));
--- new
CREATE TABLE t (a bigint, b text, d boolean NOT NULL DEFAULT true); CREATE TABLE u (x t); INSERT INTO u VALUES (ROW(1, 'b', true));
--- a table whose rows a column holds gets a generated column
CREATE TABLE t (a int);
--- old
CREATE TABLE u (x t, y t[]);
--- new
ALTER TABLE t ADD g int GENERATED ALWAYS AS (a + 1) STORED; CREATE TABLE u (x t, y t[]);
--- rows within rows within rows
--- old
CREATE TABLE t (a int); CREATE TABLE w (x t, k int); CREATE TABLE u (y w[], z t); INSERT INTO u VALUES (ARRAY[ROW(ROW(1), 2)]::w[], ROW(3));
--- new
CREATE TABLE t (a bigint); CREATE TABLE w (x t, k numeric); CREATE TABLE u (y w[], z t); INSERT INTO u VALUES (ARRAY[ROW(ROW(1), 2)]::w[], ROW(3));
--- rows in a composite type and a domain
--- old
CREATE TABLE t (a int); CREATE TYPE h AS (x t, n int); CREATE DOMAIN d AS t CHECK ((VALUE).a > 0); CREATE TABLE u (y h, z d); INSERT INTO u VALUES (ROW(ROW(1), 2), ROW(3));
--- new
CREATE TABLE t (a bigint); CREATE TYPE h AS (x t, n int); CREATE DOMAIN d AS t CHECK ((VALUE).a > 0); CREATE TABLE u (y h, z d); INSERT INTO u VALUES (ROW(ROW(1), 2), ROW(3));
--- a column of rows with an index, a check, a generated column, a view and a default
--- old
CREATE TABLE t (a int, b int); CREATE TABLE u (x t DEFAULT ROW(1, 2)::t CHECK ((x).a > 0), g int GENERATED ALWAYS AS ((x).b) STORED);
CREATE INDEX i ON u (x); CREATE INDEX j ON u (((x).a)) WHERE (x).b > 0; CREATE VIEW v AS SELECT (x).a, x FROM u; CREATE MATERIALIZED VIEW m AS SELECT x FROM u;
--- new
CREATE TABLE t (a bigint, b int); CREATE TABLE u (x t DEFAULT ROW(1, 2)::t CHECK ((x).a > 0), g int GENERATED ALWAYS AS ((x).b) STORED);
CREATE INDEX i ON u (x); CREATE INDEX j ON u (((x).a)) WHERE (x).b > 0; CREATE VIEW v AS SELECT (x).a, x FROM u; CREATE MATERIALIZED VIEW m AS SELECT x FROM u;
--- a partitioned table and a parent hold rows
--- old
CREATE TABLE t (a int); CREATE TABLE p (d int, x t) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE h (x t); CREATE TABLE k (y int) INHERITS (h); INSERT INTO p VALUES (1, ROW(1)); INSERT INTO k VALUES (ROW(1), 2);
--- new
CREATE TABLE t (a bigint); CREATE TABLE p (d int, x t) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE h (x t); CREATE TABLE k (y int) INHERITS (h); INSERT INTO p VALUES (1, ROW(1)); INSERT INTO k VALUES (ROW(1), 2);
--- rows of a partition and of a child are held
--- old
CREATE TABLE p (d int, a int) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE u (x p1, y p);
CREATE TABLE h (n int); CREATE TABLE k () INHERITS (h); CREATE TABLE w (x k, y h);
--- new
CREATE TABLE p (d int, a text) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE u (x p1, y p);
CREATE TABLE h (n numeric); CREATE TABLE k () INHERITS (h); CREATE TABLE w (x k, y h);
--- a column of rows comes when the rows are as they are to be
CREATE TABLE t (a int);
--- new
ALTER TABLE t ALTER a TYPE text; CREATE TABLE u (x t DEFAULT ROW('a')::t); CREATE MATERIALIZED VIEW m AS SELECT t FROM t;
--- a column of rows becomes another
CREATE TABLE t (a int, b int);
--- old
CREATE TABLE u (x t); INSERT INTO u VALUES (ROW(1, 2));
--- new
ALTER TABLE t ALTER a TYPE text; CREATE TABLE u (x text); INSERT INTO u VALUES ('(1,2)');
--- a materialized view of whole rows
CREATE TABLE t (a int, b int); CREATE MATERIALIZED VIEW m AS SELECT t AS r, t.b FROM t; CREATE VIEW v AS SELECT (r).b FROM m; CREATE INDEX i ON m (b);
--- new
DROP MATERIALIZED VIEW m CASCADE; ALTER TABLE t ALTER a TYPE bigint; CREATE MATERIALIZED VIEW m AS SELECT t AS r, t.b FROM t; CREATE VIEW v AS SELECT (r).b FROM m; CREATE INDEX i ON m (b);
--- a table whose rows a column holds becomes unlogged
CREATE TABLE t (a int); CREATE TABLE u (x t);
--- new
DROP TABLE u; ALTER TABLE t SET UNLOGGED; CREATE TABLE u (x t);
--- a type of a column of rows is built anew
--- old
CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (a e, b int); CREATE TABLE u (x t); INSERT INTO u VALUES (ROW('a', 1));
--- new
CREATE TYPE e AS ENUM ('b', 'a'); CREATE TABLE t (a e, b int); CREATE TABLE u (x t); INSERT INTO u VALUES (ROW('a', 1));
--- a table of rows that a column holds is built anew
--- old
CREATE TABLE t (a int, b int); CREATE TABLE u (x t);
--- new
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a); CREATE TABLE u (x t);
--- a column keeps storage, compression, statistics and options with another type [14]
CREATE TABLE t (a varchar(10), b text);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER a SET COMPRESSION pglz, ALTER a SET STATISTICS 7, ALTER a SET (n_distinct = 5);
--- new
ALTER TABLE t ALTER a TYPE text; ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER a SET COMPRESSION pglz;
