-- Tenants and the walls between them.
--
-- A table with a column cabinet_id belongs to cabinets: practice.protect_tenant() gives it its policies. Every other
-- table belongs to the group: practice.protect_group(). A group table that cabinets may see a part of names the column
-- that holds the cabinet: practice.protect_shared(). Nothing else is allowed; the service refuses to start otherwise.
-- Runs as nova_owner, which owns everything here and never serves.

-- The cabinet of this transaction. On a reused connection the setting is '' and not NULL.
CREATE FUNCTION practice.nova_cabinet() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(pg_catalog.current_setting('app.cabinet', true), '')::uuid;

-- Whether this transaction works for the group as a whole.
CREATE FUNCTION practice.nova_group() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(pg_catalog.current_setting('app.group', true), '') = 'on';

-- Policy, restrictive twin (a later permissive policy cannot widen what it allows), FORCE (the owner obeys, too).
CREATE PROCEDURE practice.wall(what regclass, allowed text, verbs text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', what);
    EXECUTE format('CREATE POLICY tenant ON %s AS PERMISSIVE FOR ALL TO PUBLIC USING (%s) WITH CHECK (%s)', what, allowed, allowed);
    EXECUTE format('CREATE POLICY tenant_wall ON %s AS RESTRICTIVE FOR ALL TO PUBLIC USING (%s) WITH CHECK (%s)', what, allowed, allowed);
    IF verbs <> '' THEN
        EXECUTE format('GRANT %s ON %s TO nova_app', verbs, what);
    END IF;
END $$;

-- A table of a cabinet. It must have a foreign key on its cabinet; the procedure adds it.
CREATE PROCEDURE practice.protect_tenant(what regclass, verbs text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ADD FOREIGN KEY (cabinet_id) REFERENCES practice.cabinets (id)', what);
    CALL practice.wall(what, 'cabinet_id = (SELECT practice.nova_cabinet())', verbs);
END $$;

-- A table of the group.
CREATE PROCEDURE practice.protect_group(what regclass, verbs text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CALL practice.wall(what, '(SELECT practice.nova_group())', verbs);
END $$;

-- A table of the group of which a cabinet sees and writes the rows that name it.
CREATE PROCEDURE practice.protect_shared(what regclass, cabinet_column name, verbs text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CALL practice.wall(what, format('%I = (SELECT practice.nova_cabinet()) OR (SELECT practice.nova_group())', cabinet_column), verbs);
END $$;

CREATE TABLE practice.cabinets (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    siret text NOT NULL UNIQUE CHECK (siret ~ '^[0-9]{14}$'),
    street text NOT NULL,
    postal_code text NOT NULL,
    city text NOT NULL,
    country text NOT NULL DEFAULT 'FR' CHECK (country ~ '^[A-Z]{2}$'),
    zone text NOT NULL,
    phone text,
    email text,
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'provisioning', 'active', 'inactive')),
    inactive_reason text,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL practice.protect_shared('practice.cabinets', 'id', 'SELECT, INSERT, UPDATE');

CREATE TABLE practice.templates (
    name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9-]{0,62}$'),
    title text NOT NULL,
    body jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL practice.protect_group('practice.templates');

CREATE TABLE practice.opening_hours (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens time NOT NULL,
    closes time NOT NULL,
    PRIMARY KEY (cabinet_id, id),
    CHECK (closes > opens)
);
CALL practice.protect_tenant('practice.opening_hours');

-- What an appointment occupies.
CREATE TABLE practice.resources (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('practitioner', 'assistant', 'chair')),
    name text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    -- The practitioner's own number (RPPS) and the account of the person, where there is one.
    rpps text CHECK (rpps ~ '^[0-9]{11}$'),
    account uuid,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (cabinet_id, id),
    UNIQUE (cabinet_id, kind, name)
);
CALL practice.protect_tenant('practice.resources');

CREATE TABLE practice.equipment (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    serial text,
    chair_id uuid,
    PRIMARY KEY (cabinet_id, id),
    UNIQUE (cabinet_id, kind, serial),
    FOREIGN KEY (cabinet_id, chair_id) REFERENCES practice.resources (cabinet_id, id)
);
CALL practice.protect_tenant('practice.equipment');

CREATE TABLE practice.services (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    minutes integer NOT NULL CHECK (minutes BETWEEN 5 AND 720),
    price_cents bigint CHECK (price_cents >= 0),
    currency text NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'),
    needs_chair boolean NOT NULL DEFAULT true,
    active boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (cabinet_id, id),
    UNIQUE (cabinet_id, code)
);
CALL practice.protect_tenant('practice.services');

-- The answer to a request that carried a key, so that sending it again does nothing twice.
CREATE TABLE practice.idempotency (
    cabinet_id uuid NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    fingerprint bytea NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cabinet_id, key)
);
CALL practice.protect_tenant('practice.idempotency');

-- Messages of a commit, sent after it; ids and names only.
CREATE TABLE practice.outbox (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    cabinet uuid REFERENCES practice.cabinets (id),
    kind text NOT NULL,
    subject uuid,
    body jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
);
CREATE INDEX outbox_unsent ON practice.outbox (id) WHERE sent_at IS NULL;
CALL practice.protect_shared('practice.outbox', 'cabinet');
GRANT USAGE ON SEQUENCE practice.outbox_id_seq TO nova_app;

-- Who did or saw what, when and why: one chain per cabinet, one for the group. Only inserted into; the trigger fills
-- what the writer must not choose: number, time, actor, request, reason, and the hash over all of it and the one before.
CREATE TABLE practice.audit (
    cabinet_id uuid NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    request text NOT NULL,
    reason text NOT NULL,
    action text NOT NULL,
    entity text NOT NULL,
    subject uuid,
    patient uuid,
    details jsonb NOT NULL DEFAULT '{}',
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (cabinet_id, seq)
);
CREATE INDEX audit_patient ON practice.audit (cabinet_id, patient, seq) WHERE patient IS NOT NULL;
CREATE INDEX audit_actor ON practice.audit (cabinet_id, actor, seq);
CALL practice.protect_tenant('practice.audit', 'SELECT');
GRANT INSERT (cabinet_id, action, entity, subject, patient, details) ON practice.audit TO nova_app;

CREATE TABLE practice.group_audit (
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    request text NOT NULL,
    reason text NOT NULL,
    action text NOT NULL,
    entity text NOT NULL,
    subject uuid,
    details jsonb NOT NULL DEFAULT '{}',
    previous bytea NOT NULL,
    hash bytea NOT NULL
);
CREATE INDEX group_audit_actor ON practice.group_audit (actor, seq);
CALL practice.protect_group('practice.group_audit', 'SELECT');
GRANT INSERT (action, entity, subject, details) ON practice.group_audit TO nova_app;

-- The hash of one entry. An array of jsonb has one text for one meaning, whatever the server's locale and zone.
CREATE FUNCTION practice.audit_hash(
    previous bytea, cabinet uuid, seq bigint, at timestamptz, actor text, request text, reason text,
    action text, entity text, subject uuid, patient uuid, details jsonb
) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.sha256(previous || pg_catalog.convert_to(pg_catalog.jsonb_build_array(
    cabinet, seq, (extract(epoch FROM at) * 1000000)::bigint, actor, request, reason, action, entity, subject, patient, details
)::text, 'UTF8'));

CREATE FUNCTION practice.audit_chain() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last record;
BEGIN
    -- One writer at a time per chain, until it commits: numbers have no gap and hashes one order.
    IF TG_TABLE_NAME = 'audit' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('nova audit ' || NEW.cabinet_id::text, 0));
        SELECT a.seq, a.hash INTO last FROM practice.audit a
            WHERE a.cabinet_id = NEW.cabinet_id ORDER BY a.seq DESC LIMIT 1;
    ELSE
        PERFORM pg_advisory_xact_lock(hashtextextended('nova audit group', 0));
        SELECT a.seq, a.hash INTO last FROM practice.group_audit a ORDER BY a.seq DESC LIMIT 1;
    END IF;
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.previous := coalesce(last.hash, '\x'::bytea);
    NEW.at := clock_timestamp();
    NEW.actor := coalesce(nullif(current_setting('app.actor', true), ''), 'database:' || session_user);
    NEW.request := coalesce(current_setting('app.request', true), '');
    NEW.reason := coalesce(current_setting('app.reason', true), '');
    IF TG_TABLE_NAME = 'audit' THEN
        NEW.hash := practice.audit_hash(NEW.previous, NEW.cabinet_id, NEW.seq, NEW.at, NEW.actor, NEW.request,
            NEW.reason, NEW.action, NEW.entity, NEW.subject, NEW.patient, NEW.details);
    ELSE
        NEW.hash := practice.audit_hash(NEW.previous, NULL, NEW.seq, NEW.at, NEW.actor, NEW.request,
            NEW.reason, NEW.action, NEW.entity, NEW.subject, NULL, NEW.details);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION practice.audit_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER chain BEFORE INSERT ON practice.audit FOR EACH ROW EXECUTE FUNCTION practice.audit_chain();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON practice.audit FOR EACH STATEMENT EXECUTE FUNCTION practice.audit_refuse();
