-- Patients' records. Nothing medical is deleted: an entry that was wrong is struck out and stays readable.

CREATE TABLE practice.patients (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    last_name text NOT NULL CHECK (length(last_name) BETWEEN 1 AND 100),
    first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
    birth_name text,
    birth_date date NOT NULL,
    sex text NOT NULL DEFAULT 'unknown' CHECK (sex IN ('female', 'male', 'unknown')),
    nir text CHECK (nir ~ '^[0-9AB]{15}$'),
    email text,
    phone text,
    street text,
    postal_code text,
    city text,
    country text NOT NULL DEFAULT 'FR' CHECK (country ~ '^[A-Z]{2}$'),
    language text NOT NULL DEFAULT 'fr' CHECK (language ~ '^[a-z]{2}$'),
    practitioner_id uuid,
    notes text,
    -- What lists are sorted and paged by: the folded name.
    sort_name text COLLATE "C" NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    deleted_reason text,
    merged_into_id uuid,
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, practitioner_id) REFERENCES practice.resources (cabinet_id, id),
    FOREIGN KEY (cabinet_id, merged_into_id) REFERENCES practice.patients (cabinet_id, id),
    CHECK (merged_into_id IS NULL OR deleted_at IS NOT NULL)
);
CREATE INDEX patients_by_name ON practice.patients (cabinet_id, sort_name, id) WHERE deleted_at IS NULL;
CREATE INDEX patients_by_birth ON practice.patients (cabinet_id, birth_date) WHERE deleted_at IS NULL;
CALL practice.protect_tenant('practice.patients', 'SELECT, INSERT, UPDATE');

-- What a patient is found by, folded: words of the names, the date of birth, digits of the phone, the e-mail address.
-- Prefixes are ranges of the C collation; patterns and trigrams are not used as index conditions under row security.
CREATE TABLE practice.patient_tokens (
    cabinet_id uuid NOT NULL,
    token text COLLATE "C" NOT NULL,
    patient_id uuid NOT NULL,
    PRIMARY KEY (cabinet_id, token, patient_id),
    FOREIGN KEY (cabinet_id, patient_id) REFERENCES practice.patients (cabinet_id, id)
);
CREATE INDEX patient_tokens_of ON practice.patient_tokens (cabinet_id, patient_id);
CALL practice.protect_tenant('practice.patient_tokens');

-- Allergies and the medical history.
CREATE TABLE practice.conditions (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    patient_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('allergy', 'disease', 'medication', 'surgery', 'pregnancy', 'other')),
    label text NOT NULL CHECK (length(label) BETWEEN 1 AND 300),
    code text,
    severity text CHECK (severity IN ('mild', 'moderate', 'severe')),
    since date,
    until date,
    note text,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    struck_at timestamptz,
    struck_by text,
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, patient_id) REFERENCES practice.patients (cabinet_id, id),
    CHECK (until >= since)
);
CREATE INDEX conditions_of ON practice.conditions (cabinet_id, patient_id);
CALL practice.protect_tenant('practice.conditions', 'SELECT, INSERT, UPDATE');

-- The dental history: what was found or done at a tooth (FDI two-digit notation) or, without one, in the whole mouth.
CREATE TABLE practice.tooth_events (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    patient_id uuid NOT NULL,
    tooth smallint CHECK ((tooth / 10 BETWEEN 1 AND 4 AND tooth % 10 BETWEEN 1 AND 8) OR (tooth / 10 BETWEEN 5 AND 8 AND tooth % 10 BETWEEN 1 AND 5)),
    surfaces text NOT NULL DEFAULT '' CHECK (surfaces ~ '^[MODVLPIBC]*$'),
    state text NOT NULL CHECK (state IN ('sound', 'caries', 'filled', 'crown', 'bridge', 'root_canal', 'implant', 'extracted', 'missing', 'unerupted', 'fractured', 'sealed', 'veneer', 'mobile')),
    done_on date NOT NULL,
    appointment uuid,
    note text,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    struck_at timestamptz,
    struck_by text,
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, patient_id) REFERENCES practice.patients (cabinet_id, id)
);
CREATE INDEX tooth_events_of ON practice.tooth_events (cabinet_id, patient_id, done_on);
CALL practice.protect_tenant('practice.tooth_events', 'SELECT, INSERT, UPDATE');

CREATE TABLE practice.consents (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    patient_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('care', 'data_processing', 'reminders', 'marketing', 'photos', 'treatment_plan')),
    document text,
    given_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, patient_id) REFERENCES practice.patients (cabinet_id, id),
    CHECK (withdrawn_at >= given_at)
);
CREATE INDEX consents_of ON practice.consents (cabinet_id, patient_id);
CALL practice.protect_tenant('practice.consents', 'SELECT, INSERT, UPDATE');

-- What is known about a file; its bytes are elsewhere, under the hash.
CREATE TABLE practice.attachments (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    patient_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    media_type text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('xray', 'photo', 'letter', 'prescription', 'consent', 'invoice', 'other')),
    bytes bigint NOT NULL CHECK (bytes >= 0),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    struck_at timestamptz,
    struck_by text,
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, patient_id) REFERENCES practice.patients (cabinet_id, id)
);
CREATE INDEX attachments_of ON practice.attachments (cabinet_id, patient_id);
CALL practice.protect_tenant('practice.attachments', 'SELECT, INSERT, UPDATE');

CREATE TABLE practice.communications (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    patient_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'sms', 'phone', 'letter', 'in_person')),
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    subject text NOT NULL,
    outcome text,
    at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, patient_id) REFERENCES practice.patients (cabinet_id, id)
);
CREATE INDEX communications_of ON practice.communications (cabinet_id, patient_id, at);
CALL practice.protect_tenant('practice.communications', 'SELECT, INSERT, UPDATE');

-- A merge keeps what it moved, so that it can be undone.
CREATE TABLE practice.patient_merges (
    cabinet_id uuid NOT NULL,
    id uuid NOT NULL,
    kept_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    moved jsonb NOT NULL,
    merged_at timestamptz NOT NULL DEFAULT now(),
    undone_at timestamptz,
    PRIMARY KEY (cabinet_id, id),
    FOREIGN KEY (cabinet_id, kept_id) REFERENCES practice.patients (cabinet_id, id),
    FOREIGN KEY (cabinet_id, merged_id) REFERENCES practice.patients (cabinet_id, id),
    CHECK (kept_id <> merged_id)
);
CALL practice.protect_tenant('practice.patient_merges', 'SELECT, INSERT, UPDATE');
