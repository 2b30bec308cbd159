--- privileges on a table
CREATE TABLE t (a int);
--- new
GRANT SELECT, INSERT ON t TO reader; GRANT ALL ON t TO app WITH GRANT OPTION; GRANT SELECT ON t TO PUBLIC;
--- fewer privileges
CREATE TABLE t (a int); GRANT SELECT, INSERT, UPDATE ON t TO reader;
--- new
REVOKE INSERT ON t FROM reader;
--- grants in another order
CREATE TABLE t (a int);
--- old
GRANT SELECT ON t TO app; GRANT SELECT ON t TO reader;
--- new
GRANT SELECT ON t TO reader; GRANT INSERT ON t TO app;
--- the owner has less
CREATE TABLE t (a int);
--- new
REVOKE INSERT ON t FROM CURRENT_USER;
--- privileges on schema, sequence and columns
CREATE SCHEMA s; CREATE SEQUENCE q; CREATE TABLE t (a int, b int);
--- new
GRANT USAGE ON SCHEMA s TO reader; GRANT USAGE ON SEQUENCE q TO app; GRANT UPDATE (a) ON t TO "Odd Role";
--- owners
CREATE SCHEMA s; CREATE TABLE s.t (id serial); CREATE VIEW s.v AS SELECT 1 AS a; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT SELECT ON s.t TO reader;
--- new
ALTER SCHEMA s OWNER TO app; ALTER TABLE s.t OWNER TO app; ALTER VIEW s.v OWNER TO app; ALTER FUNCTION s.f() OWNER TO app;
--- default privileges
--- new
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
--- a table under default privileges
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader;
--- new
CREATE TABLE t (a int); REVOKE ALL ON t FROM reader; GRANT INSERT ON t TO app;
--- settings of the database
--- new
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''7MB''', current_database()); END $$;
--- comments
CREATE SCHEMA s; CREATE SEQUENCE q; CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;
--- old
COMMENT ON TABLE t IS 'old'; COMMENT ON VIEW v IS 'gone';
--- new
COMMENT ON TABLE t IS 'new'; COMMENT ON SCHEMA s IS 'schema'; COMMENT ON SEQUENCE q IS 'sequence'; COMMENT ON COLUMN v.a IS 'column';
--- a sequence's options
--- old
CREATE SEQUENCE q AS integer START 5 INCREMENT 2 CYCLE;
--- new
CREATE SEQUENCE q AS bigint MINVALUE -10 MAXVALUE 1000 CACHE 7;
--- the owner of a sequence
CREATE TABLE t (a int, b int); CREATE SEQUENCE q;
--- old
ALTER SEQUENCE q OWNED BY t.a;
--- new
ALTER SEQUENCE q OWNED BY t.b;
--- an extension
--- new
CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x; CREATE TABLE t (a x.citext);
--- an extension moves
CREATE SCHEMA x; CREATE SCHEMA y;
--- old
CREATE EXTENSION pg_trgm SCHEMA x; CREATE TABLE t (a text); CREATE INDEX i ON t USING gin (a x.gin_trgm_ops);
--- new
CREATE EXTENSION pg_trgm SCHEMA y; CREATE TABLE t (a text); CREATE INDEX i ON t USING gin (a y.gin_trgm_ops);
