--- a table comes
--- new
CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL);
--- two tables with foreign keys to each other
--- new
CREATE TABLE a (id int PRIMARY KEY, b int);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
--- a table that refers to itself
--- new
CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t ON DELETE CASCADE);
--- a table with everything
--- new
CREATE SEQUENCE s;
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n bigint DEFAULT nextval('s'), m mood DEFAULT 'a', x text COLLATE "C",
  y int GENERATED ALWAYS AS (n * 2) STORED, CHECK (n > 0), UNIQUE (n), PRIMARY KEY (id)) WITH (fillfactor = 70);
CREATE INDEX ON t (x) WHERE n > 3;
COMMENT ON TABLE t IS 'all'; COMMENT ON COLUMN t.x IS 'text';
--- odd names
--- new
CREATE SCHEMA "Odd ""Schema";
CREATE TABLE "Odd ""Schema"."T.a ble" ("Col umn" int PRIMARY KEY, "select" text DEFAULT 'it''s');
CREATE INDEX "I x" ON "Odd ""Schema"."T.a ble" ("select");
COMMENT ON COLUMN "Odd ""Schema"."T.a ble"."select" IS 'a \ b ''c''';
--- a schema and its tables
--- new
CREATE SCHEMA app;
CREATE TABLE app.t (id serial PRIMARY KEY);
CREATE VIEW app.v AS SELECT id FROM app.t;
--- logged and unlogged
--- old
CREATE UNLOGGED TABLE t (id int PRIMARY KEY);
--- new
CREATE TABLE t (id int PRIMARY KEY);
--- unlogged with a serial column [15]
--- old
CREATE UNLOGGED TABLE t (id serial PRIMARY KEY);
--- new
CREATE TABLE t (id serial PRIMARY KEY);
--- storage parameters
CREATE TABLE t (id int) WITH (fillfactor = 50, autovacuum_enabled = false, toast.autovacuum_enabled = false);
--- new
ALTER TABLE t SET (fillfactor = 60, parallel_workers = 2); ALTER TABLE t RESET (autovacuum_enabled, toast.autovacuum_enabled);
--- replica identity full
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL UNIQUE);
--- new
ALTER TABLE t REPLICA IDENTITY FULL;
--- replica identity by an index
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);
--- new
CREATE UNIQUE INDEX i ON t (n); ALTER TABLE t REPLICA IDENTITY USING INDEX i;
--- replica identity by an index that changes
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, m int NOT NULL);
--- old
CREATE UNIQUE INDEX i ON t (n); ALTER TABLE t REPLICA IDENTITY USING INDEX i;
--- new
CREATE UNIQUE INDEX i ON t (n, m); ALTER TABLE t REPLICA IDENTITY USING INDEX i;
--- row level security
CREATE TABLE t (id int, owner text);
--- new
ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (owner = current_user);
--- a typed table
CREATE TYPE person AS (name text, age int);
--- new
CREATE TABLE people OF person (PRIMARY KEY (name));
--- a table becomes a view of its name
--- old
CREATE TABLE t (id int);
--- new
CREATE TABLE base (id int); CREATE VIEW t AS SELECT id FROM base;
--- a table becomes an index's name
--- old
CREATE TABLE x (id int);
--- new
CREATE TABLE t (id int); CREATE INDEX x ON t (id);
--- a table becomes a type of its name
--- old
CREATE TABLE x (id int);
--- new
CREATE TYPE x AS ENUM ('a');
--- a clustered table
CREATE TABLE t (id int PRIMARY KEY, n int); CREATE INDEX i ON t (n);
--- old
ALTER TABLE t CLUSTER ON i;
--- new
ALTER TABLE t CLUSTER ON t_pkey;
--- no columns at all
--- old
CREATE TABLE t ();
--- new
CREATE TABLE t (id int, n int);
--- temporary names are nobody's
CREATE TABLE t (id int);
--- new
CREATE TABLE nova_x (id int);