CREATE TRIGGER chain BEFORE INSERT ON practice.group_audit FOR EACH ROW EXECUTE FUNCTION practice.audit_chain();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON practice.group_audit FOR EACH STATEMENT EXECUTE FUNCTION practice.audit_refuse();

-- The first entry after number `since` of this cabinet's chain that does not prove, and how many were looked at.
CREATE FUNCTION practice.audit_verify(since bigint DEFAULT 0, OUT entries bigint, OUT broken_at bigint, OUT head bytea)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH chain AS (
        SELECT a.seq, a.hash, a.previous,
            since + row_number() OVER w AS place,
            coalesce(lag(a.hash) OVER w, CASE WHEN since = 0 THEN '\x'::bytea ELSE a.previous END) AS before,
            practice.audit_hash(a.previous, a.cabinet_id, a.seq, a.at, a.actor, a.request, a.reason,
                a.action, a.entity, a.subject, a.patient, a.details) AS computed
        FROM practice.audit a
        WHERE a.cabinet_id = (SELECT practice.nova_cabinet()) AND a.seq > since
        WINDOW w AS (ORDER BY a.seq)
    )
    SELECT count(*),
        min(place) FILTER (WHERE seq <> place OR previous <> before OR hash <> computed),
        (SELECT c.hash FROM chain c ORDER BY c.seq DESC LIMIT 1)
    FROM chain;
END;

CREATE FUNCTION practice.group_audit_verify(since bigint DEFAULT 0, OUT entries bigint, OUT broken_at bigint, OUT head bytea)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH chain AS (
        SELECT a.seq, a.hash, a.previous,
            since + row_number() OVER w AS place,
            coalesce(lag(a.hash) OVER w, CASE WHEN since = 0 THEN '\x'::bytea ELSE a.previous END) AS before,
            practice.audit_hash(a.previous, NULL, a.seq, a.at, a.actor, a.request, a.reason,
                a.action, a.entity, a.subject, NULL, a.details) AS computed
        FROM practice.group_audit a
        WHERE a.seq > since
        WINDOW w AS (ORDER BY a.seq)
    )
    SELECT count(*),
        min(place) FILTER (WHERE seq <> place OR previous <> before OR hash <> computed),
        (SELECT c.hash FROM chain c ORDER BY c.seq DESC LIMIT 1)
    FROM chain;
END;
