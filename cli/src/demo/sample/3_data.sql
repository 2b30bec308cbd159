-- The rows. `people` holds the invented persons; see there.

CREATE TEMP TABLE sizes AS
SELECT
    current_setting('nova.rows')::bigint AS reservations,
    greatest(current_setting('nova.rows')::bigint / 80, 8) AS properties,
    greatest(current_setting('nova.rows')::bigint / 3000, 3) AS cabinets,
    (SELECT count(*) FROM people) AS people;
ANALYZE sizes, places;

INSERT INTO auth.users (id, email, encrypted_password, phone, raw_app_meta_data, raw_user_meta_data, email_confirmed_at, last_sign_in_at, created_at, updated_at)
SELECT
    id,
    email,
    '$2a$10$' || translate(encode(decode(md5('hash' || n) || md5('salt' || n), 'hex'), 'base64'), '+=', './'),
    CASE WHEN n % 7 = 0 THEN NULL ELSE phone END,
    '{"provider": "email", "providers": ["email"]}',
    jsonb_build_object('full_name', first_name || ' ' || last_name, 'first_name', first_name, 'last_name', last_name, 'email', email,
        'phone', phone, 'locale', 'fr-FR', 'marketing', n % 3 = 0),
    pg_temp.moment(n, 20) + interval '5 minutes',
    CASE WHEN n % 11 = 0 THEN NULL ELSE pg_temp.moment(n, 20) + interval '90 days' END,
    pg_temp.moment(n, 20),
    pg_temp.moment(n, 20)
FROM people;

INSERT INTO auth.sessions (id, user_id, user_agent, ip, refresh_token_hash, created_at, not_after)
SELECT
    pg_temp.uuid_of('session', n),
    id,
    pg_temp.one_of(ARRAY['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1'], n, 21),
    CASE n % 5 WHEN 0 THEN inet '2a01:e0a:0::' + pg_temp.pick(n, 22, 4000000000) ELSE inet '82.64.0.0' + pg_temp.pick(n, 22, 4000000) END,
    decode(md5('token' || n), 'hex'),
    pg_temp.moment(n, 23),
    CASE WHEN n % 4 = 0 THEN timestamptz 'infinity' ELSE pg_temp.moment(n, 23) + interval '30 days' END
FROM people
WHERE n % 2 = 0;

