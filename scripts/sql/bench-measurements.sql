-- A database with hardly any personal data, for scripts/bench: machines that are measured, and the few people who look
-- after them. `nova.rows` counts as it does for the sample production database: some 3.7 kB of tables each.

CREATE TYPE severity AS ENUM ('info', 'warning', 'alarm');

CREATE TABLE technicians (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    full_name text NOT NULL,
    email text NOT NULL UNIQUE,
    phone text
);

CREATE TABLE machines (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    serial uuid NOT NULL UNIQUE,
    model text NOT NULL,
    technician_id bigint NOT NULL REFERENCES technicians (id),
    settings jsonb NOT NULL
);

CREATE TABLE measurements (
    machine_id bigint NOT NULL,
    taken_at timestamptz NOT NULL,
    temperature real NOT NULL,
    pressure real NOT NULL,
    power numeric(10, 3) NOT NULL,
    counters bigint[] NOT NULL
);

CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    machine_id bigint NOT NULL,
    happened_at timestamptz NOT NULL,
    severity severity NOT NULL,
    message text NOT NULL,
    details jsonb NOT NULL
);

INSERT INTO technicians (full_name, email, phone)
SELECT (ARRAY['Claire', 'Nadia', 'Hugo', 'Paul', 'Inès'])[1 + n % 5] || ' ' || (ARRAY['Lambert', 'Moreau', 'Garnier', 'Faure'])[1 + n % 4],
    'technician' || n || '@plant.example', '06' || lpad((n * 7919 % 100000000)::text, 8, '0')
FROM generate_series(1, 50) AS n;

INSERT INTO machines (serial, model, technician_id, settings)
SELECT md5('machine' || n)::uuid, 'M-' || n % 40, 1 + n % 50, jsonb_build_object('interval', n % 60, 'limits', jsonb_build_array(n % 7, n % 11, n % 13))
FROM generate_series(1, 2000) AS n;

INSERT INTO measurements
SELECT 1 + n % 2000, timestamptz '2024-01-01' + n * interval '2 seconds', (n * 31 % 997) / 10.0, (n * 17 % 1013) / 7.0,
    (n * 13 % 100003) / 1000.0, ARRAY[n, n * 3 % 1009, n * 5 % 2003]
FROM generate_series(1, current_setting('nova.rows')::bigint * 22) AS n;

INSERT INTO events (machine_id, happened_at, severity, message, details)
SELECT 1 + n % 2000, timestamptz '2024-01-01' + n * interval '9 seconds', (ARRAY['info', 'warning', 'alarm'])[1 + n % 3]::severity,
    'value ' || n % 977 || ' of sensor ' || (ARRAY['inlet', 'outlet', 'bearing', 'coil'])[1 + n % 4] || ' left its range for ' || n % 300 || ' seconds',
    jsonb_build_object('sensor', n % 64, 'value', (n * 7 % 10007) / 100.0, 'mode', (ARRAY['idle', 'run', 'rinse'])[1 + n % 3], 'firmware', '4.' || n % 9 || '.1')
FROM generate_series(1, current_setting('nova.rows')::bigint * 6) AS n;

ALTER TABLE measurements ADD PRIMARY KEY (machine_id, taken_at);
ALTER TABLE measurements ADD FOREIGN KEY (machine_id) REFERENCES machines (id);
ALTER TABLE events ADD FOREIGN KEY (machine_id) REFERENCES machines (id);
CREATE INDEX events_machine ON events (machine_id, happened_at);
CREATE INDEX measurements_taken ON measurements USING brin (taken_at);
