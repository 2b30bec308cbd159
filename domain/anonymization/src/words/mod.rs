//! Word lists: people's names and street kinds from the `fake` crate's locales, towns, street names and everyday words
//! of our own. Streets, towns and words are chosen so that none reads as a person's full name: the leak check must
//! never mistake a replacement for an original.

mod communes;
mod genders;

pub(crate) use communes::{COMMUNES, COUNTRIES, Commune};
pub(crate) use genders::is_female;

use crate::kind::Locale;
use fake::locales::{
    AR_SA, CY_GB, DE_DE, Data, EN, FA_IR, FR_FR, IT_IT, JA_JP, NL_NL, PT_BR, PT_PT, TR_TR, ZH_CN, ZH_TW,
};
use std::sync::LazyLock;

/// The lists of one language.
pub(crate) struct Words {
    /// Given names.
    pub(crate) first: &'static [&'static str],
    /// Family names.
    pub(crate) last: &'static [&'static str],
    /// Given names of women.
    pub(crate) female: Vec<&'static str>,
    /// Given names of men.
    pub(crate) male: Vec<&'static str>,
    /// Given names in plain lower-case letters, for e-mail addresses.
    first_plain: Vec<String>,
    /// Family names in plain lower-case letters.
    last_plain: Vec<String>,
    /// Whether each given name is a woman's, by its place in the list.
    sexes: Vec<Option<bool>>,
    /// Occupations.
    pub(crate) jobs: &'static [&'static str],
    /// True where towns are French communes.
    pub(crate) french: bool,
    /// Towns.
    pub(crate) cities: &'static [&'static str],
    /// Streets without their number.
    pub(crate) streets: &'static [&'static str],
    /// What stands after a company's name.
    pub(crate) company_forms: &'static [&'static str],
    /// Everyday words by length in characters; index 0 is empty.
    pub(crate) by_length: Vec<Vec<&'static str>>,
}

impl Words {
    /// The lists of `locale`.
    pub(crate) fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::French => &FRENCH,
            Locale::English => &ENGLISH,
            Locale::German => &GERMAN,
            Locale::Italian => &ITALIAN,
            Locale::Dutch => &DUTCH,
            Locale::Brazilian => &BRAZILIAN,
            Locale::Portuguese => &PORTUGUESE,
            Locale::Turkish => &TURKISH,
            Locale::Welsh => &WELSH,
            Locale::Arabic => &ARABIC,
            Locale::Persian => &PERSIAN,
            Locale::Japanese => &JAPANESE,
            Locale::Chinese => &CHINESE,
            Locale::Taiwanese => &TAIWANESE,
        }
    }

    /// The name at this place of the list of given names, for display and in plain letters.
    pub(crate) fn given(&self, index: usize) -> (&'static str, &str) {
        Self::at(self.first, &self.first_plain, index)
    }

    /// Whether that given name is a woman's; `None` where both have it.
    pub(crate) fn is_female(&self, index: usize) -> Option<bool> {
        self.sexes.get(index).copied().flatten()
    }

    /// Likewise of the list of family names.
    pub(crate) fn family(&self, index: usize) -> (&'static str, &str) {
        Self::at(self.last, &self.last_plain, index)
    }

    fn at<'a>(names: &[&'static str], plain: &'a [String], index: usize) -> (&'static str, &'a str) {
        let name = names.get(index).copied().unwrap_or("Alex");
        let letters = plain.get(index).map_or("alex", String::as_str);
        // Names in other scripts have no plain letters.
        (name, if letters.is_empty() { "user" } else { letters })
    }

    fn build(
        (first, last): (&'static [&'static str], &'static [&'static str]),
        cities: &'static [&'static str],
        streets: &'static [&'static str],
        company_forms: &'static [&'static str],
        jobs: &'static [&'static str],
        everyday: &'static str,
    ) -> Self {
        let plain = |names: &[&str]| -> Vec<String> { names.iter().map(|name| plain_letters(name)).collect() };
        let of_sex = |wanted: bool| -> Vec<&'static str> {
            let mut names: Vec<&'static str> = first
                .iter()
                .copied()
                .filter(|name| is_female(&name.chars().map(fold).collect::<String>()) == Some(wanted))
                .collect();
            // Too few to hide in: the sex is not kept.
            if names.len() < 20 {
                names = first.to_vec();
            }
            names
        };
        let mut by_length: Vec<Vec<&'static str>> = vec![Vec::new()];
        for word in everyday.split_whitespace() {
            let length = word.chars().count();
            if by_length.len() <= length {
                by_length.resize_with(length + 1, Vec::new);
            }
            by_length[length].push(word);
        }
        Self {
            first,
            last,
            female: of_sex(true),
            male: of_sex(false),
            sexes: first
                .iter()
                .map(|name| is_female(&name.chars().map(fold).collect::<String>()))
                .collect(),
            jobs,
            french: false,
            first_plain: plain(first),
            last_plain: plain(last),
            cities,
            streets,
            company_forms,
            by_length,
        }
    }
}

