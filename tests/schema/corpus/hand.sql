--- a price list whose view calls a function over a domain over a composite
--- old
CREATE TYPE money_of AS (amount numeric(12,2), currency char(3));
CREATE FUNCTION known(money_of) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$ SELECT ($1).currency IN ('EUR', 'CHF') $$;
CREATE DOMAIN price AS money_of CHECK (known(VALUE));
CREATE TABLE items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, p price NOT NULL, cents bigint GENERATED ALWAYS AS ((((p).amount) * 100)::bigint) STORED);
CREATE INDEX by_currency ON items (((p).currency), cents DESC NULLS LAST) WHERE ((p).amount > 0);
CREATE VIEW dear AS SELECT i.id, (i.p).amount AS amount FROM items i WHERE i.cents > 100;
CREATE FUNCTION dearest() RETURNS SETOF dear LANGUAGE sql STABLE AS 'SELECT * FROM dear ORDER BY amount DESC LIMIT 1';
CREATE VIEW top AS SELECT d.* FROM dearest() d;
--- new
CREATE TYPE money_of AS (amount numeric(14,4), currency char(3));
CREATE FUNCTION known(money_of) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$ SELECT ($1).currency IN ('EUR', 'CHF', 'USD') $$;
CREATE DOMAIN price AS money_of CHECK (known(VALUE)) CHECK ((VALUE).amount >= 0);
CREATE TABLE items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, p price NOT NULL, cents bigint GENERATED ALWAYS AS ((((p).amount) * 100)::bigint) STORED);
CREATE INDEX by_currency ON items (((p).currency), cents DESC NULLS LAST) WHERE ((p).amount > 0);
CREATE VIEW dear AS SELECT i.id, (i.p).amount AS amount, i.cents FROM items i WHERE i.cents > 100;
CREATE FUNCTION dearest() RETURNS SETOF dear LANGUAGE sql STABLE AS 'SELECT * FROM dear ORDER BY amount DESC LIMIT 1';
CREATE VIEW top AS SELECT d.* FROM dearest() d;
--- names that no one should choose
--- old
CREATE TABLE "sélect ""from""; DROP" ("Ünï·çødé" int PRIMARY KEY, "a.b" text, "$1" text DEFAULT '%s $$ \ ''' );
CREATE TABLE "ααααααααααααααααααααααααααααααα" ("βββββββββββββββββββββββββββββββ" int REFERENCES "sélect ""from""; DROP", CONSTRAINT "γγγγγγγγγγγγγγγγγγγγγγγγγγγγγγγ" CHECK ("βββββββββββββββββββββββββββββββ" > 0));
CREATE INDEX "δδδδδδδδδδδδδδδδδδδδδδδδδδδδδδδ" ON "ααααααααααααααααααααααααααααααα" ("βββββββββββββββββββββββββββββββ");
CREATE VIEW "user" AS SELECT "a.b" AS "table", "$1" AS "
new line" FROM "sélect ""from""; DROP";
--- new
CREATE TABLE "sélect ""from""; DROP" ("Ünï·çødé" bigint PRIMARY KEY, "a.b" varchar(9), "$1" text DEFAULT E'%I \\ $body$', "order" int DEFAULT 1 NOT NULL);
CREATE TABLE "ααααααααααααααααααααααααααααααα" ("βββββββββββββββββββββββββββββββ" bigint REFERENCES "sélect ""from""; DROP" ON DELETE SET NULL, CONSTRAINT "γγγγγγγγγγγγγγγγγγγγγγγγγγγγγγγ" CHECK ("βββββββββββββββββββββββββββββββ" > 1));
CREATE UNIQUE INDEX "δδδδδδδδδδδδδδδδδδδδδδδδδδδδδδδ" ON "ααααααααααααααααααααααααααααααα" ("βββββββββββββββββββββββββββββββ");
CREATE VIEW "user" AS SELECT "a.b" AS "table", "$1" AS "
new line", "order" AS "group" FROM "sélect ""from""; DROP";
COMMENT ON VIEW "user" IS E'a ''comment''\nwith \\ and -- dashes';
--- tenants with policies that call functions that read the protected tables
--- old
CREATE TABLE members (tenant uuid, login name, PRIMARY KEY (tenant, login)); ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE TABLE docs (id bigint PRIMARY KEY, tenant uuid, body text); ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION mine() RETURNS SETOF uuid STABLE SECURITY DEFINER LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT NULL::uuid';
CREATE POLICY own ON docs USING (tenant IN (SELECT mine()));
CREATE POLICY self ON members FOR SELECT TO app USING (login = current_user);
--- new
CREATE TABLE members (tenant bigint, login text, role text DEFAULT 'user', PRIMARY KEY (tenant, login)); ALTER TABLE members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE docs (id bigint PRIMARY KEY, tenant bigint, body text, owner text DEFAULT current_user); ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION mine() RETURNS SETOF bigint STABLE SECURITY DEFINER LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT NULL::bigint';
CREATE FUNCTION may(docs) RETURNS boolean STABLE LANGUAGE sql AS 'SELECT $1.tenant IS NOT NULL';
CREATE POLICY own ON docs AS RESTRICTIVE FOR UPDATE USING (tenant IN (SELECT mine())) WITH CHECK (may(docs));
CREATE POLICY self ON members FOR SELECT TO app, reader USING (login = current_user AND EXISTS (SELECT FROM docs d WHERE d.tenant = members.tenant));
--- a tree of partitions whose defaults and checks differ by level
--- old
CREATE SEQUENCE s; CREATE TYPE kind AS ENUM ('in', 'out');
CREATE TABLE log (id bigint DEFAULT nextval('s'), at timestamptz NOT NULL, k kind NOT NULL DEFAULT 'in', n int CHECK (n >= 0)) PARTITION BY LIST (k);
CREATE TABLE log_in PARTITION OF log (n DEFAULT 1) FOR VALUES IN ('in') PARTITION BY RANGE (at);
CREATE TABLE log_in_1 PARTITION OF log_in (CONSTRAINT few CHECK (n < 100)) FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE log_out PARTITION OF log FOR VALUES IN ('out'); CREATE INDEX ON log (at); CREATE UNIQUE INDEX one ON log_in_1 (id);
--- new
CREATE SEQUENCE s AS int; CREATE TYPE kind AS ENUM ('in', 'sideways', 'out');
CREATE TABLE log (id bigint DEFAULT nextval('s'), at timestamptz NOT NULL, k kind NOT NULL DEFAULT 'in', n bigint CHECK (n >= 0), note text COLLATE "C") PARTITION BY LIST (k);
CREATE TABLE log_in PARTITION OF log (n DEFAULT 2) FOR VALUES IN ('in', 'sideways') PARTITION BY RANGE (at);
CREATE TABLE log_in_1 PARTITION OF log_in (CONSTRAINT few CHECK (n < 1000), note DEFAULT 'x') FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE log_in_2 PARTITION OF log_in FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE log_out PARTITION OF log FOR VALUES IN ('out'); CREATE INDEX ON log (at, k); CREATE UNIQUE INDEX one ON log_in_1 (id, at);
--- three tables that refer to each other, one deferred, one to itself
--- old
CREATE TABLE a (id int PRIMARY KEY, b int, up int REFERENCES a); CREATE TABLE b (id int PRIMARY KEY, c int); CREATE TABLE c (id int PRIMARY KEY, a int REFERENCES a);
ALTER TABLE a ADD CONSTRAINT ab FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED; ALTER TABLE b ADD CONSTRAINT bc FOREIGN KEY (c) REFERENCES c;
--- new
CREATE TABLE a (id bigint PRIMARY KEY, b bigint, up bigint REFERENCES a); CREATE TABLE b (id bigint PRIMARY KEY, c bigint); CREATE TABLE c (id bigint, a bigint REFERENCES a, x int DEFAULT 0, PRIMARY KEY (id), UNIQUE (id, x));
ALTER TABLE a ADD CONSTRAINT ab FOREIGN KEY (b) REFERENCES b ON UPDATE CASCADE; ALTER TABLE b ADD x int DEFAULT 0; ALTER TABLE b ADD CONSTRAINT bc FOREIGN KEY (c, x) REFERENCES c (id, x) MATCH FULL;
--- an operator of one's own in an exclusion, an index and a generated column
--- old
CREATE TYPE span AS RANGE (SUBTYPE = time);
CREATE FUNCTION far(int, int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT abs($1 - $2) > 10'; CREATE OPERATOR <!> (LEFTARG = int, RIGHTARG = int, FUNCTION = far, COMMUTATOR = <!>);
CREATE TABLE slots (id int, during span, EXCLUDE USING gist (during WITH &&), is_far boolean GENERATED ALWAYS AS (id <!> 5) STORED); CREATE INDEX ON slots ((id <!> 3));
CREATE VIEW far_ones AS SELECT * FROM slots WHERE id <!> 100;
--- new
CREATE TYPE span AS RANGE (SUBTYPE = timetz);
CREATE FUNCTION far(bigint, bigint) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT abs($1 - $2) > 20'; CREATE OPERATOR <!> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = far, COMMUTATOR = <!>);
CREATE TABLE slots (id bigint, during span, EXCLUDE USING gist (during WITH &&) WHERE (id > 0), is_far boolean GENERATED ALWAYS AS (id <!> 5) STORED); CREATE INDEX ON slots ((id <!> 3), id);
CREATE VIEW far_ones AS SELECT * FROM slots WHERE id <!> 100;
--- triggers with transition tables, columns and conditions, some asleep
--- old
CREATE TABLE t (id int PRIMARY KEY, a int, b text); CREATE TABLE audit (what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER z AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER y BEFORE UPDATE OF a, b ON t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION note('x', '1'); ALTER TABLE t DISABLE TRIGGER y;
CREATE CONSTRAINT TRIGGER w AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION note();
CREATE RULE r AS ON DELETE TO t DO ALSO INSERT INTO audit VALUES (OLD.b);
--- new
CREATE TABLE t (id int PRIMARY KEY, a bigint, b varchar(20), c int); CREATE TABLE audit (what varchar(20), at timestamptz DEFAULT now());
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER z AFTER UPDATE ON t REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION note(); ALTER TABLE t ENABLE ALWAYS TRIGGER z;
CREATE TRIGGER y BEFORE UPDATE OF a, c ON t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a AND NEW.c > 0) EXECUTE FUNCTION note('x');
CREATE CONSTRAINT TRIGGER w AFTER INSERT OR UPDATE OF b ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note(); ALTER TABLE t ENABLE REPLICA TRIGGER w;
CREATE RULE r AS ON DELETE TO t WHERE OLD.a > 1 DO ALSO INSERT INTO audit VALUES (OLD.b);
--- types of extensions in defaults, keys, domains and arrays
CREATE EXTENSION citext; CREATE EXTENSION hstore;
--- old
CREATE DOMAIN mail AS citext CHECK (VALUE ~ '@'); CREATE TABLE people (m mail PRIMARY KEY, attrs hstore DEFAULT 'a=>1'::hstore, tags citext[] DEFAULT '{}');
CREATE INDEX ON people USING gin (attrs); CREATE VIEW tagged AS SELECT m, unnest(tags) AS tag FROM people;
--- new
CREATE DOMAIN mail AS text CHECK (VALUE ~ '@'); CREATE TABLE people (m mail PRIMARY KEY, attrs jsonb DEFAULT '{}', tags text[] DEFAULT '{}', nick citext UNIQUE);
CREATE INDEX ON people USING gin (attrs jsonb_path_ops); CREATE VIEW tagged AS SELECT m, nick, unnest(tags) AS tag FROM people;
--- event triggers guard a schema whose function they call
--- old
CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watch_hand ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION guard();
--- new
CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM 1; END'; CREATE FUNCTION other_guard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch_hand ON sql_drop EXECUTE FUNCTION other_guard(); ALTER EVENT TRIGGER watch_hand ENABLE REPLICA; CREATE TABLE watched (id int);
--- overloads, defaults and procedures that call each other
--- old
CREATE FUNCTION f(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a + b'; CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(INOUT x int) LANGUAGE plpgsql AS 'BEGIN x := f(x); END'; CREATE AGGREGATE total(int) (SFUNC = f, STYPE = int, INITCOND = '0');
CREATE TABLE t (id int DEFAULT f(1), n int CHECK (f('a') = 1)); CREATE VIEW v AS SELECT total(id) AS s FROM t; GRANT EXECUTE ON FUNCTION f(text) TO app;
--- new
CREATE FUNCTION f(a int, c int DEFAULT 2) RETURNS int LANGUAGE sql STRICT AS 'SELECT a + c'; CREATE FUNCTION f(a text, VARIADIC rest text[] DEFAULT '{}') RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE PROCEDURE p(INOUT x int, y int DEFAULT 3) LANGUAGE plpgsql AS 'BEGIN x := f(x, y); END'; CREATE AGGREGATE total(int) (SFUNC = f, STYPE = int, INITCOND = '1', PARALLEL = SAFE);
CREATE TABLE t (id int DEFAULT f(1, 2), n int CHECK (f('a', 'b') = 1)); CREATE VIEW v AS SELECT total(id) AS s, count(*) AS c FROM t; REVOKE EXECUTE ON FUNCTION f(text, text[]) FROM PUBLIC;
--- materialized views on views on materialized views with indexes and comments
--- old
CREATE TABLE base (id int PRIMARY KEY, v text, w numeric); CREATE MATERIALIZED VIEW m1 AS SELECT id, v FROM base; CREATE UNIQUE INDEX m1_i ON m1 (id);
CREATE VIEW v1 AS SELECT m1.id, upper(v) AS v FROM m1; CREATE MATERIALIZED VIEW m2 AS SELECT count(*) AS c, v FROM v1 GROUP BY v WITH NO DATA; COMMENT ON MATERIALIZED VIEW m2 IS 'sums'; GRANT SELECT ON m2 TO reader;
--- new
CREATE TABLE base (id bigint PRIMARY KEY, v varchar(30), w numeric(10,2)); CREATE MATERIALIZED VIEW m1 AS SELECT id, v, w FROM base; CREATE UNIQUE INDEX m1_i ON m1 (id); CREATE INDEX m1_w ON m1 (w);
CREATE VIEW v1 WITH (security_barrier) AS SELECT m1.id, upper(v) AS v, w FROM m1; CREATE MATERIALIZED VIEW m2 AS SELECT count(*) AS c, v, sum(w) AS w FROM v1 GROUP BY v; COMMENT ON MATERIALIZED VIEW m2 IS 'sums and more'; GRANT SELECT ON m2 TO reader, app;
--- a composite that columns hold gets an attribute and loses another
--- old
CREATE TYPE addr AS (street text, zip text, old text); CREATE TABLE h (id int PRIMARY KEY, a addr, more addr[]); INSERT INTO h VALUES (1, ROW('s', '1', 'o'), ARRAY[ROW('t', '2', NULL)]::addr[]);
--- new
CREATE TYPE addr AS (zip int, street varchar(40), country text); CREATE TABLE h (id int PRIMARY KEY, a addr, more addr[]);
INSERT INTO h VALUES (1, ROW(1, 's', 'c'), ARRAY[ROW(2, 't', NULL)]::addr[]);
--- inheritance from two parents that come apart
--- old
CREATE TABLE pa (id int, x text DEFAULT 'a', CONSTRAINT px CHECK (x <> '')); CREATE TABLE pb (id int, y text); CREATE TABLE kid (y text, z int) INHERITS (pa, pb); CREATE TABLE grandkid () INHERITS (kid);
CREATE VIEW all_of AS SELECT id, x FROM pa UNION ALL SELECT id, y FROM pb;
--- new
CREATE TABLE pa (id bigint, x text DEFAULT 'b', CONSTRAINT px CHECK (x <> '-')); CREATE TABLE pb (id bigint, y text NOT NULL DEFAULT ''); CREATE TABLE kid (y text NOT NULL DEFAULT '', z int) INHERITS (pa); CREATE TABLE grandkid (q int) INHERITS (kid);
CREATE VIEW all_of AS SELECT id, x FROM pa UNION ALL SELECT id, y FROM pb;
--- sequences change owners and identities become serial and back
--- old
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5), b serial, c int); CREATE SEQUENCE loose MINVALUE -5 CYCLE; ALTER TABLE t ALTER c SET DEFAULT nextval('loose');
--- new
CREATE TABLE t (a serial, b bigint GENERATED BY DEFAULT AS IDENTITY, c int); CREATE SEQUENCE loose OWNED BY t.c CACHE 7; ALTER TABLE t ALTER c SET DEFAULT nextval('loose'::regclass) + 1;
--- statistics, storage and options of everything that has some
--- old
CREATE TABLE t (a int, b int, c text) WITH (fillfactor = 70, autovacuum_enabled = off); CREATE STATISTICS st (dependencies) ON a, b FROM t; ALTER STATISTICS st SET STATISTICS 50;
CREATE INDEX i ON t USING gin (to_tsvector('simple', c)) WITH (fastupdate = off); ALTER TABLE t ALTER c SET STORAGE EXTERNAL; CREATE INDEX i2 ON t (a); ALTER TABLE t CLUSTER ON i2; ALTER TABLE t REPLICA IDENTITY FULL;
--- new
CREATE TABLE t (a bigint NOT NULL, b int, c text) WITH (fillfactor = 80, toast.autovacuum_enabled = off); CREATE STATISTICS st (ndistinct, mcv) ON a, b, c FROM t; ALTER TABLE t ALTER b SET STATISTICS 5;
CREATE INDEX i ON t USING gin (to_tsvector('english', c)) WITH (gin_pending_list_limit = 64); CREATE UNIQUE INDEX i2 ON t (a) WITH (fillfactor = 60); ALTER TABLE t REPLICA IDENTITY USING INDEX i2; ALTER TABLE t ALTER b SET (n_distinct = -0.5);
--- attributes of a composite change places and values stay with their names
--- old
CREATE TYPE pt AS (x int, y int); CREATE DOMAIN dpt AS pt; CREATE TABLE g (id int PRIMARY KEY, a pt, b dpt, c pt[]); INSERT INTO g VALUES (1, ROW(1, 2), ROW(3, 4), ARRAY[ROW(5, 6)]::pt[]);
CREATE VIEW v AS SELECT id FROM g WHERE (a).x = 1 AND (b).y = 4;
--- new
CREATE TYPE pt AS (y int, x int); CREATE DOMAIN dpt AS pt; CREATE TABLE g (id int PRIMARY KEY, a pt, b dpt, c pt[], CHECK ((a).x IS NULL OR (a).x = 1 AND (c[1]).y = 6)); INSERT INTO g VALUES (1, ROW(2, 1), ROW(4, 3), ARRAY[ROW(6, 5)]::pt[]);
CREATE VIEW v AS SELECT id FROM g WHERE (a).x = 1 AND (b).y = 4;
--- a parent gets a check, an index and a column while a partition gets other bounds
CREATE TABLE p (id int, d int) PARTITION BY RANGE (d);
--- old
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); INSERT INTO p VALUES (1, 1);
--- new
ALTER TABLE p ADD n int NOT NULL DEFAULT 7; CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (20); ALTER TABLE p ADD CHECK (id > 0); CREATE INDEX i ON p (n); INSERT INTO p VALUES (1, 1);
