-- Which event log holds what became of provisionings, as whoever serves from it says every minute: two that serve one
-- database from two logs would each know half of it.
CREATE TABLE practice.event_log (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    log text NOT NULL CHECK (length(log) BETWEEN 1 AND 200),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CALL practice.protect_group('practice.event_log', 'SELECT, INSERT, UPDATE');
