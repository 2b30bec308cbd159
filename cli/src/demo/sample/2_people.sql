-- Invented people, from whom every other table takes its personal data. All choices are hashes of a running number, so
-- the same number of rows always gives the same data, on every server version.
--
-- `nova.rows` is the number of reservations; the other tables are sized from it. E-mail addresses are under the
-- reserved top-level domain `example`, so that nothing can ever be delivered.

CREATE FUNCTION pg_temp.pick(n bigint, salt integer, choices bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
AS $$ SELECT (hashint8extended(n, salt) & 9223372036854775807) % choices $$;

CREATE FUNCTION pg_temp.one_of(words text[], n bigint, salt integer) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT words[1 + ((hashint8extended(n, salt) & 9223372036854775807) % array_length(words, 1))::integer] $$;

-- A version 4 UUID.
CREATE FUNCTION pg_temp.uuid_of(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT overlay(overlay(md5(kind || n) PLACING '4' FROM 13 FOR 1) PLACING 'a' FROM 17 FOR 1)::uuid $$;

CREATE FUNCTION pg_temp.moment(n bigint, salt integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE
AS $$ SELECT timestamptz '2023-11-01 06:00:00+00' + pg_temp.pick(n, salt, 34000000) * interval '1 second' $$;

-- `0612345678` as people write it.
CREATE FUNCTION pg_temp.written(digits text, style bigint) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE style
        WHEN 0 THEN digits
        WHEN 1 THEN '+33' || substr(digits, 2)
        WHEN 2 THEN regexp_replace(digits, '(..)(..)(..)(..)(..)', '\1.\2.\3.\4.\5')
        WHEN 3 THEN regexp_replace(digits, '0(.)(..)(..)(..)(..)', '+33 \1 \2 \3 \4 \5')
        WHEN 4 THEN regexp_replace(digits, '0(.)(..)(..)(..)(..)', '0033 \1 \2 \3 \4 \5')
        ELSE regexp_replace(digits, '(..)(..)(..)(..)(..)', '\1 \2 \3 \4 \5')
    END
$$;

-- A French IBAN with a valid RIB key and valid check digits.
CREATE FUNCTION pg_temp.iban(bank bigint, branch bigint, account bigint) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT 'FR' || lpad((98 - mod((bban || '152700')::numeric, 97))::text, 2, '0') || bban
    FROM (
        SELECT lpad(bank::text, 5, '0') || lpad(branch::text, 5, '0') || lpad(account::text, 11, '0')
            || lpad((97 - (89 * bank + 15 * branch + 3 * account) % 97)::text, 2, '0') AS bban
    ) AS account_number
$$;

-- Completes thirteen digits by the Luhn check digit that SIRET numbers carry.
CREATE FUNCTION pg_temp.luhn(digits text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT digits || ((10 - sum(CASE WHEN place % 2 = 1 THEN digit * 2 - CASE WHEN digit > 4 THEN 9 ELSE 0 END ELSE digit END) % 10) % 10)
    FROM (
        SELECT place, substr(digits, length(digits) + 1 - place, 1)::integer AS digit
        FROM generate_series(1, length(digits)) AS place
    ) AS places
$$;

CREATE TEMP TABLE given_names AS SELECT row_number() OVER () - 1 AS n, name FROM unnest(ARRAY[
    'Adèle', 'Adrien', 'Agathe', 'Alexandre', 'Alice', 'Amélie', 'Anaïs', 'André', 'Anne-Sophie', 'Antoine', 'Apolline',
    'Arthur', 'Aurélie', 'Aya', 'Baptiste', 'Bénédicte', 'Benoît', 'Bérénice', 'Camille', 'Capucine', 'Cécile', 'Charlotte',
    'Chloé', 'Clément', 'Corentin', 'Damien', 'Éléonore', 'Éliott', 'Élise', 'Éloïse', 'Émilie', 'Étienne', 'Fanny',
    'Fatima', 'Félix', 'Florian', 'François', 'Françoise', 'Gaël', 'Gaëlle', 'Geneviève', 'Grégoire', 'Guillaume', 'Hélène',
    'Hugo', 'Inès', 'Jean-Baptiste', 'Jean-François', 'Jérôme', 'Joëlle', 'Joséphine', 'Julie', 'Karim', 'Kévin', 'Laëtitia',
    'Léa', 'Léo', 'Loïc', 'Louise', 'Lucas', 'Lucie', 'Maëlle', 'Maëlys', 'Manon', 'Marc-Antoine', 'Marie-Claire',
    'Marie-Hélène', 'Mathéo', 'Mathilde', 'Maxime', 'Mélanie', 'Mohamed', 'Nadège', 'Nathanaël', 'Nicolas', 'Noël', 'Noémie',
    'Océane', 'Ophélie', 'Pauline', 'Quentin', 'Raphaël', 'Rémi', 'Romane', 'Salomé', 'Sébastien', 'Simon', 'Solène',
    'Stéphanie', 'Théo', 'Thibault', 'Tristan', 'Valérie', 'Véronique', 'Yann', 'Zoé'
]) AS name;

CREATE TEMP TABLE family_names AS SELECT row_number() OVER () - 1 AS n, name FROM unnest(ARRAY[
    'Abadie', 'Allègre', 'Aubertin', 'Auclair', 'Bachelet', 'Barthélemy', 'Baudouin', 'Beaumanoir', 'Bélanger', 'Ben Youssef',
    'Bergeron', 'Bessière', 'Blanchard', 'Boisseau', 'Bonnefoy', 'Bouchet', 'Boulanger', 'Bourgeois', 'Brégeon', 'Brisset',
    'Cabrol', 'Castaing', 'Cazenave', 'Chabrier', 'Champetier', 'Charpentier', 'Chevallier', 'Clavère', 'Cordonnier', 'Couderc',
    'Cousteau', 'Crépin', 'D''Aboville', 'D''Hondt', 'D''Ornano', 'Da Silva', 'Daguerre', 'Dauphin', 'De Kerdrel',
    'De La Fontaine', 'Delacroix', 'Delaunay', 'Delmas', 'Desbordes', 'Descamps', 'Deschênes', 'Diallo', 'Diawara', 'Doucet',
    'Drouët', 'Dubreuil', 'Duchêne', 'Dumoulin', 'Durieux', 'Échard', 'Escoffier', 'Estève', 'Fabrègues', 'Faucheux', 'Faure',
    'Ferrandis', 'Flandrin', 'Fontanel', 'Forestier', 'Fournier', 'Gaillard', 'Garcia-Lopez', 'Gauthier', 'Gérardin', 'Girard',
    'Giraudeau', 'Godefroy', 'Gonçalves', 'Grandjean', 'Grosjean', 'Guérin', 'Guillemot', 'Haddad', 'Hallier', 'Hébrard',
    'Hénault', 'Hervé', 'Jacquemin', 'Jolivet', 'Joubert', 'Kéraudren', 'Kowalczyk', 'L''Hermite', 'L''Hostis', 'Labrousse',
    'Lachaume', 'Laffargue', 'Lagarde', 'Lambert', 'Lamoureux', 'Langlois', 'Lapeyre', 'Laurent-Roux', 'Le Bihan', 'Le Gall',
    'Le Goff', 'Lefèvre', 'Lemaître', 'Lépine', 'Letellier', 'Lévêque', 'Loiseau', 'Lopès', 'Maréchal', 'Marchand',
    'Martin-Dupré', 'Masséna', 'Mauduit', 'Ménard', 'Mercier', 'Meunier', 'Mézières', 'Monnier', 'Montagné', 'Moreau', 'Müller',
    'N''Diaye', 'N''Guessan', 'Nguyễn', 'Noblet', 'Ollivier', 'Ouédraogo', 'Pagès', 'Pasquier', 'Pélissier', 'Perrin',
    'Picard', 'Poirier', 'Prévost', 'Quéméner', 'Quesnel', 'Rabouin', 'Renaudin', 'Ribière', 'Rousseau', 'Saint-Aubin',
    'Salvat', 'Santerre', 'Sauvage', 'Schneider', 'Séguier', 'Teyssier', 'Thévenot', 'Tissier', 'Traoré', 'Trémollières',
    'Vaillant', 'Valéry', 'Vasseur', 'Verdier', 'Viguier', 'Villeneuve', 'Weber', 'Ziegler', 'Zimmermann'
]) AS name;

CREATE TEMP TABLE places AS SELECT row_number() OVER () - 1 AS n, postal_code, city FROM (VALUES
    ('75011', 'Paris'), ('69003', 'Lyon'), ('13008', 'Marseille'), ('33000', 'Bordeaux'), ('44000', 'Nantes'),
    ('31000', 'Toulouse'), ('35000', 'Rennes'), ('59800', 'Lille'), ('67000', 'Strasbourg'), ('06300', 'Nice'),
    ('34000', 'Montpellier'), ('74400', 'Chamonix-Mont-Blanc'), ('64200', 'Biarritz'), ('17000', 'La Rochelle'),
    ('42000', 'Saint-Étienne'), ('29200', 'Brest'), ('21000', 'Dijon'), ('76600', 'Le Havre'), ('97400', 'Saint-Denis'),
    ('2A000', 'Ajaccio'), ('25000', 'Besançon'), ('63000', 'Clermont-Ferrand'), ('56000', 'Vannes'), ('14800', 'Deauville')
) AS list (postal_code, city);

CREATE TEMP TABLE people AS
SELECT
    named.n,
    pg_temp.uuid_of('user', named.n) AS id,
    first_name,
    last_name,
    local_part || CASE WHEN round_number = 0 THEN '' ELSE (round_number + 1)::text END
        || '@' || pg_temp.one_of(ARRAY['courrier.example', 'messagerie.example', 'poste-libre.example', 'maison.example'], named.n, 3) AS email,
    pg_temp.written(mobile, pg_temp.pick(named.n, 4, 6)) AS phone,
    mobile,
    date '1938-01-01' + pg_temp.pick(named.n, 5, 25000)::integer AS birth_date,
    1 + pg_temp.pick(named.n, 6, 190) || CASE pg_temp.pick(named.n, 7, 9) WHEN 0 THEN ' bis ' ELSE ' ' END
        || pg_temp.one_of(ARRAY['rue des Lilas', 'avenue de la République', 'boulevard de l''Océan', 'place de l''Église',
            'chemin des Vignes', 'impasse du Moulin', 'rue du Vieux-Port', 'allée des Tilleuls', 'quai de la Marne',
            'rue de l''Abbé-Grégoire', 'route de Saint-Malo', 'rue du 8-Mai-1945'], named.n, 8) AS address,
    places.postal_code,
    places.city,
    pg_temp.iban((ARRAY[30004, 20041, 10278, 14505, 30002])[1 + pg_temp.pick(named.n, 10, 5)], pg_temp.pick(named.n, 11, 100000),
        pg_temp.pick(named.n, 12, 100000000000)) AS iban
FROM (
    SELECT
        number AS n,
        given_names.name AS first_name,
        family_names.name AS last_name,
        lower(translate(given_names.name || '.' || family_names.name,
            'ÀÂÄÉÈÊËÎÏÔÖÙÛÜÇàâäéèêëîïôöùûüçễ ''', 'AAAEEEEIIOOUUUCaaaeeeeiioouuuce-')) AS local_part,
        combination.round_number,
        -- A bijection of eight digits: phone numbers are unique.
        CASE number % 2 WHEN 0 THEN '06' ELSE '07' END || lpad(((number * 7654321 + 13) % 100000000)::text, 8, '0') AS mobile
    FROM generate_series(1, greatest(current_setting('nova.rows')::bigint / 4, 40)) AS number
    CROSS JOIN LATERAL (
        -- A bijection of (given name, family name): nobody is twice there before every pair was.
        SELECT (number * 7919) % counts.pairs AS pair, number / counts.pairs AS round_number, counts.given
        FROM (SELECT count(*) AS given, count(*) * (SELECT count(*) FROM family_names) AS pairs FROM given_names) AS counts
    ) AS combination
    JOIN given_names ON given_names.n = combination.pair % combination.given
    JOIN family_names ON family_names.n = combination.pair / combination.given
) AS named
JOIN places ON places.n = pg_temp.pick(named.n, 9, 24);

ALTER TABLE people ADD PRIMARY KEY (n);
ANALYZE people;
