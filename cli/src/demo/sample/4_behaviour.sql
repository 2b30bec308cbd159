-- Everything that refers to rows or reacts to them: keys, indexes, functions, triggers, views, policies, grants.

ALTER TABLE auth.sessions ADD FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.profiles ADD FOREIGN KEY (id) REFERENCES auth.users (id) ON DELETE CASCADE;
-- Each of the two tables refers to the other.
ALTER TABLE public.profiles ADD FOREIGN KEY (cabinet_id) REFERENCES public.cabinets (id) ON DELETE SET NULL;
ALTER TABLE public.cabinets ADD FOREIGN KEY (manager_id) REFERENCES public.profiles (id) DEFERRABLE INITIALLY DEFERRED;
-- A key that is personal data itself.
ALTER TABLE public.newsletter_subscriptions ADD FOREIGN KEY (email) REFERENCES auth.users (email) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE public.patients ADD FOREIGN KEY (cabinet_id) REFERENCES public.cabinets (id);
ALTER TABLE public.patients ADD FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE SET NULL;
ALTER TABLE public.properties ADD FOREIGN KEY (owner_id) REFERENCES public.profiles (id);
ALTER TABLE public.availability ADD FOREIGN KEY (property_id) REFERENCES public.properties (id) ON DELETE CASCADE;
ALTER TABLE public.availability ADD CONSTRAINT availability_no_overlap EXCLUDE USING gist (property_id WITH =, period WITH &&);
ALTER TABLE public.reservations ADD FOREIGN KEY (property_id) REFERENCES public.properties (id);
ALTER TABLE public.reservations ADD FOREIGN KEY (guest_id) REFERENCES public.profiles (id);
ALTER TABLE public.reservations ADD CONSTRAINT reservations_no_double_booking
    EXCLUDE USING gist (property_id WITH =, period WITH &&) WHERE (status <> 'cancelled');
ALTER TABLE public.bills ADD FOREIGN KEY (reservation_id) REFERENCES public.reservations (id);
ALTER TABLE public.bill_notifications ADD FOREIGN KEY (bill_id) REFERENCES public.bills (id) ON DELETE CASCADE;
ALTER TABLE public.categories ADD FOREIGN KEY (parent_id) REFERENCES public.categories (id);
ALTER TABLE public.transactions ADD FOREIGN KEY (bill_id) REFERENCES public.bills (id);
ALTER TABLE public.transactions ADD FOREIGN KEY (category_id) REFERENCES public.categories (id);
ALTER TABLE public.conversations ADD FOREIGN KEY (property_id) REFERENCES public.properties (id);
ALTER TABLE public.participants ADD FOREIGN KEY (conversation_id) REFERENCES public.conversations (id) ON DELETE CASCADE;
ALTER TABLE public.participants ADD FOREIGN KEY (user_id) REFERENCES public.profiles (id);
ALTER TABLE public.messages ADD FOREIGN KEY (conversation_id, sender_id) REFERENCES public.participants (conversation_id, user_id);
ALTER TABLE public.tasks ADD FOREIGN KEY (property_id) REFERENCES public.properties (id);
ALTER TABLE public.tasks ADD FOREIGN KEY (assignee_id) REFERENCES public.profiles (id);

CREATE INDEX sessions_user ON auth.sessions (user_id);
CREATE INDEX profiles_name ON public.profiles (last_name, first_name);
CREATE INDEX profiles_metadata ON public.profiles USING gin (metadata jsonb_path_ops);
CREATE UNIQUE INDEX patients_nir ON public.patients (cabinet_id, nir) WHERE nir IS NOT NULL;
CREATE INDEX patients_email ON public.patients (lower(email));
CREATE INDEX properties_search ON public.properties USING gin (search);
CREATE INDEX reservations_guest ON public.reservations (guest_id) INCLUDE (status);
CREATE INDEX reservations_open ON public.reservations (created_at) WHERE status IN ('pending', 'confirmed');
CREATE INDEX bills_reservation ON public.bills (reservation_id);
CREATE INDEX bill_notifications_bill ON public.bill_notifications (bill_id);
CREATE INDEX transactions_bill ON public.transactions (bill_id);
CREATE INDEX messages_conversation ON public.messages (conversation_id, sent_at);
CREATE INDEX tasks_due ON public.tasks (due_on);
CREATE INDEX log_table ON audit.log (table_name, happened_at);
CREATE STATISTICS public.properties_place (dependencies) ON postal_code, city FROM public.properties;

CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
COMMENT ON FUNCTION auth.uid() IS 'The signed-in user of this request';

CREATE FUNCTION public.touch_updated_at() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE FUNCTION audit.record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    INSERT INTO audit.log (table_name, action, actor_id, old_row, new_row)
    VALUES (
        TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
        TG_OP,
        auth.uid(),
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END
    );
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION audit.record() FROM PUBLIC;

CREATE FUNCTION public.is_available(wanted_property bigint, wanted_period tstzrange) RETURNS boolean LANGUAGE sql STABLE
AS $$
    SELECT NOT EXISTS (
        SELECT FROM public.reservations
        WHERE property_id = wanted_property AND period && wanted_period AND status <> 'cancelled'
    )
