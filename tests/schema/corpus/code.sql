--- a trigger comes
CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
--- new
CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION f(); COMMENT ON TRIGGER tr ON t IS 'x';
--- a trigger fires at another time
CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
--- old
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
--- new
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
--- a trigger is disabled
CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
--- new
ALTER TABLE t DISABLE TRIGGER tr;
--- an instead-of trigger of a view that changes
CREATE TABLE t (a int, b int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
--- old
CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
--- new
CREATE VIEW v AS SELECT b FROM t; CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
--- transition tables
CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
--- new
CREATE TRIGGER tr AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION f();
--- a rule comes
CREATE TABLE t (a int);
--- new
CREATE RULE r AS ON DELETE TO t DO INSTEAD (UPDATE t SET a = 1; SELECT 1); COMMENT ON RULE r ON t IS 'x';
--- a policy for some roles
CREATE TABLE t (a int);
--- old
CREATE POLICY p ON t FOR SELECT TO app USING (a > 0);
--- new
CREATE POLICY p ON t FOR SELECT TO app, reader USING (a > 1);
--- a policy for another command
CREATE TABLE t (a int);
--- old
CREATE POLICY p ON t FOR SELECT USING (a > 0);
--- new
CREATE POLICY p ON t AS RESTRICTIVE FOR ALL USING (a > 0) WITH CHECK (a > 2);
--- a policy with a function
CREATE TABLE t (a int);
--- new
CREATE FUNCTION f(int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 > 0'; CREATE POLICY p ON t USING (f(a));
--- a view with another query
CREATE TABLE t (a int, b int);
--- old
CREATE VIEW v AS SELECT a FROM t;
--- new
CREATE VIEW v AS SELECT a FROM t WHERE b > 0;
--- a view with more columns and views on it
CREATE TABLE t (a int, b int);
--- old
CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v;
--- new
CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW w AS SELECT a FROM v;
--- a view with fewer columns, privileges and comments
CREATE TABLE t (a int, b int);
--- old
CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW w AS SELECT a FROM v; GRANT SELECT ON w TO reader; COMMENT ON COLUMN w.a IS 'x';
--- new
CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v; GRANT SELECT ON w TO reader; COMMENT ON COLUMN w.a IS 'x';
--- options of a view [15]
CREATE TABLE t (a int);
--- old
CREATE VIEW v AS SELECT a FROM t;
--- new
CREATE VIEW v WITH (security_invoker = true, security_barrier = true) AS SELECT a FROM t WHERE a > 0 WITH LOCAL CHECK OPTION;
--- a default of a view's column
CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;
--- new
ALTER VIEW v ALTER a SET DEFAULT 5;
--- a recursive view
--- new
CREATE RECURSIVE VIEW v (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 5;
--- a view becomes materialized
CREATE TABLE t (a int);
--- old
CREATE VIEW v AS SELECT a FROM t;
--- new
CREATE MATERIALIZED VIEW v AS SELECT a FROM t;
--- a materialized view with another query
CREATE TABLE t (a int, b int);
--- old
CREATE MATERIALIZED VIEW v AS SELECT a FROM t; CREATE INDEX i ON v (a); CREATE VIEW w AS SELECT a FROM v;
--- new
CREATE MATERIALIZED VIEW v AS SELECT b AS a FROM t; CREATE INDEX i ON v (a); CREATE VIEW w AS SELECT a FROM v;
--- an operator
CREATE FUNCTION f(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
--- new
CREATE OPERATOR ~~~ (FUNCTION = f, LEFTARG = int, RIGHTARG = int); COMMENT ON OPERATOR ~~~ (int, int) IS 'x';
--- a cast
CREATE TYPE c AS (a int); CREATE FUNCTION f(int) RETURNS c LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::public.c';
--- new
CREATE CAST (int AS c) WITH FUNCTION f(int) AS ASSIGNMENT;
--- text search
--- new
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, stopwords = 'english'); CREATE TEXT SEARCH CONFIGURATION c (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword WITH d;
--- an event trigger
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
--- new
CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION f(); ALTER EVENT TRIGGER e DISABLE;
--- a publication
CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE u (id int PRIMARY KEY);
--- old
CREATE PUBLICATION p FOR TABLE t;
--- new
CREATE PUBLICATION p FOR TABLE t, u WITH (publish = 'insert, update');
--- a publication with a filter on a column of another type [15]
--- old
CREATE TABLE t (id int PRIMARY KEY, a int); CREATE PUBLICATION p FOR TABLE t (id, a) WHERE (id > 1);
--- new
CREATE TABLE t (id bigint PRIMARY KEY, a int); CREATE PUBLICATION p FOR TABLE t (id, a) WHERE (id > 1);
