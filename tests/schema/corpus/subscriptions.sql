--- a subscription comes
--- new
CREATE SUBSCRIPTION comes CONNECTION 'host=nova.invalid' PUBLICATION a, "B" WITH (connect = false, slot_name = NONE, synchronous_commit = 'local');
COMMENT ON SUBSCRIPTION comes IS 'from elsewhere'; ALTER SUBSCRIPTION comes OWNER TO boss;
--- a subscription takes other publications and is described
CREATE SUBSCRIPTION "Other One" CONNECTION 'host=nova.invalid' PUBLICATION a WITH (connect = false, slot_name = NONE);
--- new
ALTER SUBSCRIPTION "Other One" SET PUBLICATION b, c WITH (refresh = false); ALTER SUBSCRIPTION "Other One" SET (synchronous_commit = 'on');
COMMENT ON SUBSCRIPTION "Other One" IS 'described';
--- options of a subscription [14]
CREATE SUBSCRIPTION options14 CONNECTION 'host=nova.invalid' PUBLICATION a WITH (connect = false, slot_name = NONE);
--- new
ALTER SUBSCRIPTION options14 SET (binary = true, streaming = on);
--- a subscription that waits for prepared transactions is built again [15]
--- old
CREATE SUBSCRIPTION prepared CONNECTION 'host=nova.invalid' PUBLICATION a WITH (connect = false, slot_name = NONE);
--- new
CREATE SUBSCRIPTION prepared CONNECTION 'host=nova.invalid' PUBLICATION a WITH (connect = false, slot_name = NONE, two_phase = true, disable_on_error = true);
--- options of a subscription that newer servers have [16]
CREATE SUBSCRIPTION options16 CONNECTION 'host=nova.invalid' PUBLICATION a WITH (connect = false, slot_name = NONE, streaming = parallel);
--- new
ALTER SUBSCRIPTION options16 SET (streaming = off, origin = none, run_as_owner = true, password_required = false);
--- a subscription whose slot fails over [17]
--- old
CREATE SUBSCRIPTION fails CONNECTION 'host=nova.invalid' PUBLICATION a WITH (connect = false, slot_name = NONE);
--- new
CREATE SUBSCRIPTION fails CONNECTION 'host=nova.invalid' PUBLICATION a WITH (connect = false, slot_name = NONE, failover = true);
