-- Every way in which the catalogs say that a cabinet could see another's rows. No row: none.
-- Parameter $1: the role that serves.
WITH relations AS (
    -- The schema's relations, and children of its tables wherever they are.
    SELECT c.oid, c.relname, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
        n.nspname || '.' || c.relname AS name
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE (n.nspname = 'practice'
            OR EXISTS (SELECT FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
                JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = c.oid AND pn.nspname = 'practice')
            OR (c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND EXISTS (
                SELECT FROM pg_rewrite w
                JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
                JOIN pg_class t ON t.oid = d.refobjid
                JOIN pg_namespace tn ON tn.oid = t.relnamespace
                WHERE w.ev_class = c.oid AND tn.nspname = 'practice')))
        AND NOT (n.nspname = 'practice' AND c.relname = 'schema_history')
), tables AS (
    SELECT r.*, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attname = 'cabinet_id' AND NOT a.attisdropped) AS tenant
    FROM relations r WHERE r.relkind IN ('r', 'p')
), policies AS (
    SELECT t.oid, t.name, t.tenant, p.polname, p.polpermissive, p.polcmd = '*' AND p.polroles = '{0}' AS whole,
        regexp_replace(replace(replace(pg_get_expr(p.polqual, p.polrelid), 'practice.', ''), 'AS nova_', ''), '[()\s]', '', 'g') AS shape,
        coalesce(pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid), false) AS same
    FROM tables t JOIN pg_policy p ON p.polrelid = t.oid
), right_policies AS (
    SELECT * FROM policies WHERE whole AND same AND (
        (tenant AND shape = 'cabinet_id=SELECTnova_cabinetcabinet')
        OR (NOT tenant AND shape = 'SELECTnova_groupgroup')
        OR (NOT tenant AND shape ~ '^[a-z_]+=SELECTnova_cabinetcabinetORSELECTnova_groupgroup$'))
), keys AS (
    -- Unique and exclusion indexes of tenants' tables, with their columns.
    SELECT t.name, i.indexrelid::regclass::text AS index, i.indisprimary, x.contype, x.conexclop,
        array(SELECT a.attname FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, place)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
            WHERE k.place <= i.indnkeyatts ORDER BY k.place)::text[] AS columns,
        array_position(i.indkey::int2[], (SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = 'cabinet_id'))
            - array_lower(i.indkey::int2[], 1) + 1 AS cabinet_place
    FROM tables t
    JOIN pg_index i ON i.indrelid = t.oid AND (i.indisunique OR i.indisexclusion)
    LEFT JOIN pg_constraint x ON x.conindid = i.indexrelid AND x.contype IN ('p', 'u', 'x') AND x.conrelid = t.oid
    WHERE t.tenant
), references_ AS (
    SELECT t.name, t.oid, x.conname, x.confrelid, x.conkey, x.confkey, p.tenant AS to_tenant, p.name AS target, t.tenant AS from_tenant,
        EXISTS (SELECT FROM unnest(x.conkey, x.confkey) k(here, there)
            JOIN pg_attribute h ON h.attrelid = x.conrelid AND h.attnum = k.here AND h.attname = 'cabinet_id'
            JOIN pg_attribute o ON o.attrelid = x.confrelid AND o.attnum = k.there AND o.attname = 'cabinet_id') AS composite
    FROM tables t
    JOIN pg_constraint x ON x.conrelid = t.oid AND x.contype = 'f'
    LEFT JOIN tables p ON p.oid = x.confrelid
), serving AS (
    SELECT r.oid, r.rolname FROM pg_roles r WHERE r.rolname IN ($1, 'nova_app', 'nova_reports')
)
SELECT 'row security is not enabled' AS fault, name AS object FROM tables WHERE NOT relrowsecurity
UNION ALL SELECT 'row security is not forced', name FROM tables WHERE NOT relforcerowsecurity
UNION ALL SELECT 'cabinet_id may be null', t.name FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'cabinet_id' WHERE NOT a.attnotnull
UNION ALL SELECT 'no permissive policy', name FROM tables t WHERE NOT EXISTS (SELECT FROM right_policies p WHERE p.oid = t.oid AND p.polpermissive)
UNION ALL SELECT 'no restrictive twin', name FROM tables t WHERE NOT EXISTS (SELECT FROM right_policies p WHERE p.oid = t.oid AND NOT p.polpermissive)
UNION ALL SELECT 'a policy of another shape', name || ' ' || polname FROM policies p
    WHERE NOT EXISTS (SELECT FROM right_policies r WHERE r.oid = p.oid AND r.polname = p.polname)
