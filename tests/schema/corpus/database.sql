--- large objects
--- old
SELECT lo_create(7001);
--- new
SELECT lo_create(7002); GRANT SELECT ON LARGE OBJECT 7002 TO reader; COMMENT ON LARGE OBJECT 7002 IS 'x'; ALTER LARGE OBJECT 7002 OWNER TO app;
--- an owner says that he may grant
CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
--- new
GRANT SELECT, INSERT ON s.t TO CURRENT_USER WITH GRANT OPTION; GRANT SELECT ON s.t TO reader; GRANT EXECUTE ON FUNCTION s.f() TO CURRENT_USER WITH GRANT OPTION;
--- privileges on a member of an extension
CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x;
--- old
GRANT EXECUTE ON FUNCTION x.citext_hash(x.citext) TO reader;
--- new
REVOKE EXECUTE ON FUNCTION x.citext_hash(x.citext) FROM PUBLIC; GRANT EXECUTE ON FUNCTION x.citext_larger(x.citext, x.citext) TO app;
--- a comment on an extension
CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x;
--- new
COMMENT ON EXTENSION citext IS 'ours';
--- an extension goes with what hangs on it
CREATE SCHEMA x;
--- old
CREATE EXTENSION pg_trgm SCHEMA x; CREATE TABLE t (a text); CREATE INDEX i ON t USING gist (a x.gist_trgm_ops); CREATE VIEW v AS SELECT x.similarity(a, 'b') AS s FROM t;
GRANT EXECUTE ON FUNCTION x.similarity(text, text) TO reader;
--- new
CREATE TABLE t (a text);
--- a function depends on an extension
CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
--- new
ALTER FUNCTION f() DEPENDS ON EXTENSION citext;
--- what depends on an extension is built again
CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x;
--- old
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f() DEPENDS ON EXTENSION citext;
--- new
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'; ALTER FUNCTION f() DEPENDS ON EXTENSION citext;
--- a type of an extension becomes text
CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x;
--- old
CREATE TABLE t (a x.citext PRIMARY KEY, b x.citext DEFAULT 'q'); INSERT INTO t VALUES ('A');
--- new
CREATE TABLE t (a text PRIMARY KEY, b text DEFAULT 'q'); INSERT INTO t VALUES ('A');
--- settings of a role in the database
--- new
DO $$ BEGIN EXECUTE format('ALTER ROLE app IN DATABASE %I SET search_path = a, "B", pg_temp', current_database());
EXECUTE format('ALTER DATABASE %I SET my.thing = ''a, b''', current_database()); END $$;
--- settings change
--- old
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = a, b', current_database()); EXECUTE format('ALTER DATABASE %I SET work_mem = ''7MB''', current_database()); END $$;
--- new
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = "$user", public', current_database()); EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$;
--- a publication of all tables
CREATE TABLE t (id int PRIMARY KEY);
--- old
CREATE PUBLICATION p FOR ALL TABLES;
--- new
CREATE PUBLICATION p FOR TABLE t; COMMENT ON PUBLICATION p IS 'x';
--- a publication of a schema [15]
CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY, a int);
--- old
CREATE PUBLICATION p FOR TABLE u (id);
--- new
CREATE PUBLICATION p FOR TABLES IN SCHEMA s, TABLE u WHERE (a > 3) WITH (publish_via_partition_root = true);
--- a publication that is empty
CREATE TABLE u (id int PRIMARY KEY);
--- old
CREATE PUBLICATION p FOR TABLE u;
--- new
CREATE PUBLICATION p;
--- event triggers change
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
--- old
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f(); CREATE EVENT TRIGGER d ON sql_drop EXECUTE FUNCTION g(); ALTER EVENT TRIGGER d DISABLE;
--- new
CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION g(); CREATE EVENT TRIGGER d ON sql_drop EXECUTE FUNCTION g(); ALTER EVENT TRIGGER d ENABLE ALWAYS; COMMENT ON EVENT TRIGGER d IS 'x';
--- default privileges change
CREATE SCHEMA s;
--- old
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA s GRANT SELECT ON TABLES TO reader; ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE USAGE ON TYPES FROM PUBLIC;
--- new
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA s GRANT INSERT ON TABLES TO reader WITH GRANT OPTION; ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT USAGE ON SCHEMAS TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT USAGE ON SEQUENCES TO app;
--- schemas with owners, privileges and comments
--- old
CREATE SCHEMA a AUTHORIZATION app; COMMENT ON SCHEMA a IS 'x'; CREATE SCHEMA gone; CREATE TABLE gone.t (id int);
--- new
CREATE SCHEMA a; GRANT USAGE, CREATE ON SCHEMA a TO reader; CREATE SCHEMA came AUTHORIZATION app; GRANT USAGE ON SCHEMA came TO PUBLIC;
--- everything moves to another schema
--- old
CREATE SCHEMA a; CREATE TYPE a.e AS ENUM ('x'); CREATE TABLE a.t (id serial PRIMARY KEY, v a.e); CREATE VIEW a.w AS SELECT id FROM a.t; CREATE FUNCTION a.f(a.e) RETURNS a.e LANGUAGE sql AS 'SELECT $1';
--- new
CREATE SCHEMA b; CREATE TYPE b.e AS ENUM ('x'); CREATE TABLE b.t (id serial PRIMARY KEY, v b.e); CREATE VIEW b.w AS SELECT id FROM b.t; CREATE FUNCTION b.f(b.e) RETURNS b.e LANGUAGE sql AS 'SELECT $1';
--- an access method of tables
--- new
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE t (a int) USING heap2;
--- a table gets another access method [15]
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
--- old
CREATE TABLE t (a int) USING heap2; INSERT INTO t VALUES (1);
--- new
CREATE TABLE t (a int); INSERT INTO t VALUES (1);
--- casts of all kinds
CREATE TYPE c AS (a int); CREATE TYPE e AS ENUM ('1'); CREATE FUNCTION f(int) RETURNS c LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::public.c';
--- old
CREATE CAST (int AS c) WITH FUNCTION f(int); CREATE CAST (text AS e) WITH INOUT AS ASSIGNMENT;
--- new
CREATE CAST (int AS c) WITH FUNCTION f(int) AS IMPLICIT; COMMENT ON CAST (int AS c) IS 'x';
--- a language and its functions
--- new
CREATE LANGUAGE other HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator; CREATE FUNCTION f() RETURNS int LANGUAGE other AS 'BEGIN RETURN 1; END'; COMMENT ON LANGUAGE other IS 'x';
--- an operator class with operators of its own
CREATE TYPE c AS (a int);
CREATE FUNCTION lt(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < ($2).a'; CREATE FUNCTION le(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a <= ($2).a';
CREATE FUNCTION eq(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = ($2).a'; CREATE FUNCTION ge(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a >= ($2).a';
CREATE FUNCTION gt(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a > ($2).a'; CREATE FUNCTION cmp(c, c) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - ($2).a';
--- new
CREATE SCHEMA o;
CREATE OPERATOR o.< (FUNCTION = lt, LEFTARG = c, RIGHTARG = c); CREATE OPERATOR o.<= (FUNCTION = le, LEFTARG = c, RIGHTARG = c); CREATE OPERATOR o.= (FUNCTION = eq, LEFTARG = c, RIGHTARG = c);
CREATE OPERATOR o.>= (FUNCTION = ge, LEFTARG = c, RIGHTARG = c); CREATE OPERATOR o.> (FUNCTION = gt, LEFTARG = c, RIGHTARG = c);
CREATE OPERATOR CLASS o.c_ops FOR TYPE c USING btree AS OPERATOR 1 o.<, OPERATOR 2 o.<=, OPERATOR 3 o.=, OPERATOR 4 o.>=, OPERATOR 5 o.>, FUNCTION 1 cmp(c, c);
CREATE TABLE t (v c); CREATE INDEX i ON t (v o.c_ops);
