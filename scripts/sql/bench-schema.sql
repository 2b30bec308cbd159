-- Many objects for `scripts/bench schema`: with 1,000 tables, 5,000 relations, beside constraints, functions, triggers,
-- policies and comments.
CREATE SCHEMA many;
DO $$
DECLARE tables int := current_setting('nova.tables')::int;
BEGIN
    FOR i IN 1..tables LOOP
        EXECUTE format('CREATE TABLE many.t%s (id bigserial PRIMARY KEY, a text NOT NULL DEFAULT ''x'', b integer CHECK (b > 0),
            c timestamptz DEFAULT now(), d jsonb, parent bigint REFERENCES many.t%s)', i, greatest(i - 1, 1));
        EXECUTE format('CREATE INDEX ON many.t%s (a, c)', i);
        EXECUTE format('CREATE VIEW many.v%s AS SELECT id, a, b FROM many.t%s WHERE b > 1', i, i);
        IF i % 5 = 0 THEN
            EXECUTE format('CREATE FUNCTION many.f%s(x int) RETURNS int LANGUAGE plpgsql AS ''BEGIN RETURN (SELECT b FROM many.t%s WHERE id = many.f%s(x)); END''', i, i, i - 4);
            EXECUTE format('COMMENT ON TABLE many.t%s IS ''table %s''', i, i);
            EXECUTE format('CREATE POLICY p ON many.t%s USING (b > 1)', i);
            EXECUTE format('GRANT SELECT ON many.t%s TO PUBLIC', i);
        END IF;
    END LOOP;
END $$;