/// What companies end with in French.
const FRENCH_FORMS: &[&str] = &[
    "SARL",
    "SAS",
    "SA",
    "et Fils",
    "et Associés",
    "Conseil",
    "Services",
    "Distribution",
    "Industrie",
    "Groupe",
];

static FRENCH: LazyLock<Words> = LazyLock::new(|| {
    static TOWNS: LazyLock<Vec<&'static str>> = LazyLock::new(|| COMMUNES.iter().map(|commune| commune.name).collect());
    Words {
        french: true,
        ..Words::build(
            (FR_FR::NAME_FIRST_NAME, FR_FR::NAME_LAST_NAME),
            &TOWNS,
            FRENCH_STREETS,
            FRENCH_FORMS,
            FRENCH_JOBS,
            FRENCH_EVERYDAY,
        )
    }
});

static ENGLISH: LazyLock<Words> = LazyLock::new(|| {
    Words::build(
        (EN::NAME_FIRST_NAME, EN::NAME_LAST_NAME),
        ENGLISH_CITIES,
        ENGLISH_STREETS,
        EN::COMPANY_SUFFIX,
        ENGLISH_JOBS,
        ENGLISH_EVERYDAY,
    )
});

macro_rules! others {
    ($($name:ident $data:ident,)*) => {$(
        static $name: LazyLock<Words> = LazyLock::new(|| {
            Words::build(
                ($data::NAME_FIRST_NAME, $data::NAME_LAST_NAME),
                ENGLISH_CITIES,
                ENGLISH_STREETS,
                $data::COMPANY_SUFFIX,
                ENGLISH_JOBS,
                ENGLISH_EVERYDAY,
            )
        });
    )*};
}

others! {
    GERMAN DE_DE,
    ITALIAN IT_IT,
    DUTCH NL_NL,
    BRAZILIAN PT_BR,
    PORTUGUESE PT_PT,
    TURKISH TR_TR,
    WELSH CY_GB,
    ARABIC AR_SA,
    PERSIAN FA_IR,
    JAPANESE JA_JP,
    CHINESE ZH_CN,
    TAIWANESE ZH_TW,
}

const FRENCH_JOBS: &[&str] = &[
    "Aide-soignante",
    "Architecte",
    "Assistante",
    "Bibliothécaire",
    "Boulanger",
    "Cariste",
    "Charpentier",
    "Chimiste",
    "Coiffeuse",
    "Comptable",
    "Conducteur",
    "Couvreur",
    "Cuisinier",
    "Documentaliste",
    "Ébéniste",
    "Éducatrice",
    "Électricien",
    "Enseignante",
    "Fleuriste",
    "Géomètre",
    "Graphiste",
    "Horloger",
    "Infirmière",
    "Ingénieur",
    "Jardinier",
    "Journaliste",
    "Juriste",
    "Kinésithérapeute",
    "Libraire",
    "Maçon",
    "Magasinier",
    "Mécanicien",
    "Menuisier",
    "Musicienne",
    "Opticien",
    "Pharmacienne",
    "Photographe",
    "Plombier",
    "Professeur",
    "Psychologue",
    "Secrétaire",
    "Serveuse",
    "Soudeur",
    "Technicien",
    "Traductrice",
    "Urbaniste",
    "Vendeuse",
    "Vétérinaire",
];

