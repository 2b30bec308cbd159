-- A million patients in a hundred cabinets, as the store writes them; run by the server itself.
set session_replication_role = replica;
insert into practice.cabinets (id, name, siret, street, postal_code, city, zone, status)
 select ('00000000-0000-7000-8000-' || lpad(to_hex(c), 12, '0'))::uuid, 'Cabinet ' || c, lpad(c::text, 14, '0'), 'r', '69003', 'Lyon', 'Europe/Paris', 'active' from generate_series(1, 100) c;
create temp table w as select array['martin','bernard','thomas','petit','robert','richard','durand','dubois','moreau','laurent','simon','michel','lefebvre','leroy','roux','david','bertrand','morel','fournier','girard','bonnet','dupont','lambert','fontaine','rousseau','vincent','muller','lefevre','faure','andre','mercier','blanc','guerin','boyer','garnier','chevalier','francois','legrand','gauthier','garcia'] l, array['marie','jean','pierre','michel','andre','philippe','jacques','bernard','nathalie','isabelle','sylvie','catherine','francoise','martine','christophe','laurent','stephane','david','patrick','nicolas','lea','emma','chloe','manon','hugo','lucas','louis','jules','adam','ines'] f;
insert into practice.patients (cabinet_id, id, last_name, first_name, birth_date, sort_name, phone)
 select ('00000000-0000-7000-8000-' || lpad(to_hex(n % 100 + 1), 12, '0'))::uuid, gen_random_uuid(), l[1 + n / 100 % 40] || (n / 4000 % 50), f[1 + (n * 7 / 100) % 30], date '1940-01-01' + (n * 31 % 29000), l[1 + n / 100 % 40] || (n / 4000 % 50) || ', ' || f[1 + (n * 7 / 100) % 30], '06' || lpad((n * 97 % 100000000)::text, 8, '0')
 from generate_series(1, 1000000) n, w;
insert into practice.patient_tokens select cabinet_id, t, id from practice.patients, lateral (values (last_name), (first_name), (to_char(birth_date, 'YYYYMMDD')), (to_char(birth_date, 'DDMMYYYY')), (phone)) v(t) on conflict do nothing;
set session_replication_role = default;