UNION ALL SELECT 'the owner may pass row security', t.name FROM tables t JOIN pg_roles o ON o.oid = t.relowner WHERE o.rolsuper OR o.rolbypassrls
UNION ALL SELECT 'the serving role owns it', r.name FROM relations r JOIN serving s ON pg_has_role(s.oid, r.relowner, 'MEMBER')
UNION ALL SELECT 'a privilege that passes row security: ' || v, r.name || ' to ' || s.rolname FROM relations r CROSS JOIN serving s
    CROSS JOIN unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) v
    WHERE r.relkind IN ('r', 'p') AND has_table_privilege(s.oid, r.oid, v) AND NOT pg_has_role(s.oid, r.relowner, 'MEMBER')
UNION ALL SELECT 'a unique key without the cabinet', k.name || ' ' || k.index FROM keys k WHERE NOT 'cabinet_id' = ANY (k.columns)
UNION ALL SELECT 'an exclusion that compares cabinets otherwise than by =', k.name || ' ' || k.index FROM keys k
    JOIN pg_operator o ON o.oid = k.conexclop[k.cabinet_place] WHERE k.contype = 'x' AND o.oprname <> '='
UNION ALL SELECT 'no primary key that begins with the cabinet', t.name FROM tables t
    WHERE t.tenant AND NOT EXISTS (SELECT FROM keys k WHERE k.name = t.name AND k.indisprimary AND k.columns[1] = 'cabinet_id')
UNION ALL SELECT 'a foreign key without the cabinet', name || ' ' || conname FROM references_ WHERE from_tenant AND to_tenant AND NOT composite
UNION ALL SELECT 'a foreign key from the group into cabinets', name || ' ' || conname FROM references_ WHERE NOT from_tenant AND to_tenant
UNION ALL SELECT 'no foreign key on the cabinet', t.name FROM tables t WHERE t.tenant AND NOT EXISTS (
    SELECT FROM references_ f JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = f.conkey[1]
    WHERE f.oid = t.oid AND f.target = 'practice.cabinets' AND a.attname = 'cabinet_id' AND cardinality(f.conkey) = 1)
UNION ALL SELECT 'an id that no foreign key covers', t.name || ' ' || a.attname FROM tables t
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname LIKE '%\_id' AND a.attname <> 'cabinet_id' AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
    WHERE t.tenant AND NOT EXISTS (SELECT FROM references_ f WHERE f.oid = t.oid AND a.attnum = ANY (f.conkey))
UNION ALL SELECT 'a view that runs with its owner''s rights', name FROM relations
    WHERE relkind = 'v' AND NOT coalesce(reloptions && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
UNION ALL SELECT 'a materialized view', name FROM relations WHERE relkind = 'm'
UNION ALL SELECT 'a foreign table', name FROM relations WHERE relkind = 'f'
UNION ALL SELECT 'a rewrite rule', r.name || ' ' || w.rulename FROM relations r JOIN pg_rewrite w ON w.ev_class = r.oid WHERE r.relkind IN ('r', 'p')
UNION ALL SELECT 'a function that runs with its owner''s rights', f.oid::regprocedure::text FROM pg_proc f
    JOIN pg_namespace n ON n.oid = f.pronamespace CROSS JOIN (SELECT oid FROM serving WHERE rolname = $1) s
    WHERE f.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND (n.nspname = 'practice' OR (has_function_privilege(s.oid, f.oid, 'EXECUTE') AND has_schema_privilege(s.oid, n.oid, 'USAGE')))
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e')
        AND NOT (n.nspname = 'practice' AND f.proname LIKE 'group\_report\_%'
            AND EXISTS (SELECT FROM unnest(f.proconfig) g WHERE g LIKE 'search_path=%')
            AND NOT EXISTS (SELECT FROM pg_roles o WHERE o.oid = f.proowner AND (o.rolsuper OR o.rolbypassrls)))
UNION ALL SELECT 'the audit can be changed', t.name FROM tables t WHERE t.relname IN ('audit', 'group_audit') AND t.name LIKE 'practice.%' AND (
    (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = t.oid AND g.tgname IN ('chain', 'keep') AND g.tgenabled IN ('O', 'A')) <> 2
    OR EXISTS (SELECT FROM serving s CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE']) v WHERE has_table_privilege(s.oid, t.oid, v)))
ORDER BY 1, 2
