--- an enum comes
--- new
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood DEFAULT 'b');
--- a label at the end
--- old
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood);
--- new
CREATE TYPE mood AS ENUM ('a', 'b', 'c'); CREATE TABLE t (m mood);
--- labels at the beginning and in the middle
--- old
CREATE TYPE mood AS ENUM ('b', 'd'); CREATE TABLE t (m mood DEFAULT 'b');
--- new
CREATE TYPE mood AS ENUM ('a', 'b', 'c1', 'c2', 'd', 'e'); CREATE TABLE t (m mood DEFAULT 'a');
--- labels in another order
--- old
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood DEFAULT 'a', CHECK (m <> 'b'));
--- new
CREATE TYPE mood AS ENUM ('b', 'a'); CREATE TABLE t (m mood DEFAULT 'a', CHECK (m <> 'b'));
--- a label goes, with everything that can hang on an enum
--- old
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
--- new
CREATE TYPE mood AS ENUM ('a', 'b');
--- a label goes and much hangs on it
--- old
CREATE TYPE mood AS ENUM ('a', 'b', 'c'); COMMENT ON TYPE mood IS 'x'; GRANT USAGE ON TYPE mood TO reader;
CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'a' NOT NULL, ms mood[] DEFAULT '{a}', CONSTRAINT k CHECK (m <> 'b'));
CREATE INDEX i ON t (m) WHERE m = 'a';
CREATE VIEW v AS SELECT id, m FROM t WHERE m = 'a';
CREATE FUNCTION f(x mood) RETURNS mood LANGUAGE sql AS 'SELECT x';
CREATE DOMAIN dm AS mood CHECK (VALUE <> 'b');
CREATE TABLE u (d dm); INSERT INTO t VALUES (1);
--- new
CREATE TYPE mood AS ENUM ('a', 'b'); COMMENT ON TYPE mood IS 'x'; GRANT USAGE ON TYPE mood TO reader;
CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'a' NOT NULL, ms mood[] DEFAULT '{a}', CONSTRAINT k CHECK (m <> 'b'));
CREATE INDEX i ON t (m) WHERE m = 'a';
CREATE VIEW v AS SELECT id, m FROM t WHERE m = 'a';
CREATE FUNCTION f(x mood) RETURNS mood LANGUAGE sql AS 'SELECT x';
CREATE DOMAIN dm AS mood CHECK (VALUE <> 'b');
CREATE TABLE u (d dm); INSERT INTO t VALUES (1);
--- an enum becomes text
--- old
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood DEFAULT 'a');
--- new
CREATE TABLE t (m text DEFAULT 'a');
--- an enum becomes a domain
--- old
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood);
--- new
CREATE DOMAIN mood AS text CHECK (VALUE IN ('a', 'b')); CREATE TABLE t (m mood);
--- a domain comes
--- new
CREATE DOMAIN pos AS int DEFAULT 1 NOT NULL CHECK (VALUE > 0); CREATE TABLE t (n pos);
--- default and not null of a domain
--- old
CREATE DOMAIN d AS int; CREATE TABLE t (n d);
--- new
CREATE DOMAIN d AS int DEFAULT 5 NOT NULL; CREATE TABLE t (n d);
--- checks of a domain
CREATE DOMAIN d AS int CONSTRAINT a CHECK (VALUE > 0);
--- old
ALTER DOMAIN d ADD CONSTRAINT b CHECK (VALUE < 10); ALTER DOMAIN d ADD CONSTRAINT n CHECK (VALUE <> 5) NOT VALID;
--- new
ALTER DOMAIN d ADD CONSTRAINT b CHECK (VALUE < 100); ALTER DOMAIN d ADD CONSTRAINT n CHECK (VALUE <> 5);
COMMENT ON CONSTRAINT a ON DOMAIN d IS 'x';
--- the base of a domain
--- old
CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE TABLE t (n d DEFAULT 1); INSERT INTO t VALUES (4);
--- new
CREATE DOMAIN d AS bigint CHECK (VALUE > 0); CREATE TABLE t (n d DEFAULT 1); INSERT INTO t VALUES (4);
--- a domain over a domain
--- old
CREATE DOMAIN a AS text CHECK (length(VALUE) < 10); CREATE DOMAIN b AS a; CREATE TABLE t (n b);
--- new
CREATE DOMAIN a AS varchar(20) CHECK (length(VALUE) < 10); CREATE DOMAIN b AS a; CREATE TABLE t (n b);
--- a domain's check with a function
--- new
CREATE FUNCTION ok(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> ''''';
CREATE DOMAIN d AS text CHECK (ok(VALUE)); CREATE TABLE t (n d);
--- a composite comes
--- new
CREATE TYPE c AS (a int, b text); CREATE TABLE t (v c); COMMENT ON COLUMN c.a IS 'x';
--- an attribute comes
--- old
CREATE TYPE c AS (a int); CREATE TABLE t (v c);
--- new
CREATE TYPE c AS (a int, b text COLLATE "C"); CREATE TABLE t (v c);
--- an attribute changes, in no table
--- old
CREATE TYPE c AS (a int, b text); CREATE FUNCTION f() RETURNS c LANGUAGE sql AS 'SELECT NULL::c';
--- new
CREATE TYPE c AS (a bigint, b text); CREATE FUNCTION f() RETURNS c LANGUAGE sql AS 'SELECT NULL::c';
--- an attribute changes, in a table
--- old
CREATE TYPE c AS (a int, b text); CREATE TABLE t (v c, vs c[]); INSERT INTO t VALUES ((1, 'x'), '{}');
--- new
CREATE TYPE c AS (a bigint, b text); CREATE TABLE t (v c, vs c[]); INSERT INTO t VALUES ((1, 'x'), '{}');
--- an attribute of a typed table comes
--- old
CREATE TYPE c AS (a int); CREATE TABLE t OF c;
--- new
CREATE TYPE c AS (a int, b text); CREATE TABLE t OF c;
--- a range comes
--- new
CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi); CREATE TABLE t (v r);
--- a range over another type
--- old
CREATE TYPE r AS RANGE (subtype = int4); CREATE TABLE t (v r);
--- new
CREATE TYPE r AS RANGE (subtype = int8); CREATE TABLE t (v r);
--- a type for a function's argument
--- new
CREATE TYPE c AS (a int); CREATE FUNCTION f(c) RETURNS c LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT (f(ROW(1)::c)).a;
--- a collation
--- new
CREATE COLLATION coll (locale = 'C'); CREATE TABLE t (a text COLLATE coll); COMMENT ON COLLATION coll IS 'x';
--- a collation changes
--- old
CREATE COLLATION coll (locale = 'C'); CREATE TABLE t (a text COLLATE coll); CREATE INDEX ON t (a);
--- new
CREATE COLLATION coll (locale = 'POSIX'); CREATE TABLE t (a text COLLATE coll); CREATE INDEX ON t (a);
--- privileges and owner of a type
CREATE TYPE mood AS ENUM ('a');
--- new
REVOKE USAGE ON TYPE mood FROM PUBLIC; GRANT USAGE ON TYPE mood TO app; ALTER TYPE mood OWNER TO app;
--- a table's row type in a function and a column
CREATE TABLE base (id int, n int);
--- new
CREATE TABLE u (b base); CREATE FUNCTION f(base) RETURNS int LANGUAGE sql AS 'SELECT $1.id';