INSERT INTO public.cabinets (id, manager_id, company_name, siret, phone, email, address, postal_code, city, iban, opening_hours, logo, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT
    number,
    people.id,
    pg_temp.one_of(ARRAY['Cabinet dentaire', 'Centre de santé', 'Selarl', 'SCM'], number, 30) || ' ' || last_name
        || pg_temp.one_of(ARRAY['', ' & Associés', ' et Fils', ' Orthodontie'], number, 31),
    pg_temp.luhn(lpad((pg_temp.pick(number, 32, 90000000) + 10000000)::text, 8, '0') || lpad(number::text, 5, '0')),
    regexp_replace('0' || (1 + number % 5) || lpad(pg_temp.pick(number, 33, 100000000)::text, 8, '0'), '(..)(..)(..)(..)(..)', '\1 \2 \3 \4 \5'),
    'contact@cabinet-' || number || '.example',
    people.address,
    people.postal_code,
    people.city,
    people.iban,
    '{"lun": ["09:00-12:30", "14:00-19:00"], "mar": ["09:00-12:30", "14:00-19:00"], "sam": [], "exceptions": null}',
    decode(md5('logo' || number), 'hex'),
    pg_temp.moment(number, 34),
    pg_temp.moment(number, 34)
FROM sizes CROSS JOIN generate_series(1, sizes.cabinets) AS number
JOIN people ON people.n = 1 + number % sizes.people;

INSERT INTO public.profiles (id, cabinet_id, role, first_name, last_name, phone, birth_date, address, postal_code, city, preferred_channels, tags, metadata, created_at, updated_at)
SELECT
    id,
    CASE WHEN n % 5 = 0 THEN 1 + pg_temp.pick(n, 40, sizes.cabinets) END,
    (enum_range(NULL::public.app_role))[CASE WHEN n % 5 = 0 THEN 3 + pg_temp.pick(n, 41, 4) ELSE 1 + pg_temp.pick(n, 42, 2) END],
    first_name,
    last_name,
    phone,
    birth_date,
    address,
    postal_code,
    city,
    CASE n % 3 WHEN 0 THEN '{email,sms}' WHEN 1 THEN '{email}' ELSE '{app,letter}' END::public.channel[],
    CASE WHEN n % 4 = 0 THEN '{}' ELSE ARRAY[pg_temp.one_of(ARRAY['fidèle', 'nouveau', 'VIP', 'à rappeler'], n, 43), 'année "2024"'] END,
    jsonb_build_object(
        'contact', jsonb_build_object('full_name', first_name || ' ' || upper(last_name), 'email', email, 'phone', phone),
        'devices', jsonb_build_array(jsonb_build_object('os', 'iOS', 'push', n % 2 = 0), jsonb_build_object('os', 'Android', 'push', NULL)),
        'score', round((pg_temp.pick(n, 44, 100000) / 1000.0)::numeric, 3)
    ),
    pg_temp.moment(n, 20),
    pg_temp.moment(n, 20)
FROM people CROSS JOIN sizes;

INSERT INTO public.newsletter_subscriptions (email, topics, subscribed_at)
SELECT email, ARRAY['offres', pg_temp.one_of(ARRAY['santé', 'voyages', 'bons plans'], n, 45)], pg_temp.moment(n, 46)
FROM people
WHERE n % 3 = 0;

INSERT INTO public.patients (id, cabinet_id, profile_id, full_name, email, phone, birth_date, nir, address, city, insurance, allergies, notes, created_at, updated_at)
SELECT
    n,
    1 + pg_temp.pick(n, 50, sizes.cabinets),
    CASE WHEN n % 2 = 0 THEN id END,
    first_name || ' ' || last_name,
    email,
    pg_temp.written(mobile, pg_temp.pick(n, 51, 6)),
    birth_date,
    nir || lpad((97 - nir::bigint % 97)::text, 2, '0'),
    address || E'\n' || postal_code || ' ' || city,
    city,
    jsonb_build_object('mutuelle', pg_temp.one_of(ARRAY['Mutuelle du Ponant', 'Prévoyance Santé', 'Harmonie des Alpes'], n, 52),
        'assuré', jsonb_build_object('nom', last_name, 'prénom', first_name, 'téléphone', phone), 'taux', 70),
    CASE n % 6 WHEN 0 THEN ARRAY['pénicilline', 'latex'] WHEN 1 THEN ARRAY['iode', NULL] WHEN 2 THEN '{}' END,
    CASE n % 4
        WHEN 0 THEN 'Prévenir ' || first_name || ' ' || last_name || ' la veille au ' || phone || '.'
        WHEN 1 THEN E'Antécédents :\n\t- bruxisme\n\t- suivi par le Dr ' || last_name || E'\n(dossier papier C:\\Dossiers\\N°' || n || ')'
        WHEN 2 THEN 'Mme/M. ' || upper(last_name) || ' ' || first_name || ' préfère les rendez-vous du matin ; écrire à ' || email || ' 🙂'
    END,
    pg_temp.moment(n, 53),
    pg_temp.moment(n, 53)
FROM sizes CROSS JOIN (
    SELECT people.*, (1 + n % 2)::text || to_char(birth_date, 'YYMM') || lpad((1 + pg_temp.pick(n, 54, 95))::text, 2, '0')
        || lpad((1 + pg_temp.pick(n, 55, 900))::text, 3, '0') || lpad((1 + pg_temp.pick(n, 56, 900))::text, 3, '0') AS nir
    FROM people
) AS insured
WHERE n % 3 <> 0;

INSERT INTO public.properties (id, owner_id, title, kind, address, postal_code, city, location, surface_m2, amenities, price_per_night, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT
    number,
    people.id,
    pg_temp.one_of(ARRAY['Studio lumineux', 'Maison de charme', 'Appartement vue mer', 'Chalet au calme', 'Villa avec piscine'], number, 60)
        || pg_temp.one_of(ARRAY['', ' au cœur de la ville', ' près des plages', ' avec terrasse', ' — idéal familles'], number, 61),
    (enum_range(NULL::public.property_kind))[1 + pg_temp.pick(number, 62, 5)],
    1 + pg_temp.pick(number, 63, 80) || ' ' || pg_temp.one_of(ARRAY['rue du Port', 'avenue des Pins', 'place du Marché'], number, 64),
    places.postal_code,
    places.city,
    ROW(43 + pg_temp.pick(number, 65, 8000) / 1000.0, -2 + pg_temp.pick(number, 66, 8000) / 1000.0)::public.geo_point,
    18 + pg_temp.pick(number, 67, 18000) / 100.0,
    (ARRAY['wifi', 'lave-linge', 'parking', 'vue "mer"', 'cheminée', 'vélos, trottinettes'])[1:1 + pg_temp.pick(number, 68, 6)],
    45 + pg_temp.pick(number, 69, 30000) / 100.0,
    pg_temp.moment(number, 70),
    pg_temp.moment(number, 70)
FROM sizes CROSS JOIN generate_series(1, sizes.properties) AS number
JOIN people ON people.n = 1 + pg_temp.pick(number, 71, sizes.people)
JOIN places ON places.n = pg_temp.pick(number, 72, 24);

INSERT INTO public.availability (id, property_id, period, state, note)
OVERRIDING SYSTEM VALUE
SELECT
    number * 40 + week - 39,
    number,
    daterange(date '2024-01-01' + 10 * week, date '2024-01-01' + 10 * week + 9),
    (enum_range(NULL::public.calendar_state))[1 + pg_temp.pick(number * 53 + week, 75, 3)],
    CASE WHEN week % 9 = 0 THEN 'clés chez ' || first_name || ' ' || last_name || ', ' || phone END
FROM sizes CROSS JOIN generate_series(1, sizes.properties) AS number CROSS JOIN generate_series(0, 39) AS week
JOIN people ON people.n = 1 + pg_temp.pick(number, 76, sizes.people);

-- Reservation k of a property starts in the k-th span of five days and is over before the next one begins.
INSERT INTO public.reservations (id, property_id, guest_id, period, status, guest_name, guest_email, guest_phone, guests, amount, comment, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT
    number,
    1 + (number - 1) % sizes.properties,
    people.id,
    tstzrange(arrival, arrival + (1 + pg_temp.pick(number, 80, 3)) * interval '1 day' - interval '6 hours'),
    (enum_range(NULL::public.reservation_status))[1 + pg_temp.pick(number, 81, 4)],
    first_name || ' ' || last_name,
    email,
    phone,
    1 + pg_temp.pick(number, 82, 6),
    60 + pg_temp.pick(number, 83, 90000) / 100.0,
    CASE number % 5
        WHEN 0 THEN 'Arrivée tardive, appeler ' || first_name || ' au ' || phone || ' en cas de souci.'
        WHEN 1 THEN 'Lit bébé demandé ; ' || first_name || ' ' || last_name || ' règle sur place.'
        WHEN 2 THEN ''
    END,
    arrival - (1 + pg_temp.pick(number, 84, 60)) * interval '1 day',
    arrival - interval '1 day'
FROM sizes CROSS JOIN generate_series(1, sizes.reservations) AS number
CROSS JOIN LATERAL (
    SELECT timestamptz '2024-01-05 15:00:00+00' + ((number - 1) / sizes.properties * 5 + pg_temp.pick(number, 85, 2)) * interval '1 day' AS arrival
) AS calendar
JOIN people ON people.n = 1 + pg_temp.pick(number, 86, sizes.people);

INSERT INTO public.bills (id, reservation_id, number, status, billing_name, billing_address, iban, net_amount, vat, due_on, created_at)
OVERRIDING SYSTEM VALUE
SELECT
    reservations.id,
    reservations.id,
    'F-' || 1000 + reservations.id,
    (enum_range(NULL::public.bill_status))[1 + pg_temp.pick(reservations.id, 90, 4)],
    upper(last_name) || ' ' || first_name,
    address || E'\n' || postal_code || ' ' || city,
    iban,
    amount,
    (ARRAY[5.5, 10, 20])[1 + pg_temp.pick(reservations.id, 91, 3)],
    (lower(period) + interval '30 days')::date,
    reservations.created_at
FROM public.reservations JOIN people ON people.id = guest_id
WHERE reservations.id % 10 <> 0;

INSERT INTO public.bill_notifications (id, bill_id, channel, recipient_email, subject, body, payload, sent_at)
OVERRIDING SYSTEM VALUE
SELECT
    bills.id,
    bills.id,
    CASE bills.id % 3 WHEN 0 THEN 'sms' ELSE 'email' END::public.channel,
    guest_email,
    'Votre facture ' || bills.number,
    'Bonjour ' || guest_name || E',\n\nvotre facture ' || bills.number || ' d''un montant de ' || bills.total_amount
        || E' € est disponible.\nNous l''avons envoyée à ' || guest_email || coalesce(' et au ' || guest_phone, '')
        || E'.\n\nBien cordialement,\nle service facturation',
    jsonb_build_object('to', jsonb_build_object('name', guest_name, 'email', guest_email, 'phone', guest_phone),
        'template', 'bill-v3', 'retries', bills.id % 4, 'errors', '[]'::jsonb),
    bills.created_at + interval '2 hours'
FROM public.bills JOIN public.reservations ON reservations.id = reservation_id;

INSERT INTO public.categories (id, parent_id, name, direction) VALUES
    (1, NULL, 'Recettes', 1), (2, NULL, 'Dépenses', -1), (3, 1, 'Loyers', 1), (4, 1, 'Soins', 1), (5, 1, 'Cautions', 1),
    (6, 2, 'Entretien', -1), (7, 2, 'Énergie', -1), (8, 2, 'Matériel dentaire', -1), (9, 2, 'Impôts & taxes', -1), (10, 6, 'Ménage', -1);

INSERT INTO public.transactions (id, bill_id, category_id, amount, booked_on, label, counterparty_name, counterparty_iban, bank_reference)
SELECT
    pg_temp.uuid_of('transaction', bills.id * 2 + part),
    bills.id,
    3 + pg_temp.pick(bills.id * 2 + part, 95, 3),
    CASE part WHEN 0 THEN round(total_amount * 0.3, 2) ELSE total_amount - round(total_amount * 0.3, 2) END,
    (bills.created_at + part * interval '20 days')::date,
    CASE pg_temp.pick(bills.id, 96, 3)
        WHEN 0 THEN 'VIR SEPA ' || upper(guest_name) || ' /MOTIF ' || bills.number
        WHEN 1 THEN 'CB ' || guest_name || ' ' || bills.number
        ELSE 'PRLV ' || bills.number
    END,
    guest_name,
    iban,
    -- Letters only: a run of digits could be somebody's phone number.
    'BQ' || translate(upper(left(md5('bank' || bills.id * 2 + part), 20)), '0123456789', 'GHIJKLMNOP')
FROM public.bills JOIN public.reservations ON reservations.id = reservation_id CROSS JOIN generate_series(0, 1) AS part
WHERE part = 0 OR bills.id % 3 = 0;

INSERT INTO public.conversations (id, property_id, subject, created_at)
SELECT
    pg_temp.uuid_of('conversation', number),
    1 + pg_temp.pick(number, 100, sizes.properties),
    pg_temp.one_of(ARRAY['Question sur l''arrivée', 'Remise des clés', 'Re: facture', 'Rendez-vous de contrôle', 'Caution'], number, 101),
    pg_temp.moment(number, 102)
FROM sizes CROSS JOIN generate_series(1, greatest(sizes.reservations / 2, 1)) AS number;

-- Person a writes to person b, who is somebody else.
CREATE TEMP TABLE talks AS
SELECT number, 1 + pg_temp.pick(number, 103, sizes.people) AS a,
    1 + (pg_temp.pick(number, 103, sizes.people) + 1 + pg_temp.pick(number, 104, sizes.people - 1)) % sizes.people AS b
FROM sizes CROSS JOIN generate_series(1, greatest(sizes.reservations / 2, 1)) AS number;

INSERT INTO public.participants (conversation_id, user_id, nickname, joined_at)
SELECT pg_temp.uuid_of('conversation', number), people.id, CASE WHEN number % 3 = 0 THEN first_name END, pg_temp.moment(number, 102)
FROM talks JOIN people ON people.n IN (a, b);

INSERT INTO public.messages (id, conversation_id, sender_id, body, attachments, sent_at, read_at)
OVERRIDING SYSTEM VALUE
SELECT
    number * 6 + turn - 5,
    pg_temp.uuid_of('conversation', number),
    sender.id,
    CASE pg_temp.pick(number * 6 + turn, 110, 8)
        WHEN 0 THEN 'Bonjour, je m''appelle ' || sender.first_name || ' ' || sender.last_name || '. Vous pouvez me joindre au ' || sender.phone || ' ou par e-mail : ' || sender.email || '.'
        WHEN 1 THEN 'Bonjour ' || other.first_name || E',\n\nmerci pour votre message. La remise des clés se fait à 16 h ; le code du portail est A' || number % 10000 || E'\\B.\n\n' || sender.first_name
        WHEN 2 THEN 'Pourriez-vous rappeler ' || other.first_name || ' ' || upper(other.last_name) || ' au ' || other.phone || ' ? C''est urgent 🙏'
        WHEN 3 THEN 'C''est noté, à bientôt !'
        WHEN 4 THEN E'Voici les coordonnées demandées :\n\t' || sender.first_name || ' ' || sender.last_name || E'\n\t' || sender.address || E'\n\t' || sender.postal_code || ' ' || sender.city || E'\n\t' || sender.phone
        WHEN 5 THEN 'Le virement de la caution est parti ce matin. IBAN : ' || sender.iban || '. Cordialement, ' || sender.first_name || ' ' || sender.last_name
        WHEN 6 THEN 'Mon nouvel e-mail est <' || sender.email || '> ; l''ancien ne fonctionne plus. 😊'
        ELSE 'Bonsoir, le chauffe-eau fait un bruit étrange depuis hier, et l''eau reste tiède. Pouvez-vous envoyer quelqu''un ? Nous sommes là toute la journée, sauf entre midi et deux.'
    END,
    CASE WHEN turn = 5 THEN jsonb_build_array(jsonb_build_object('file', 'photo_' || number || '.jpg', 'bytes', pg_temp.pick(number, 111, 900000), 'uploaded_by', sender.email)) END,
    pg_temp.moment(number, 102) + turn * interval '37 minutes',
    CASE WHEN turn < 5 THEN pg_temp.moment(number, 102) + turn * interval '37 minutes' + interval '4 minutes' END
FROM talks
CROSS JOIN generate_series(0, 5) AS turn
JOIN people AS sender ON sender.n = CASE turn % 2 WHEN 0 THEN a ELSE b END
JOIN people AS other ON other.n = CASE turn % 2 WHEN 0 THEN b ELSE a END;

INSERT INTO public.tasks (id, state, property_id, assignee_id, title, details, estimate, due_on)
SELECT
    number,
    (enum_range(NULL::public.task_state))[1 + pg_temp.pick(number, 120, 4)],
    1 + pg_temp.pick(number, 121, sizes.properties),
    people.id,
    pg_temp.one_of(ARRAY['Ménage de fin de séjour', 'Changer la chaudière', 'État des lieux', 'Commander des gants'], number, 122),
    CASE WHEN number % 2 = 0 THEN 'Contacter ' || first_name || ' ' || last_name || ' (' || phone || ') avant de passer.' END,
    pg_temp.pick(number, 123, 480) * interval '1 minute',
    CASE WHEN number % 13 = 0 THEN date 'infinity' ELSE date '2024-02-01' + pg_temp.pick(number, 124, 400)::integer END
FROM sizes CROSS JOIN generate_series(1, greatest(sizes.reservations / 3, 5)) AS number
JOIN people ON people.n = 1 + pg_temp.pick(number, 125, sizes.people);

-- What the audit triggers would have written.
INSERT INTO audit.log (id, happened_at, table_name, action, actor_id, old_row, new_row)
SELECT n, profiles.created_at, 'public.profiles', 'INSERT', id, NULL, to_jsonb(profiles)
FROM public.profiles JOIN people USING (id);

INSERT INTO audit.log (id, happened_at, table_name, action, actor_id, old_row, new_row)
SELECT
    sizes.people + booked.id * 2 + step - 1,
    CASE step WHEN 0 THEN created_at ELSE updated_at END,
    'public.reservations',
    CASE step WHEN 0 THEN 'INSERT' ELSE 'UPDATE' END,
    guest_id,
    CASE WHEN step = 1 THEN image || '{"status": "pending"}' END,
    CASE step WHEN 0 THEN image || '{"status": "pending"}' ELSE image END
FROM sizes CROSS JOIN (SELECT reservations.*, to_jsonb(reservations) AS image FROM public.reservations) AS booked
CROSS JOIN generate_series(0, 1) AS step
WHERE step = 0 OR status <> 'pending';

SELECT setval('public.cabinets_id_seq', (SELECT max(id) FROM public.cabinets)),
    setval('public.patients_id_seq', (SELECT max(id) FROM public.patients)),
    setval('public.properties_id_seq', (SELECT max(id) FROM public.properties)),
    setval('public.availability_id_seq', (SELECT max(id) FROM public.availability)),
    setval('public.reservations_id_seq', (SELECT max(id) FROM public.reservations)),
    setval('public.bills_id_seq', (SELECT max(id) FROM public.bills)),
    setval('public.bill_notifications_id_seq', (SELECT max(id) FROM public.bill_notifications)),
    setval('public.messages_id_seq', (SELECT max(id) FROM public.messages)),
    setval('audit.log_id_seq', (SELECT max(id) FROM audit.log)),
    setval('public.bill_number_seq', (SELECT max(id) + 1001 FROM public.bills), false),
    setval('public.categories_id_seq', (SELECT max(id) FROM public.categories)),
    setval('public.tasks_id_seq', (SELECT max(id) FROM public.tasks));

DROP TABLE talks, sizes, people, places, family_names, given_names;
DROP FUNCTION pg_temp.luhn, pg_temp.iban, pg_temp.written, pg_temp.moment, pg_temp.uuid_of, pg_temp.one_of, pg_temp.pick;
