-- Provisioning as a workflow of the event log, messages that are handed on outside of the transaction that takes them, and
-- counters that left for where all instances count together.

-- Which steps of a cabinet's provisioning were carried out here, by their place in the stream `provisioning/<cabinet>`.
-- A step's effects and its row are one transaction: a step that is asked for twice is done once.
CREATE TABLE practice.provisioning_ledger (
    cabinet uuid NOT NULL REFERENCES practice.cabinets (id),
    number bigint NOT NULL CHECK (number > 0),
    step text NOT NULL CHECK (step IN ('register', 'furnish', 'configure', 'verify', 'activate')),
    undone boolean NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (cabinet, number)
);
CALL practice.protect_shared('practice.provisioning_ledger', 'cabinet', 'SELECT, INSERT');

-- Its history was here, and is in the event log. No version that was released has written to it.
DROP TABLE practice.provisioning_log;

-- Requests are counted in the process, or for all instances in the deployment's own store.
DROP TABLE practice.rates;

-- Whoever hands messages on claims them first, and marks them afterwards; who dies in between leaves them to the next.
ALTER TABLE practice.outbox ADD COLUMN claimed_until timestamptz, ADD COLUMN handed integer NOT NULL DEFAULT 0;

CREATE INDEX configurations_of_rollout ON practice.configurations (cabinet_id, rollout) WHERE rollout IS NOT NULL;
