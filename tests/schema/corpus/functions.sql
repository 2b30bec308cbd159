--- a function comes
--- new
CREATE FUNCTION f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN a; END';
--- another body
--- old
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT f(1);
--- new
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT 2';
CREATE VIEW v AS SELECT f(1);
--- another result
--- old
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT f(1);
--- new
CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql AS 'SELECT 2::bigint'; CREATE VIEW v AS SELECT f(1);
--- other names of arguments
--- old
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
--- new
CREATE FUNCTION f(b int) RETURNS int LANGUAGE sql AS 'SELECT b';
--- other types of arguments with a default on it
--- old
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (n int DEFAULT f(1));
--- new
CREATE FUNCTION f(a bigint) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (n int DEFAULT f(1));
--- a default of an argument goes
--- old
CREATE FUNCTION f(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';
--- new
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 1';
--- out arguments
--- old
CREATE FUNCTION f(a int, OUT x int, OUT y int) LANGUAGE sql AS 'SELECT 1, 2';
--- new
CREATE FUNCTION f(a int, OUT x int, OUT z int) LANGUAGE sql AS 'SELECT 1, 2';
--- a table result
--- old
CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE sql AS 'SELECT 1';
--- new
CREATE FUNCTION f() RETURNS TABLE (a int, b text) LANGUAGE sql AS 'SELECT 1, ''x''';
--- overloads
--- old
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
--- new
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(text, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
--- a function becomes a procedure
--- old
CREATE FUNCTION f(a int) RETURNS void LANGUAGE sql AS 'SELECT 1';
--- new
CREATE PROCEDURE f(a int) LANGUAGE sql AS 'SELECT 1';
--- a procedure
--- new
CREATE PROCEDURE p(a int, INOUT b int) LANGUAGE plpgsql AS 'BEGIN b := a; END'; COMMENT ON PROCEDURE p IS 'x';
GRANT EXECUTE ON PROCEDURE p TO reader;
--- functions that call each other
--- new
CREATE FUNCTION a(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN b($1); END';
CREATE FUNCTION b(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN a($1); END';
--- an SQL function that reads a table
--- new
CREATE TABLE z (id int); CREATE FUNCTION a() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.z';
CREATE TABLE b (n bigint DEFAULT a());
--- a function that returns rows of a table
--- new
CREATE TABLE z (id int); CREATE FUNCTION a() RETURNS SETOF z LANGUAGE sql AS 'SELECT * FROM public.z';
CREATE VIEW v AS SELECT id FROM a();
--- a body that is parsed [14]
CREATE TABLE t (id int, n int);
--- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT id FROM t; END;
--- new
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT n FROM t; END;
--- a parsed body over a column that goes [14]
CREATE TABLE t (id int);
--- old
ALTER TABLE t ADD n int; CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN (SELECT n FROM t);
--- new
CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN (SELECT id FROM t);
--- a view and a function that need each other [14]
--- new
CREATE VIEW v AS SELECT 1 AS a;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM v; END;
CREATE OR REPLACE VIEW v AS SELECT 1 AS a, f() AS b;
--- an aggregate
--- new
CREATE FUNCTION add(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int, INITCOND = '0'); COMMENT ON AGGREGATE total(int) IS 'x';
--- an aggregate changes
CREATE FUNCTION add(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2'; CREATE TABLE t (n int);
--- old
CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int, INITCOND = '0'); CREATE VIEW v AS SELECT total(n) FROM t;
--- new
CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int, INITCOND = '1'); CREATE VIEW v AS SELECT total(n) FROM t;
--- the function of an aggregate changes its arguments
--- old
CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int);
--- new
CREATE FUNCTION add(x int, y int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int);
--- a window function's settings
--- old
CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql COST 10 AS 'BEGIN RETURN 1; END';
--- new
CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql COST 99 STRICT PARALLEL SAFE LEAKPROOF AS 'BEGIN RETURN 1; END';
--- privileges on functions
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
--- new
REVOKE ALL ON FUNCTION f(int) FROM PUBLIC; GRANT EXECUTE ON FUNCTION f(int) TO app WITH GRANT OPTION;
COMMENT ON FUNCTION f(int) IS 'x';
--- a body with dollars and quotes
--- old
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $a$ BEGIN RETURN $b$ ;'" $b$; END $a$;
--- new
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $a$ BEGIN RETURN $function$ ; $function$ || E'\\'; END $a$;
--- a variadic function
--- old
CREATE FUNCTION f(VARIADIC a int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
--- new
CREATE FUNCTION f(VARIADIC a text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
