--- a table and its indexes move to another tablespace
CREATE TABLE t (id int PRIMARY KEY, a text UNIQUE); CREATE INDEX i ON t (a);
--- new
ALTER TABLE t SET TABLESPACE fast; ALTER INDEX i SET TABLESPACE "Slow One"; ALTER INDEX t_pkey SET TABLESPACE fast;
--- a table from one tablespace to another
CREATE TABLE t (id int, a text);
--- old
ALTER TABLE t SET TABLESPACE fast;
--- new
ALTER TABLE t SET TABLESPACE "Slow One"; ALTER TABLE t ADD b int;
--- what is stored elsewhere comes
--- new
CREATE TABLE t (id int PRIMARY KEY USING INDEX TABLESPACE fast, a text, EXCLUDE USING btree (a WITH =) USING INDEX TABLESPACE "Slow One") TABLESPACE "Slow One";
CREATE INDEX i ON t (a) TABLESPACE fast; CREATE MATERIALIZED VIEW m TABLESPACE fast AS SELECT a FROM t; CREATE INDEX j ON m (a) TABLESPACE "Slow One";
--- a materialized view moves to another tablespace
CREATE TABLE t (id int); CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE UNIQUE INDEX u ON m (id);
--- new
ALTER MATERIALIZED VIEW m SET TABLESPACE fast; ALTER INDEX u SET TABLESPACE fast;
--- partitions are stored apart
CREATE TABLE p (id int, d int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d); CREATE INDEX i ON p (d);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
--- new
ALTER TABLE p SET TABLESPACE fast; ALTER TABLE p1 SET TABLESPACE "Slow One"; CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) TABLESPACE fast;
ALTER INDEX i SET TABLESPACE fast;
--- a partitioned table comes with a tablespace for its partitions
--- new
CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id) TABLESPACE fast; CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) TABLESPACE pg_default; CREATE INDEX i ON p (id) TABLESPACE "Slow One";
--- a table that is built anew stays where it is stored
--- old
CREATE TABLE t (id int, d int) TABLESPACE fast; CREATE INDEX i ON t (d) TABLESPACE "Slow One"; INSERT INTO t VALUES (1, 2);
--- new
CREATE TABLE t (id int, d int) PARTITION BY RANGE (d) TABLESPACE fast; CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10); CREATE INDEX i ON t (d);
INSERT INTO t VALUES (1, 2);
--- an index in a tablespace is built again
CREATE TABLE t (id int, d int); CREATE INDEX i ON t (d) TABLESPACE fast;
--- new
DROP INDEX i; CREATE INDEX i ON t (d, id) TABLESPACE fast; ALTER TABLE t ALTER d TYPE bigint;
