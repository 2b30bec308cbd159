-- People of the group: who they are, what they may do, and their sessions. All of it is the group's: a transaction that
-- works for a cabinet sees none of it.

CREATE TABLE practice.users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    phone text CHECK (length(phone) BETWEEN 3 AND 40),
    locale text NOT NULL DEFAULT 'fr' CHECK (locale ~ '^[a-z]{2}(-[A-Z]{2})?$'),
    status text NOT NULL CHECK (status IN ('invited', 'active', 'disabled')),
    -- Counts changes of what they may do; an access token holds the number it was made under.
    grants_version bigint NOT NULL DEFAULT 1,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz
);
CREATE INDEX users_by_name ON practice.users (lower(name), id);
-- Deleted is only who was made by an import that is undone, and never came.
CALL practice.protect_group('practice.users');

-- Apart from users, so that no list of people carries it.
CREATE TABLE practice.passwords (
    user_id uuid PRIMARY KEY REFERENCES practice.users (id),
    hash text NOT NULL CHECK (hash LIKE '$argon2id$%'),
    changed_at timestamptz NOT NULL
);
CALL practice.protect_group('practice.passwords', 'SELECT, INSERT, UPDATE');

CREATE TABLE practice.role_grants (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES practice.users (id),
    role text NOT NULL CHECK (role IN ('super-admin', 'group-analyst', 'auditor', 'cabinet-manager', 'practitioner', 'assistant', 'receptionist')),
    -- None: the whole group. Not called cabinet_id, because it is read to find out which cabinets there are for somebody.
    in_cabinet uuid REFERENCES practice.cabinets (id),
    given_by uuid REFERENCES practice.users (id),
    given_at timestamptz NOT NULL DEFAULT now(),
    CHECK (role = 'auditor' OR (role IN ('super-admin', 'group-analyst')) = (in_cabinet IS NULL))
);
CREATE UNIQUE INDEX role_grants_in_cabinet ON practice.role_grants (user_id, in_cabinet, role) WHERE in_cabinet IS NOT NULL;
CREATE UNIQUE INDEX role_grants_in_group ON practice.role_grants (user_id, role) WHERE in_cabinet IS NULL;
CREATE INDEX role_grants_by_cabinet ON practice.role_grants (in_cabinet, user_id);
CALL practice.protect_group('practice.role_grants', 'SELECT, INSERT, DELETE');

-- No change of what somebody may do goes unnoticed, whoever makes it.
CREATE FUNCTION practice.grants_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE practice.users SET grants_version = grants_version + 1
        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
    RETURN NULL;
END $$;
CREATE TRIGGER counted AFTER INSERT OR DELETE ON practice.role_grants FOR EACH ROW EXECUTE FUNCTION practice.grants_changed();

CREATE TABLE practice.sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES practice.users (id),
    began_at timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    -- The number of the current refresh token; nothing else of it is stored.
    current integer NOT NULL DEFAULT 0 CHECK (current >= 0),
    second_factor boolean NOT NULL DEFAULT false,
    agent text NOT NULL DEFAULT '' CHECK (length(agent) <= 200),
    address text NOT NULL DEFAULT '' CHECK (length(address) <= 64),
    ended_at timestamptz,
    ended_because text CHECK (ended_because IN ('signed out', 'signed out everywhere', 'stolen', 'password changed', 'disabled', 'second factor reset')),
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);
CREATE INDEX sessions_by_user ON practice.sessions (user_id, began_at DESC) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_age ON practice.sessions (began_at);
CALL practice.protect_group('practice.sessions');

-- Authenticator apps. The secret is sealed with a key that is not in the database.
CREATE TABLE practice.totp (
    user_id uuid PRIMARY KEY REFERENCES practice.users (id),
    sealed bytea NOT NULL,
    made_at timestamptz NOT NULL,
    -- None until a code has proved that the app has the secret.
    confirmed_at timestamptz,
    last_step bigint
);
CALL practice.protect_group('practice.totp');

CREATE TABLE practice.backup_codes (
    user_id uuid NOT NULL REFERENCES practice.users (id),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    made_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, hash)
);
CALL practice.protect_group('practice.backup_codes');

-- What invitations and resets are proved with.
CREATE TABLE practice.links (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    purpose text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    user_id uuid NOT NULL REFERENCES practice.users (id),
    made_by uuid REFERENCES practice.users (id),
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX links_by_user ON practice.links (user_id, purpose) WHERE used_at IS NULL;
CALL practice.protect_group('practice.links');

CREATE TABLE practice.signing_keys (
    id text PRIMARY KEY,
    public bytea NOT NULL CHECK (length(public) = 32),
    sealed bytea NOT NULL,
    made_at timestamptz NOT NULL
);
CALL practice.protect_group('practice.signing_keys', 'SELECT, INSERT, DELETE');

-- Failures and requests are counted for all instances together. A crash of the server forgets the counts, which costs
-- less than writing each of them to the log.
CREATE UNLOGGED TABLE practice.throttles (
    key bytea PRIMARY KEY CHECK (length(key) = 32),
    failures integer NOT NULL,
    last_at timestamptz NOT NULL
);
CREATE INDEX throttles_by_age ON practice.throttles (last_at);
CALL practice.protect_group('practice.throttles');

CREATE UNLOGGED TABLE practice.rates (
    key bytea PRIMARY KEY CHECK (length(key) = 32),
    -- When the bucket is empty again (the theoretical arrival time of GCRA).
    empty_at timestamptz NOT NULL
);
CREATE INDEX rates_by_age ON practice.rates (empty_at);
CALL practice.protect_group('practice.rates');

-- Answers to requests of the group that carried a key.
CREATE TABLE practice.group_idempotency (
    user_id uuid NOT NULL REFERENCES practice.users (id),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    status smallint NOT NULL,
    body jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key)
);
CREATE INDEX group_idempotency_by_age ON practice.group_idempotency (at);
CALL practice.protect_group('practice.group_idempotency', 'SELECT, INSERT, DELETE');

-- A file of people: looked at before it is applied, and undone as a whole.
CREATE TABLE practice.user_imports (
    id uuid PRIMARY KEY,
    made_by uuid NOT NULL REFERENCES practice.users (id),
    made_at timestamptz NOT NULL,
    status text NOT NULL DEFAULT 'previewed' CHECK (status IN ('previewed', 'applied', 'undone'))
);
CALL practice.protect_group('practice.user_imports', 'SELECT, INSERT, UPDATE');

CREATE TABLE practice.user_import_rows (
    import_id uuid NOT NULL REFERENCES practice.user_imports (id),
    line integer NOT NULL CHECK (line > 0),
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    cabinet text NOT NULL,
    -- Why the row cannot be applied; none: it can.
    fault text,
    -- What applying it made, to be undone.
    made_user uuid,
    made_grant uuid,
    PRIMARY KEY (import_id, line)
);
CALL practice.protect_group('practice.user_import_rows', 'SELECT, INSERT, UPDATE');