const ENGLISH_JOBS: &[&str] = &[
    "Accountant",
    "Architect",
    "Baker",
    "Bookkeeper",
    "Bricklayer",
    "Carpenter",
    "Chemist",
    "Cleaner",
    "Clerk",
    "Cook",
    "Designer",
    "Driver",
    "Economist",
    "Editor",
    "Electrician",
    "Engineer",
    "Farmer",
    "Fitter",
    "Florist",
    "Gardener",
    "Hairdresser",
    "Illustrator",
    "Interpreter",
    "Journalist",
    "Lawyer",
    "Librarian",
    "Machinist",
    "Mechanic",
    "Midwife",
    "Musician",
    "Nurse",
    "Optician",
    "Painter",
    "Pharmacist",
    "Photographer",
    "Physiotherapist",
    "Planner",
    "Plumber",
    "Porter",
    "Receptionist",
    "Roofer",
    "Secretary",
    "Surveyor",
    "Tailor",
    "Teacher",
    "Technician",
    "Translator",
    "Welder",
];

/// Every given and family name of both languages in plain lower-case letters, sorted: what detection knows as names.
pub(crate) static KNOWN_NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<&'static str> = [&*FRENCH, &*ENGLISH]
        .into_iter()
        .flat_map(|words| words.first_plain.iter().chain(&words.last_plain))
        .map(String::as_str)
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// True for a word that is a given or family name of a known language.
pub(crate) fn is_known_name(word: &str) -> bool {
    let plain = plain_letters(word);
    plain.len() > 1 && KNOWN_NAMES.binary_search(&plain.as_str()).is_ok()
}

/// The base letter of a Latin letter with a diacritic, in lower case; other characters are only lower-cased.
pub(crate) fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'æ' | 'Æ' | 'ă' | 'ą' => {
            'a'
        }
        'ç' | 'Ç' | 'č' | 'ć' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' | 'ě' | 'ę' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' | 'ı' | 'İ' => 'i',
        'ñ' | 'Ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' | 'œ' | 'Œ' => 'o',
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' | 'ů' => 'u',
        'ý' | 'ÿ' | 'Ý' | 'Ÿ' => 'y',
        'š' | 'Š' | 'ş' | 'ś' => 's',
        'ž' | 'Ž' | 'ż' | 'ź' => 'z',
        'ł' | 'Ł' => 'l',
        'ř' => 'r',
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// As [`char::is_alphabetic`], which looks everything beyond ASCII up in a table: the letters of French text are known
/// without.
#[inline]
pub(crate) fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\x7F' => c.is_ascii_alphabetic(),
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' => true,
        _ => c.is_alphabetic(),
    }
}

/// The plain lower-case ASCII letters of a name.
pub(crate) fn plain_letters(name: &str) -> String {
    name.chars().map(fold).filter(char::is_ascii_lowercase).collect()
}

