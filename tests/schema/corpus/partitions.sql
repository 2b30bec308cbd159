--- a partitioned table comes
--- new
CREATE TABLE p (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX i ON p (d);
--- a partition comes
CREATE TABLE p (id int, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d); CREATE INDEX i ON p (d);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
--- new
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01'); CREATE TABLE p3 PARTITION OF p DEFAULT;
--- a partition is detached
CREATE TABLE p (id int, d int) PARTITION BY LIST (d); CREATE TABLE p1 (id int, d int);
--- old
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1);
--- new
COMMENT ON TABLE p1 IS 'free';
--- other bounds
CREATE TABLE p (id int, d int) PARTITION BY RANGE (d);
--- old
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
--- new
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (20);
--- a column of a partitioned table
CREATE TABLE p (id int, d int) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
--- new
ALTER TABLE p ADD n int NOT NULL DEFAULT 1; ALTER TABLE p ALTER id TYPE bigint; ALTER TABLE p ALTER id SET NOT NULL;
--- an index of a partitioned table
CREATE TABLE p (id int, d int) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
--- new
CREATE INDEX i ON p (id); CREATE UNIQUE INDEX u ON p (d);
--- a key of a partitioned table with foreign keys
CREATE TABLE p (id int NOT NULL, d int NOT NULL) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE u (id int, d int);
--- new
ALTER TABLE p ADD PRIMARY KEY (id, d); ALTER TABLE u ADD FOREIGN KEY (id, d) REFERENCES p;
--- a foreign key and a check of a partitioned table
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE p (id int, d int) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
--- new
ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES a; ALTER TABLE p ADD CONSTRAINT c CHECK (id > 0);
--- a trigger of a partitioned table
CREATE TABLE p (id int, d int) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
--- new
CREATE TRIGGER tr BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();
--- a table becomes partitioned and keeps its rows
--- old
CREATE TABLE t (id int, d int); INSERT INTO t VALUES (1, 2), (2, 12);
--- new
CREATE TABLE t (id int, d int) PARTITION BY RANGE (d);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10); CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
INSERT INTO t VALUES (1, 2), (2, 12);
--- two levels
CREATE TABLE p (id int, d int) PARTITION BY RANGE (d);
--- new
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10) PARTITION BY LIST (id); CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1);
CREATE INDEX i ON p (id);
--- inheritance comes
CREATE TABLE a (id int, n int); CREATE TABLE b (id int, n int, x int);
--- new
ALTER TABLE b INHERIT a;
--- a parent gets a column
CREATE TABLE a (id int); CREATE TABLE b (x int) INHERITS (a);
--- new
ALTER TABLE a ADD n int; ALTER TABLE a ADD CONSTRAINT c CHECK (id > 0);
--- a parent's column gets another type
CREATE TABLE a (id int, n int DEFAULT 1); CREATE TABLE b (x int) INHERITS (a); CREATE VIEW v AS SELECT n FROM b;
--- new
DROP VIEW v; ALTER TABLE a ALTER n TYPE bigint; CREATE VIEW v AS SELECT n FROM b;
--- a child has a default of its own
CREATE TABLE a (id int, n int DEFAULT 1); CREATE TABLE b () INHERITS (a);
--- new
ALTER TABLE b ALTER n SET DEFAULT 2;
