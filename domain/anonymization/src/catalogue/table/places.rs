//! Addresses, and companies with their numbers.

use super::*;

pub(super) const TABLE: &[Transformer] = &[
    Transformer::new(
        Kind::Address,
        ("address", "address"),
        Category::Place,
        "Postal address of one or several lines; postal code and town belong together",
        "Adresse postale sur une ou plusieurs lignes ; code postal et commune vont ensemble",
    )
    .also(&["postalAddress", "streetAddress", "adresse"])
    .with(&[LOCALE])
    .unique(Unique::Suffix)
    .shown(&[
        sample("12 rue des Lilas, 75001 Paris"),
        sample("3 bis av. Foch\n69006 LYON\nFrance"),
    ]),
    Transformer::new(
        Kind::Street,
        ("street", "street"),
        Category::Place,
        "Street with its number",
        "Rue et numéro",
    )
    .also(&["rue", "voie"])
    .with(&[LOCALE])
    .unique(Unique::Suffix)
    .shown(&[sample("12 rue des Lilas"), sample("avenue Foch")]),
    Transformer::new(
        Kind::PostCode,
        ("postCode", "postcode"),
        Category::Place,
        "Postal code of a real commune; other countries' keep their shape",
        "Code postal d'une commune réelle ; ceux d'autres pays gardent leur forme",
    )
    .also(&["postalCode", "zipCode", "zip", "codePostal"])
    .with(&[LOCALE])
    .unique(Unique::Bijective)
    .shown(&[sample("75001"), sample("SW1A 1AA")]),
    Transformer::new(Kind::City, ("city", "city"), Category::Place, "Town", "Commune")
        .also(&["cityName", "town", "ville", "commune"])
        .with(&[LOCALE])
        .unique(Unique::Suffix)
        .shown(&[sample("Paris"), sample("LYON")]),
    Transformer::new(
        Kind::Department,
        ("department", "department"),
        Category::Place,
        "French département or another region: its name stays a name, its number a number, an INSEE code a commune's",
        "Département ou autre région : un nom reste un nom, un numéro un numéro, un code INSEE celui d'une commune",
    )
    .also(&["departement", "region", "state", "inseeCode", "codeInsee"])
    .shown(&[sample("Gironde"), sample("33"), sample("33063")]),
    Transformer::new(
        Kind::Country,
        ("country", "country"),
        Category::Place,
        "Country: a name stays a name, a code a code",
        "Pays : un nom reste un nom, un code un code",
    )
    .also(&["countryCode", "pays"])
    .with(&[LOCALE])
    .shown(&[sample("France"), sample("FR"), sample("fra")]),
    Transformer::new(
        Kind::Coordinates,
        ("coordinates", "coordinates"),
        Category::Place,
        "Latitude, longitude or both, moved by a keyed distance or cut to a coarse grid",
        "Latitude, longitude ou les deux, déplacées d'une distance tirée de la clé ou ramenées à une grille",
    )
    .also(&["latitude", "longitude", "gps", "geo", "point"])
    .with(&[
        Parameter::new(
            "meters",
            Type::Number {
                min: 1.0,
                max: 1_000_000.0,
            },
            "5000",
            "Largest distance in metres, along each axis",
            "Plus grande distance en mètres, sur chaque axe",
        ),
        Parameter::new(
            "decimals",
            Type::Count { min: 0, max: 6 },
            "none",
            "Cut to that many decimals instead (1: about 11 km)",
            "Ramener plutôt à ce nombre de décimales (1 : environ 11 km)",
        ),
    ])
    .shown(&[
        sample("48.85661"),
        sample("(2.35222,48.85661)"),
        sample_with("48.85661", r#"{"decimals": 1}"#),
    ]),
    Transformer::new(
        Kind::Company,
        ("company", "company"),
        Category::Company,
        "Company's name",
        "Raison sociale",
    )
    .also(&["companyName", "organization", "organisation", "societe"])
    .with(&[LOCALE])
    .unique(Unique::Suffix)
    .shown(&[sample("Durand SARL")]),
    Transformer::new(
        Kind::Siren,
        ("siren", "siren"),
        Category::Company,
        "French company number with its check digit",
        "SIREN, clé de Luhn juste",
    )
    .unique(Unique::Bijective)
    .shown(&[sample("732 829 320")]),
    Transformer::new(
        Kind::Siret,
        ("siret", "siret"),
        Category::Company,
        "French establishment number; begins with what `siren` makes of its company",
        "SIRET ; commence par ce que `siren` fait de l'entreprise",
    )
    .unique(Unique::Bijective)
    .shown(&[sample("732 829 320 00074")]),
    Transformer::new(
        Kind::Vat,
        ("vatNumber", "vat_number"),
        Category::Company,
        "VAT number; a French one keeps its key right and holds what `siren` makes of the company",
        "Numéro de TVA ; un numéro français garde une clé juste et contient le SIREN remplacé",
    )
    .also(&["vat", "tva", "numeroTva"])
    .unique(Unique::Bijective)
    .shown(&[sample("FR44732829320"), sample("DE136695976")]),
];
