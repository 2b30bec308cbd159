//! The catalog gate, and the leaks it must notice: each is made in a transaction that is rolled back.

use crate::world::{client, world};
use nova_practice_store::gate::violations;

#[tokio::test]
async fn the_gate_is_silent() {
    let owner = client(&world().await.owner("shared")).await;
    assert_eq!(violations(&owner, "nova_app").await.unwrap(), []);
}

#[tokio::test]
async fn every_kind_of_leak_is_noticed() {
    let world = world().await;
    world.database("leaks").await;
    let owner = client(&world.owner("leaks")).await;
    let leaks = [
        (
            "the owner passes",
            "ALTER TABLE practice.patients NO FORCE ROW LEVEL SECURITY",
        ),
        ("a superuser owns it", "ALTER TABLE practice.patients OWNER TO postgres"),
        ("the service owns it", "ALTER TABLE practice.patients OWNER TO nova_app"),
        ("a key on the id alone", "ALTER TABLE practice.patients ADD UNIQUE (id)"),
        (
            "a foreign key on the id alone",
            "ALTER TABLE practice.patients ADD UNIQUE (id); ALTER TABLE practice.consents DROP CONSTRAINT consents_cabinet_id_patient_id_fkey, ADD FOREIGN KEY (patient_id) REFERENCES practice.patients (id)",
        ),
        (
            "a global unique index",
            "CREATE UNIQUE INDEX ON practice.patients (email)",
        ),
        (
            "an exclusion without the cabinet",
            "ALTER TABLE practice.occupations ADD EXCLUDE USING gist (resource_id WITH =, tstzrange(starts_at, ends_at) WITH &&)",
        ),
        (
            "an exclusion of other cabinets",
            "ALTER TABLE practice.occupations ADD EXCLUDE USING gist (cabinet_id WITH <>, resource_id WITH =)",
        ),
        (
            "a view of a superuser's",
            "CREATE VIEW practice.everyone AS SELECT * FROM practice.patients",
        ),
        (
            "a view elsewhere",
            "CREATE VIEW public.everyone AS SELECT * FROM practice.patients",
        ),
        (
            "a materialized view",
            "CREATE MATERIALIZED VIEW practice.everyone AS SELECT * FROM practice.patients",
        ),
        (
            "a function with its owner's rights",
            "CREATE FUNCTION practice.everyone() RETURNS SETOF practice.patients LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM practice.patients'",
        ),
        (
            "one elsewhere",
            "CREATE FUNCTION public.everyone() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM practice.patients'",
        ),
        (
            "a report of a superuser's",
            "ALTER FUNCTION practice.group_report_activity(timestamptz, timestamptz) OWNER TO postgres",
        ),
        (
            "a report without a search path",
            "ALTER FUNCTION practice.group_report_activity(timestamptz, timestamptz) RESET search_path",
        ),
        (
            "a partition reached directly",
            "CREATE TABLE practice.parted (cabinet_id uuid NOT NULL, id uuid, PRIMARY KEY (cabinet_id, id)) PARTITION BY HASH (cabinet_id); \
             ALTER TABLE practice.parted OWNER TO nova_owner; CALL practice.protect_tenant('practice.parted'); \
             CREATE TABLE public.parted_0 PARTITION OF practice.parted FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        ),
        (
            "a further policy",
            "CREATE POLICY careless ON practice.patients USING (true)",
        ),
        (
            "a policy for one role",
            "CREATE POLICY careless ON practice.patients TO nova_reports USING (cabinet_id = (SELECT practice.nova_cabinet()))",
        ),
        (
            "a policy that reads more",
            "ALTER POLICY tenant ON practice.patients USING (true)",
        ),
        (
            "a policy that writes more",
            "ALTER POLICY tenant_wall ON practice.patients WITH CHECK (true)",
        ),
        ("truncating", "GRANT TRUNCATE ON practice.patients TO nova_app"),
        (
            "truncating by everybody",
            "GRANT TRUNCATE ON practice.patients TO PUBLIC",
        ),
        (
            "triggers by the service",
            "GRANT TRIGGER ON practice.patients TO nova_app",
        ),
        (
            "no key on the cabinet",
            "ALTER TABLE practice.consents DROP CONSTRAINT consents_cabinet_id_fkey",
        ),
        (
            "a table without protection",
            "CREATE TABLE practice.loose (id uuid PRIMARY KEY)",
        ),
        (
            "a group table that names tenants' rows",
            "ALTER TABLE practice.templates ADD COLUMN c uuid, ADD COLUMN p uuid, ADD FOREIGN KEY (c, p) REFERENCES practice.patients (cabinet_id, id)",
        ),
        (
            "a rule",
            "CREATE RULE more AS ON UPDATE TO practice.patients DO ALSO SELECT 1",
        ),
        ("an audit that can change", "GRANT UPDATE ON practice.audit TO nova_app"),
        (
            "an audit without its trigger",
            "ALTER TABLE practice.audit DISABLE TRIGGER keep",
        ),
        (
            "an id nobody checks",
            "ALTER TABLE practice.consents ADD COLUMN other_id uuid",
        ),
        (
            "a cabinet that may be missing",
            "ALTER TABLE practice.occupations DROP CONSTRAINT occupations_pkey, ALTER COLUMN cabinet_id DROP NOT NULL",
        ),
    ];
    let mut unnoticed = Vec::new();
    for (name, sql) in leaks {
        owner
            .batch_execute(&format!("BEGIN; {sql}"))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        if violations(&owner, "nova_app").await.unwrap().is_empty() {
            unnoticed.push(name);
        }
        owner.batch_execute("ROLLBACK").await.unwrap();
    }
    assert!(unnoticed.is_empty(), "not noticed: {unnoticed:?}");
}
