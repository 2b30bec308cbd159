-- Booking. What makes a double booking impossible is the exclusion constraint on occupations, nothing else.

-- When a practitioner or an assistant works: wall time of the cabinet's zone.
CREATE TABLE practice.working_hours (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    resource_id uuid NOT NULL,
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens time NOT NULL,
    closes time NOT NULL,
    valid_from date,
    valid_until date,
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, resource_id) REFERENCES practice.resources (cabinet_id, id),
    CHECK (closes > opens),
    CHECK (valid_until >= valid_from)
);
CREATE INDEX working_hours_of ON practice.working_hours (cabinet_id, resource_id);
CALL practice.protect_tenant('practice.working_hours');

-- A day that differs: of the whole cabinet when no resource is named. 'closed' takes time away, 'open' adds some.
CREATE TABLE practice.schedule_exceptions (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    resource_id uuid,
    day date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('closed', 'open')),
    opens time,
    closes time,
    note text,
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, resource_id) REFERENCES practice.resources (cabinet_id, id),
    CHECK ((opens IS NULL) = (closes IS NULL)),
    CHECK (closes > opens),
    CHECK (kind = 'closed' OR opens IS NOT NULL)
);
CREATE INDEX schedule_exceptions_on ON practice.schedule_exceptions (cabinet_id, day);
CALL practice.protect_tenant('practice.schedule_exceptions');

CREATE TABLE practice.series (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    patient_id uuid NOT NULL,
    rule jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, patient_id) REFERENCES practice.patients (cabinet_id, id)
);
CALL practice.protect_tenant('practice.series', 'SELECT, INSERT, UPDATE');

CREATE TABLE practice.appointments (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    patient_id uuid NOT NULL,
    service_id uuid NOT NULL,
    practitioner_id uuid NOT NULL,
    chair_id uuid,
    assistant_id uuid,
    series_id uuid,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('held', 'booked', 'confirmed', 'arrived', 'in_treatment', 'completed', 'no_show', 'cancelled', 'expired')),
    hold_until timestamptz,
    overbooking_reason text CHECK (length(overbooking_reason) BETWEEN 3 AND 500),
    cancel_reason text,
    notes text,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, patient_id) REFERENCES practice.patients (cabinet_id, id),
    FOREIGN KEY (cabinet_id, service_id) REFERENCES practice.services (cabinet_id, id),
    FOREIGN KEY (cabinet_id, practitioner_id) REFERENCES practice.resources (cabinet_id, id),
    FOREIGN KEY (cabinet_id, chair_id) REFERENCES practice.resources (cabinet_id, id),
    FOREIGN KEY (cabinet_id, assistant_id) REFERENCES practice.resources (cabinet_id, id),
    FOREIGN KEY (cabinet_id, series_id) REFERENCES practice.series (cabinet_id, id),
    CHECK (ends_at > starts_at),
    CHECK ((status = 'held') = (hold_until IS NOT NULL))
);
-- Ranges of scalar timestamps: overlap operators are not used as index conditions under row security.
CREATE INDEX appointments_by_time ON practice.appointments (cabinet_id, starts_at, id);
CREATE INDEX appointments_of_patient ON practice.appointments (cabinet_id, patient_id, starts_at);
CREATE INDEX appointments_of_practitioner ON practice.appointments (cabinet_id, practitioner_id, starts_at);
CREATE INDEX appointments_of_series ON practice.appointments (cabinet_id, series_id) WHERE series_id IS NOT NULL;
CALL practice.protect_tenant('practice.appointments', 'SELECT, INSERT, UPDATE');

-- One row per resource that an appointment occupies, while it does. Half-open, never empty, never without an end.
CREATE TABLE practice.occupations (
    cabinet_id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    resource_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    hold_until timestamptz,
    overbooked boolean NOT NULL DEFAULT false,
    PRIMARY KEY (cabinet_id, appointment_id, resource_id),
    FOREIGN KEY (cabinet_id, appointment_id) REFERENCES practice.appointments (cabinet_id, id),
    FOREIGN KEY (cabinet_id, resource_id) REFERENCES practice.resources (cabinet_id, id),
    CHECK (ends_at > starts_at),
    CONSTRAINT occupations_apart EXCLUDE USING gist (
        cabinet_id WITH =, resource_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&
    ) WHERE (NOT overbooked)
);
CREATE INDEX occupations_by_time ON practice.occupations (cabinet_id, resource_id, starts_at);
CREATE INDEX occupations_held ON practice.occupations (cabinet_id, hold_until) WHERE hold_until IS NOT NULL;
CALL practice.protect_tenant('practice.occupations');