const FRENCH_STREETS: &[&str] = &[
    "allée des Acacias",
    "allée des Bouleaux",
    "allée des Cerisiers",
    "allée des Érables",
    "allée des Tilleuls",
    "avenue de l'Europe",
    "avenue de la Gare",
    "avenue de la Libération",
    "avenue de la Plage",
    "avenue de la République",
    "avenue des Platanes",
    "avenue des Sports",
    "avenue du Lac",
    "avenue du Stade",
    "boulevard de la Liberté",
    "boulevard des Remparts",
    "boulevard du Midi",
    "chemin de la Source",
    "chemin des Crêtes",
    "chemin des Vignes",
    "chemin du Bois",
    "chemin du Moulin",
    "chemin vert",
    "cours des Halles",
    "impasse de la Forge",
    "impasse des Jardins",
    "impasse des Mésanges",
    "impasse du Puits",
    "passage du Commerce",
    "place de l'Église",
    "place de la Fontaine",
    "place de la Mairie",
    "place du Marché",
    "quai des Brumes",
    "quai du Port",
    "route de la Côte",
    "route de la Vallée",
    "route des Étangs",
    "rue basse",
    "rue de l'Abreuvoir",
    "rue de l'École",
    "rue de l'Industrie",
    "rue de la Colline",
    "rue de la Croix",
    "rue de la Fabrique",
    "rue de la Montagne",
    "rue de la Paix",
    "rue de la Poste",
    "rue de la Prairie",
    "rue de la Rivière",
    "rue de la Tour",
    "rue des Alouettes",
    "rue des Artisans",
    "rue des Bleuets",
    "rue des Camélias",
    "rue des Champs",
    "rue des Écoles",
    "rue des Fleurs",
    "rue des Frênes",
    "rue des Glycines",
    "rue des Hirondelles",
    "rue des Lilas",
    "rue des Marronniers",
    "rue des Prés",
    "rue des Primevères",
    "rue des Sablons",
    "rue des Tanneurs",
    "rue des Violettes",
    "rue du Canal",
    "rue du Château",
    "rue du Coteau",
    "rue du Four",
    "rue du Lavoir",
    "rue du Parc",
    "rue du Pont",
    "rue du Verger",
    "rue haute",
    "sentier des Dunes",
    "square des Peupliers",
    "traverse du Vallon",
    "venelle du Clocher",
];

const FRENCH_EVERYDAY: &str = "y a à ô au ce de du en et la le ne on ou par un us va vu \
    air ami arc art bas bel bon car ces clé des dit dos eau est été fin jeu les loi lot mer mot mur nom nos pas peu \
    plus pré que qui rue sac sec sel ses sol son sur thé ton toi tôt une vin vue \
    aide aube banc bleu bois bord cafe camp cent chat ciel clef coin cour date dire doux elle faim fait fête foin fond \
    four gare gens goût haut jour juin lait lieu lire long lune main mais mars midi mois neuf nord nuit onze page pain \
    parc part père peur pied plan pont port pour près prix quai rien rose sang sous sœur tard tour tout très vent vers \
    vert vite voir voix zone \
    abord achat aimer ainsi année appel après avant avoir balle barre blanc boire boîte carte cause celui champ chose \
    clair coeur corde coupe cours court cuire danse doute droit école effet église encre enfin fleur foire forêt frais \
    froid fruit garde glace grand grave herbe heure hiver idéal image jamais jaune jeudi jouer juste large leçon ligne \
    linge livre local lundi matin merci métal monde monté neige noire ombre ordre orage outil pages paire passe payer \
    pente petit peine pièce place plage plein pluie point poire porte poste pouce rayon règle repas reste roche route \
    sable santé série signe suite sujet table tasse temps terre thème titre toile total train usine utile vague vaste \
    veine vente verre ville visée voile \
    accord acheter amener animal arrêt article aucune autant autour avenir balcon bateau besoin beurre bonjour bouger \
    bureau cahier calcul cantine carnet centre chaise chaleur chemin cheval cinéma classe client colline compte \
    conseil contre couleur cuisine demain départ dernier dessin devant devoir domaine dossier double durant échange \
    endroit énergie enfant ensemble entrée équipe espace étoile exemple facile façade famille fenêtre ferme feuille \
    figure fontaine galerie garage gâteau grange guichet habiter hauteur histoire horaire horloge jardin journal \
    journée lampe langue légume lettre lumière lecture machine magasin maison mardi mémoire mercredi message mesure \
    meuble minute moment montagne moteur moulin moyenne musique nature niveau nombre nouveau numéro oiseau opinion \
    orange paquet parfois parler partie passage patient paysage peinture pendant pensée période personne placard \
    plaine planche plateau plusieurs pommier posture poulet presque prairie premier prendre printemps prochain \
    produit projet propre quartier question raison recette réponse retour réunion rivière route saison samedi \
    semaine service silence simple soleil sortie source souvent station surface système tableau tableur terrain \
    théâtre tissus toiture tranquille travail trésor utiliser valeur vallée vapeur vendredi village visite voisin \
    volume voyage \
    accueillir agréable ancienne appartement apprendre architecture assurance atelier aujourdhui automne bibliothèque \
    calendrier campagne catalogue certainement chantier circulation collection commencer commentaire communication \
    comparaison condition confirmation connaissance conservation construction continuer correspondance couverture \
    déplacement description développement différence difficulté direction disponible document entreprise \
    environnement équipement établissement évidemment explication fabrication fonctionnement formation habituellement \
    immédiatement information installation intéressant légèrement littérature maintenant manifestation \
    organisation paiement particulier performance possibilité précédent préparation présentation prochainement \
    programme proposition publication réalisation recherche réfrigérateur régulièrement rendezvous renseignement \
    représentation responsable restaurant secrétariat signification simplement solution température traditionnel \
    traitement transformation transport université utilisation végétation véritable vraisemblablement";

