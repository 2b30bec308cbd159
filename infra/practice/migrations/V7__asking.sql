-- Who asks, in one statement: every request begins with it. It runs with the rights of whoever calls it, and sees what lies
-- above cabinets for as long as it runs; the plan of its query is kept by the connection.
CREATE FUNCTION practice.asking(
    asked_session uuid, asked_user uuid, asked_cabinet uuid, since timestamptz
) RETURNS TABLE (grants_version bigint, second_factor boolean, grants text[], cabinet_exists boolean)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    group_before text := coalesce(current_setting('app.group', true), '');
BEGIN
    PERFORM set_config('app.group', 'on', true);
    RETURN QUERY
        SELECT u.grants_version, s.second_factor,
            ARRAY(SELECT g.role || ' ' || coalesce(g.in_cabinet::text, '') FROM practice.role_grants g WHERE g.user_id = u.id),
            EXISTS (SELECT FROM practice.cabinets c WHERE c.id = asked_cabinet)
        FROM practice.sessions s JOIN practice.users u ON u.id = s.user_id
        WHERE s.id = asked_session AND s.user_id = asked_user AND s.ended_at IS NULL AND s.began_at > since
            AND u.status = 'active';
    PERFORM set_config('app.group', group_before, true);
END $$;
REVOKE ALL ON FUNCTION practice.asking(uuid, uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION practice.asking(uuid, uuid, uuid, timestamptz) TO nova_app;