-- Who would come earlier. An offer is a hold for one patient at a time, with a deadline.
CREATE TABLE practice.waitlist (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    patient_id uuid NOT NULL,
    service_id uuid NOT NULL,
    practitioner_id uuid,
    earliest timestamptz NOT NULL,
    latest timestamptz NOT NULL,
    priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'offered', 'booked', 'left')),
    offer_id uuid,
    offers integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, patient_id) REFERENCES practice.patients (cabinet_id, id),
    FOREIGN KEY (cabinet_id, service_id) REFERENCES practice.services (cabinet_id, id),
    FOREIGN KEY (cabinet_id, practitioner_id) REFERENCES practice.resources (cabinet_id, id),
    FOREIGN KEY (cabinet_id, offer_id) REFERENCES practice.appointments (cabinet_id, id),
    CHECK (latest > earliest),
    CHECK (status <> 'offered' OR offer_id IS NOT NULL)
);
CREATE INDEX waitlist_waiting ON practice.waitlist (cabinet_id, priority DESC, created_at) WHERE status = 'waiting';
CALL practice.protect_tenant('practice.waitlist', 'SELECT, INSERT, UPDATE');

-- Every change of an appointment, for calendars that follow. `tx` orders what commits late: a reader takes only
-- transactions older than any that still runs, so it never passes over a change.
CREATE TABLE practice.appointment_changes (
    cabinet_id uuid NOT NULL,
    tx bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    seq bigint GENERATED BY DEFAULT AS IDENTITY,
    appointment_id uuid NOT NULL,
    status text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cabinet_id, tx, seq),
    FOREIGN KEY (cabinet_id, appointment_id) REFERENCES practice.appointments (cabinet_id, id)
);
CALL practice.protect_tenant('practice.appointment_changes', 'SELECT, INSERT');
GRANT USAGE ON SEQUENCE practice.appointment_changes_seq_seq TO nova_app;

-- Whatever changes an appointment, the feed and the outbox hear of it in the same commit.
CREATE FUNCTION practice.appointment_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO practice.appointment_changes (cabinet_id, appointment_id, status, starts_at, ends_at, version)
        VALUES (NEW.cabinet_id, NEW.id, NEW.status, NEW.starts_at, NEW.ends_at, NEW.version);
    INSERT INTO practice.outbox (cabinet, kind, subject, body)
        VALUES (NEW.cabinet_id,
            'appointment.' || CASE WHEN TG_OP = 'INSERT' OR OLD.status <> NEW.status THEN NEW.status
                WHEN OLD.starts_at <> NEW.starts_at OR OLD.practitioner_id <> NEW.practitioner_id THEN 'moved'
                ELSE 'changed' END,
            NEW.id, jsonb_build_object('version', NEW.version, 'patient', NEW.patient_id, 'service', NEW.service_id));
    RETURN NULL;
END $$;
CREATE TRIGGER made AFTER INSERT ON practice.appointments
    FOR EACH ROW EXECUTE FUNCTION practice.appointment_changed();
CREATE TRIGGER changed AFTER UPDATE ON practice.appointments
    FOR EACH ROW WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION practice.appointment_changed();

-- What a group may know of every cabinet: figures, no person. Read cabinet by cabinet behind the same policies, for the
-- group only, with a reason, and each cabinet's audit says so.
CREATE FUNCTION practice.group_report_activity(from_at timestamptz, until_at timestamptz)
RETURNS TABLE (cabinet uuid, name text, patients bigint, appointments bigint, completed bigint, cancelled bigint, no_shows bigint, minutes bigint)
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
        INSERT INTO practice.audit (cabinet_id, action, entity, details)
            VALUES (one.id, 'group.report', 'activity', jsonb_build_object('from', from_at, 'until', until_at));
        RETURN QUERY
            SELECT one.id, one.name,
                (SELECT count(*) FROM practice.patients p WHERE p.deleted_at IS NULL),
                count(*),
                count(*) FILTER (WHERE a.status = 'completed'),
                count(*) FILTER (WHERE a.status = 'cancelled'),
                count(*) FILTER (WHERE a.status = 'no_show'),
                coalesce(sum(extract(epoch FROM a.ends_at - a.starts_at) / 60)
                    FILTER (WHERE a.status NOT IN ('cancelled', 'expired')), 0)::bigint
            FROM practice.appointments a
            WHERE a.starts_at >= from_at AND a.starts_at < until_at AND a.status <> 'held';
    END LOOP;
    PERFORM set_config('app.cabinet', cabinet_before, true), set_config('app.group', group_before, true);
END $$;
REVOKE ALL ON FUNCTION practice.group_report_activity(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION practice.group_report_activity(timestamptz, timestamptz) TO nova_app, nova_reports;