const ENGLISH_CITIES: &[&str] = &[
    "Abingdon",
    "Alnwick",
    "Ashford",
    "Aylesbury",
    "Banbury",
    "Barnsley",
    "Basingstoke",
    "Bedford",
    "Berwick",
    "Bolton",
    "Boston",
    "Brighton",
    "Bristol",
    "Burnley",
    "Buxton",
    "Cambridge",
    "Canterbury",
    "Carlisle",
    "Chelmsford",
    "Cheltenham",
    "Chester",
    "Chichester",
    "Colchester",
    "Corby",
    "Coventry",
    "Crewe",
    "Darlington",
    "Derby",
    "Doncaster",
    "Dover",
    "Durham",
    "Eastbourne",
    "Ely",
    "Epsom",
    "Exeter",
    "Falmouth",
    "Folkestone",
    "Gloucester",
    "Grimsby",
    "Guildford",
    "Harrogate",
    "Hastings",
    "Hereford",
    "Huddersfield",
    "Hull",
    "Ipswich",
    "Keswick",
    "Kettering",
    "Lancaster",
    "Leeds",
    "Leicester",
    "Lincoln",
    "Liverpool",
    "Ludlow",
    "Luton",
    "Maidstone",
    "Manchester",
    "Margate",
    "Matlock",
    "Newark",
    "Newbury",
    "Northampton",
    "Norwich",
    "Nottingham",
    "Oldham",
    "Oxford",
    "Penzance",
    "Plymouth",
    "Poole",
    "Portsmouth",
    "Preston",
    "Reading",
    "Redditch",
    "Rochdale",
    "Rugby",
    "Salisbury",
    "Scarborough",
    "Sheffield",
    "Shrewsbury",
    "Southampton",
    "Stafford",
    "Stevenage",
    "Stockport",
    "Stratford",
    "Sunderland",
    "Swindon",
    "Taunton",
    "Telford",
    "Torquay",
    "Truro",
    "Wakefield",
    "Warwick",
    "Watford",
    "Wells",
    "Weymouth",
    "Whitby",
    "Wigan",
    "Winchester",
    "Windsor",
    "Worcester",
    "Yeovil",
    "York",
];

const ENGLISH_STREETS: &[&str] = &[
    "Abbey Road",
    "Acorn Street",
    "Apple Lane",
    "Beech Avenue",
    "Birch Close",
    "Bridge Street",
    "Canal Street",
    "Castle Road",
    "Cedar Avenue",
    "Chapel Lane",
    "Cherry Close",
    "Church Street",
    "Cliff Road",
    "Coppice Lane",
    "Corn Street",
    "Elm Grove",
    "Farm Lane",
    "Ferry Road",
    "Field View",
    "Garden Street",
    "Green Lane",
    "Harbour Road",
    "Hawthorn Drive",
    "Hazel Close",
    "High Street",
    "Hill Rise",
    "Holly Walk",
    "Kiln Lane",
    "Lake View",
    "Larch Drive",
    "Lime Grove",
    "London Road",
    "Main Street",
    "Maple Avenue",
    "Market Place",
    "Meadow Way",
    "Mill Lane",
    "Moorland Road",
    "New Road",
    "North Street",
    "Oak Drive",
    "Orchard Close",
    "Park Avenue",
    "Pine Walk",
    "Poplar Road",
    "Quarry Hill",
    "River Street",
    "School Lane",
    "South Parade",
    "Spring Gardens",
    "Station Road",
    "Sycamore Drive",
    "The Crescent",
    "The Green",
    "Union Street",
    "Valley Road",
    "Victoria Terrace",
    "Water Lane",
    "West Street",
    "Willow Way",
    "Windmill Hill",
    "Wood Lane",
];

