-- Configuration as versions, roll-outs, provisioning, and the condition of each cabinet.

-- Every version of a cabinet's configuration; one is live. A version is never changed.
CREATE TABLE practice.configurations (
    cabinet_id uuid NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    body jsonb NOT NULL,
    note text NOT NULL,
    author text NOT NULL,
    rollout uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    live_at timestamptz,
    PRIMARY KEY (cabinet_id, number)
);
CALL practice.protect_tenant('practice.configurations', 'SELECT, INSERT');
GRANT UPDATE (live_at) ON practice.configurations TO nova_app;

-- A change that reaches cabinets in stages, the next only after the one before proved healthy.
CREATE TABLE practice.rollouts (
    id uuid PRIMARY KEY,
    changes jsonb NOT NULL,
    note text NOT NULL,
    stages jsonb NOT NULL,
    stage integer NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'paused', 'done', 'rolled_back')),
    created_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1
);
CALL practice.protect_group('practice.rollouts', 'SELECT, INSERT, UPDATE');

-- How each cabinet came into being, as events: one row per commit, numbered, each with the hash of the one before. A
-- step's effects and its event are one transaction.
CREATE TABLE practice.provisioning_log (
    cabinet uuid NOT NULL REFERENCES practice.cabinets (id),
    number integer NOT NULL CHECK (number >= 0),
    event jsonb NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (cabinet, number)
);
CALL practice.protect_shared('practice.provisioning_log', 'cabinet', 'SELECT, INSERT');

-- What was looked at in a cabinet, and how it was.
CREATE TABLE practice.health (
    cabinet_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    check_name text NOT NULL,
    status text NOT NULL CHECK (status IN ('healthy', 'degraded', 'failing')),
    detail text NOT NULL,
    PRIMARY KEY (cabinet_id, check_name, at)
);
CALL practice.protect_tenant('practice.health', 'SELECT, INSERT, DELETE');
