--- an index comes
CREATE TABLE t (a int, b text);
--- new
CREATE INDEX i ON t (a);
--- an index over other columns
CREATE TABLE t (a int, b text);
--- old
CREATE INDEX i ON t (a);
--- new
CREATE INDEX i ON t (a DESC NULLS LAST, b text_pattern_ops) INCLUDE (b);
--- another method
CREATE TABLE t (a int[], b text);
--- old
CREATE INDEX i ON t (a);
--- new
CREATE INDEX i ON t USING gin (a);
--- a partial unique index
CREATE TABLE t (a int, b text);
--- new
CREATE UNIQUE INDEX i ON t (lower(b)) WHERE a > 0;
--- an index with a function
CREATE TABLE t (a int, b text);
--- new
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE INDEX i ON t (f(b));
--- an index with a function whose result changes
CREATE TABLE t (a int, b text);
--- old
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE INDEX i ON t (f(b));
--- new
CREATE FUNCTION f(text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length($1)';
CREATE INDEX i ON t (f(b));
--- storage of an index
CREATE TABLE t (a int, b text);
--- old
CREATE INDEX i ON t (a);
--- new
CREATE INDEX i ON t (a) WITH (fillfactor = 70);
--- statistics of an index
CREATE TABLE t (a int, b text); CREATE INDEX i ON t ((a + 1));
--- new
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 300;
--- a comment on an index
CREATE TABLE t (a int, b text); CREATE INDEX i ON t (a);
--- new
COMMENT ON INDEX i IS 'why';
--- indexes of a materialized view
CREATE TABLE t (a int, b text); CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
--- new
CREATE UNIQUE INDEX i ON mv (a);
--- extended statistics
CREATE TABLE t (a int, b int, c int);
--- new
CREATE STATISTICS st (ndistinct, mcv) ON a, b FROM t; ALTER STATISTICS st SET STATISTICS 200; COMMENT ON STATISTICS st IS 'x';
--- extended statistics change
CREATE TABLE t (a int, b int, c int);
--- old
CREATE STATISTICS st (ndistinct) ON a, b FROM t;
--- new
CREATE STATISTICS st (ndistinct) ON a, b, c FROM t;
--- statistics of expressions [14]
CREATE TABLE t (a int, b int);
--- new
CREATE STATISTICS st ON (a + b), (a * 2) FROM t;
--- a column with statistics goes
CREATE TABLE t (a int, c int, b int);
--- old
CREATE STATISTICS st ON a, b FROM t;
--- new
ALTER TABLE t DROP b;