$$;

CREATE FUNCTION public.new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    INSERT INTO public.profiles (id, first_name, last_name)
    VALUES (NEW.id, coalesce(NEW.raw_user_meta_data ->> 'first_name', ''), coalesce(NEW.raw_user_meta_data ->> 'last_name', ''));
    RETURN NEW;
END
$$;

CREATE PROCEDURE public.mark_overdue(today date) LANGUAGE sql
AS $$ UPDATE public.bills SET status = 'overdue' WHERE status = 'sent' AND due_on < today $$;

CREATE AGGREGATE public.total_surface (numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');

CREATE TRIGGER users_profile AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.new_user();
CREATE TRIGGER users_touch BEFORE UPDATE ON auth.users FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER profiles_touch BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER patients_touch BEFORE UPDATE ON public.patients FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER reservations_touch BEFORE UPDATE ON public.reservations FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.period IS DISTINCT FROM NEW.period) EXECUTE FUNCTION public.touch_updated_at();
CREATE TRIGGER profiles_audit AFTER INSERT OR UPDATE OR DELETE ON public.profiles FOR EACH ROW EXECUTE FUNCTION audit.record();
CREATE TRIGGER reservations_audit AFTER INSERT OR UPDATE OR DELETE ON public.reservations FOR EACH ROW EXECUTE FUNCTION audit.record();
CREATE TRIGGER bills_audit AFTER UPDATE ON public.bills FOR EACH ROW EXECUTE FUNCTION audit.record();
ALTER TABLE public.bills DISABLE TRIGGER bills_audit;

CREATE VIEW public.user_directory AS
SELECT users.id, users.email, profiles.first_name || ' ' || profiles.last_name AS full_name, profiles.role
FROM auth.users JOIN public.profiles USING (id);

CREATE VIEW public.upcoming_reservations AS
SELECT reservations.id, properties.title, properties.city, reservations.period, reservations.guest_name
FROM public.reservations JOIN public.properties ON properties.id = reservations.property_id
WHERE reservations.status IN ('pending', 'confirmed');

-- Without this option, which exists since PostgreSQL 15, a view reads past row level security.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 150000 THEN
        ALTER VIEW public.upcoming_reservations SET (security_invoker = true);
    END IF;
END
$$;

CREATE MATERIALIZED VIEW public.property_revenue AS
SELECT property_id, date_trunc('month', lower(period) AT TIME ZONE 'UTC')::date AS month, count(*) AS stays, sum(amount) AS revenue
FROM public.reservations
WHERE status <> 'cancelled'
GROUP BY 1, 2;
CREATE UNIQUE INDEX property_revenue_key ON public.property_revenue (property_id, month);

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.patients ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.reservations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bills ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.bills FORCE ROW LEVEL SECURITY;

CREATE POLICY own_profile ON public.profiles FOR ALL TO authenticated USING (id = auth.uid()) WITH CHECK (id = auth.uid());
CREATE POLICY same_cabinet ON public.patients FOR SELECT TO authenticated
    USING (cabinet_id = (SELECT profiles.cabinet_id FROM public.profiles WHERE profiles.id = auth.uid()));
CREATE POLICY guest_or_owner ON public.reservations FOR SELECT TO authenticated
    USING (guest_id = auth.uid() OR EXISTS (SELECT FROM public.properties WHERE properties.id = property_id AND properties.owner_id = auth.uid()));
CREATE POLICY book ON public.reservations FOR INSERT TO authenticated WITH CHECK (guest_id = auth.uid());
CREATE POLICY not_in_the_past ON public.reservations AS RESTRICTIVE FOR INSERT TO authenticated WITH CHECK (lower(period) > now());
CREATE POLICY participant ON public.messages FOR SELECT TO authenticated
    USING (EXISTS (SELECT FROM public.participants WHERE participants.conversation_id = messages.conversation_id AND participants.user_id = auth.uid()));
CREATE POLICY service ON public.bills FOR ALL TO service_role USING (true) WITH CHECK (true);

GRANT USAGE ON SCHEMA public, auth TO anon, authenticated, service_role;
GRANT SELECT ON public.properties, public.availability, public.categories TO anon;
GRANT SELECT, INSERT, UPDATE ON public.profiles, public.reservations, public.messages, public.participants TO authenticated;
GRANT SELECT (id, owner_id, title, city, price_per_night) ON public.properties TO authenticated;
GRANT SELECT ON public.upcoming_reservations TO authenticated;
GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role;
GRANT USAGE ON SEQUENCE public.bill_number_seq TO service_role;
GRANT EXECUTE ON FUNCTION public.is_available(bigint, tstzrange) TO anon, authenticated;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO service_role;

COMMENT ON TABLE public.reservations IS 'Stays; two of them never overlap at one property unless cancelled';
COMMENT ON COLUMN public.bills.total_amount IS 'Net amount plus VAT, as the database computes it';
COMMENT ON COLUMN public.patients.nir IS 'French social security number: l''identifiant national';
COMMENT ON TYPE public.channel IS 'How somebody is notified';

ANALYZE;