const ENGLISH_EVERYDAY: &str = "a i an as at be by do go if in is it of on or so to up we \
    air all and any art bag bed box but can car cup day dry ear eat end far few fit for fun get gold has hat hot ice \
    ink its key law let low map may new not now old one our out own pay pen put red row run sea see set sky sun tea \
    ten the top try two use way wet who why yes yet you \
    able also area away back ball band bank base bird blue boat book both busy call calm card case city clay coal \
    coat cold come cool copy corn dark data desk door down draw each east easy even ever face fact farm fast feel \
    file fill film find fine fire fish five flat food foot form four free from full game gate give glad glow good \
    gray hall hand hard have head hear help here high hill hold home hope hour idea into item join just keep kind \
    lake lamp land last late leaf left less life like line list long look lost love made main make many mark meal \
    mean milk mind miss moon more most move much name near need news next nice note once only open over page part \
    past path plan play pool post quiet rain read real rest rice ring road rock roof room rule safe salt sand save \
    seat seed self ship shop show side sign site size snow soft soil some song soon sort star stay step stop such \
    sure take talk tall task team tell tent than that them then they thin this tide time tone tool town tree trip \
    true turn unit upon very view wait walk wall want warm wash wave weak week well west what when wide wind wish \
    with wood word work yard year zone \
    about above after again along among apple beach began being below black board bread bring brown build carry \
    cause chair cheap check clean clear clock cloth cloud coast color could count cover cream cross daily dance \
    depth doubt draft dream dress drink drive early earth eight empty enter equal event every extra fence field \
    first floor fresh front fruit glass grain grass great green group guest happy heavy horse hotel house human \
    image index issue judge large later learn level light limit local lunch major metal month motor mount music \
    never night noise north novel ocean offer often order other paint paper party peace phone photo piece place \
    plain plane plant plate point power press price proud quick quite radio raise range reach ready right river \
    round route scale scene serve seven shade shape share sharp shelf shore short small smile smooth sound south \
    space spend spoke sport staff stage stand start steam steel stone store storm story study sugar sweet table \
    taste teach thank their there thing think third three throw title today topic total touch tower track trade \
    train truck under until usual value visit voice watch water wheel where which while white whole world write \
    across almost always animal answer around autumn basket beauty become before behind better beyond bottle \
    branch bridge bright butter button camera candle carpet center change choice circle client closed coffee \
    column common corner cotton county couple course create decide degree design detail dinner direct double \
    during effect eleven energy engine enough evening exactly example family farmer figure finish flight flower \
    follow forest forget formal friend future garden gather gentle ground growth happen harbor health height \
    history holiday however include inside journey kitchen language leather lecture letter library machine \
    manager market matter meadow measure medicine meeting memory message middle minute modern moment morning \
    mountain museum nature nearly notice number object office orange outside package painting pattern people \
    perfect perhaps picture planet please pocket popular practice prepare present problem process produce \
    program project promise quality quarter question reading reason receive recipe record region report request \
    require respect result return science season section service several shelter silence silver similar simple \
    society solution somewhere special spring station straight street student subject summer support surface \
    system teacher theater together tomorrow traffic travel usually vegetable village weather weekend welcome \
    window winter without wonderful yesterday \
    accommodation administration afternoon agreement application appointment arrangement atmosphere authorization \
    celebration communication comparison conversation department description development difference discussion \
    education environment equipment establishment examination explanation illustration immediately improvement \
    independent information installation instruction international introduction investigation neighbourhood \
    notification organisation particular performance permission photographer possibility preparation presentation \
    professional recommendation refrigerator registration representation responsibility straightforward temperature \
    transformation transportation understanding unfortunately";
