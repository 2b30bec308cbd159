-- What is asked about a patient, what patients are reminded of, how cabinets are.

-- Entries of the audit that are about several patients: whose data a list showed. The audit names them in its details, under
-- `patients`, where the hash covers them; this is the index by patient.
CREATE TABLE practice.audit_patients (
    cabinet_id uuid NOT NULL,
    patient uuid NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (cabinet_id, patient, seq)
);
CALL practice.protect_tenant('practice.audit_patients', 'SELECT, INSERT');

CREATE FUNCTION practice.audit_of_patients() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO practice.audit_patients (cabinet_id, patient, seq)
        SELECT DISTINCT NEW.cabinet_id, p::uuid, NEW.seq FROM jsonb_array_elements_text(NEW.details -> 'patients') p;
    RETURN NULL;
END $$;
CREATE TRIGGER patients AFTER INSERT ON practice.audit
    FOR EACH ROW WHEN (NEW.details ? 'patients') EXECUTE FUNCTION practice.audit_of_patients();

-- Searches were noted under another name before.
DO $$
DECLARE
    one uuid;
BEGIN
    PERFORM set_config('app.group', 'on', true);
    FOR one IN SELECT c.id FROM practice.cabinets c ORDER BY c.id LOOP
        PERFORM set_config('app.cabinet', one::text, true);
        INSERT INTO practice.audit_patients (cabinet_id, patient, seq)
            SELECT DISTINCT a.cabinet_id, p::uuid, a.seq FROM practice.audit a, jsonb_array_elements_text(a.details -> 'found') p
            WHERE a.action = 'patient.search';
    END LOOP;
    PERFORM set_config('app.group', '', true), set_config('app.cabinet', '', true);
END $$;

-- Of which appointment a patient was reminded so many hours before. One that moves is another time to be reminded of.
CREATE TABLE practice.reminders (
    cabinet_id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    hours integer NOT NULL CHECK (hours BETWEEN 0 AND 720),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (cabinet_id, appointment_id, starts_at, hours),
    FOREIGN KEY (cabinet_id, appointment_id) REFERENCES practice.appointments (cabinet_id, id)
);
CALL practice.protect_tenant('practice.reminders', 'SELECT, INSERT');

-- Which message was written to whom of those who work here: one that comes twice is not written twice.
CREATE TABLE practice.letters (
    message bigint NOT NULL,
    recipient uuid NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (message, recipient)
);
CALL practice.protect_group('practice.letters', 'SELECT, INSERT, DELETE');

CREATE INDEX health_by_time ON practice.health (cabinet_id, at, check_name);

-- How every cabinet was when it was last looked at: read cabinet by cabinet behind the same policies, for the group only,
-- with a reason, and each cabinet's audit says so.
CREATE FUNCTION practice.group_report_health()
RETURNS TABLE (cabinet uuid, name text, condition text, ill text[], at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
    cabinet_before text := coalesce(current_setting('app.cabinet', true), '');
    group_before text := coalesce(current_setting('app.group', true), '');
BEGIN
    IF group_before <> 'on' AND NOT pg_has_role(session_user, 'nova_reports', 'MEMBER') THEN
        RAISE EXCEPTION 'a report on every cabinet is the group''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF coalesce(current_setting('app.reason', true), '') = '' THEN
        RAISE EXCEPTION 'a report on every cabinet needs a reason (app.reason)' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('app.group', 'on', true);
    FOR one IN SELECT c.id, c.name FROM practice.cabinets c WHERE c.status = 'active' ORDER BY c.id LOOP
        PERFORM set_config('app.cabinet', one.id::text, true);
        INSERT INTO practice.audit (cabinet_id, action, entity) VALUES (one.id, 'group.report', 'health');
        RETURN QUERY
            WITH checks AS (SELECT DISTINCT h.check_name FROM practice.health h), last AS (
                SELECT k.check_name, h.status, h.at FROM checks k CROSS JOIN LATERAL (
                    SELECT n.status, n.at FROM practice.health n WHERE n.check_name = k.check_name ORDER BY n.at DESC LIMIT 1) h)
            SELECT one.id, one.name,
                (ARRAY['healthy', 'degraded', 'failing'])[max(array_position(ARRAY['healthy', 'degraded', 'failing'], l.status))],
                coalesce(array_agg(l.check_name ORDER BY l.check_name) FILTER (WHERE l.status <> 'healthy'), '{}'),
                max(l.at)
            FROM last l;
    END LOOP;
    PERFORM set_config('app.cabinet', cabinet_before, true), set_config('app.group', group_before, true);
END $$;
REVOKE ALL ON FUNCTION practice.group_report_health() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION practice.group_report_health() TO nova_app, nova_reports;
