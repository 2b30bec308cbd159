//! Official numbers, bank details, quantities and dates.

use super::*;

pub(super) const TABLE: &[Transformer] = &[
    Transformer::new(
        Kind::Nir,
        ("nir", "nir"),
        Category::Identifier,
        "French social security number; sex, month and département stay, the key is right",
        "NIR ; le sexe, le mois et le département restent (2A et 2B compris), la clé est juste",
    )
    .also(&["ssn", "socialSecurityNumber", "numeroSecu"])
    .unique(Unique::Bijective)
    .shown(&[sample("2 69 05 49 588 157 80"), sample("1 85 05 2A 005 120 34")]),
    Transformer::new(
        Kind::Identifier,
        ("identifier", "identifier"),
        Category::Identifier,
        "Any other number or code: every letter and digit becomes another of its class",
        "Tout autre numéro ou code : chaque lettre, chaque chiffre en devient un autre de sa classe",
    )
    .also(&["id", "code", "passport", "drivingLicence"])
    .unique(Unique::Bijective)
    .shown(&[sample("AB-1234/x"), sample("20417")]),
    Transformer::new(
        Kind::FormatPreserving,
        ("formatPreserving", "format_preserving"),
        Category::Identifier,
        "Format-preserving encryption: a keyed permutation of all values of the same shape, chosen characters kept",
        "Chiffrement préservant le format : permutation de toutes les valeurs de même forme, certains caractères gardés",
    )
    .also(&["fpe", "encrypt"])
    .with(&[
        Parameter::new(
            "keepFirst",
            Type::Count { min: 0, max: 64 },
            "0",
            "Letters and digits at the start that stay",
            "Lettres et chiffres gardés au début",
        ),
        Parameter::new(
            "keepLast",
            Type::Count { min: 0, max: 64 },
            "0",
            "Letters and digits at the end that stay",
            "Lettres et chiffres gardés à la fin",
        ),
    ])
    .unique(Unique::Bijective)
    .shown(&[
        sample("AB-1234/x"),
        sample_with("2024-INV-00917", r#"{"keepFirst": 7}"#),
    ]),
    Transformer::new(
        Kind::Uuid,
        ("uuid", "uuid"),
        Category::Identifier,
        "UUID of the same version",
        "UUID de la même version",
    )
    .also(&["guid"])
    .unique(Unique::Bijective)
    .shown(&[sample("550e8400-e29b-41d4-a716-446655440000")]),
    Transformer::new(
        Kind::LicensePlate,
        ("licensePlate", "license_plate"),
        Category::Identifier,
        "Vehicle registration; French ones keep to the letters that are issued",
        "Immatriculation ; les françaises s'en tiennent aux lettres attribuées",
    )
    .also(&["vehicleRegistration", "immatriculation"])
    .unique(Unique::Bijective)
    .shown(&[sample("AB-123-CD"), sample("1234 AB 75")]),
    Transformer::new(
        Kind::Iban,
        ("iban", "iban"),
        Category::Number,
        "IBAN or French RIB of the same country with right check digits",
        "IBAN ou RIB du même pays, clés justes",
    )
    .also(&["bankAccount", "rib"])
    .unique(Unique::Bijective)
    .shown(&[sample("FR14 2004 1010 0505 0001 3M02 606"), sample("DE89370400440532013000")]),
    Transformer::new(
        Kind::Bic,
        ("bic", "bic"),
        Category::Number,
        "BIC of an invented bank in the same country",
        "BIC d'une banque inventée du même pays",
    )
    .also(&["swift"])
    .unique(Unique::Bijective)
    .shown(&[sample("BNPAFRPPXXX")]),
    Transformer::new(
        Kind::Card,
        ("cardNumber", "card_number"),
        Category::Number,
        "Payment card number; the first six digits stay, the check digit is right",
        "Numéro de carte ; les six premiers chiffres restent, la clé de Luhn est juste",
    )
    .also(&["creditCard", "pan", "carteBancaire"])
    .unique(Unique::Bijective)
    .shown(&[sample("4970 1012 3456 7893")]),
    Transformer::new(
        Kind::Financial,
        ("amount", "financial"),
        Category::Number,
        "Amount: anywhere between two bounds, or moved by 2 to 20 percent; sign, number of digits and scale stay",
        "Montant : entre deux bornes, ou déplacé de 2 à 20 % ; signe, nombre de chiffres et décimales restent",
    )
    .also(&["financial", "money", "number", "numeric", "montant"])
    .with(&[MIN, MAX])
    .unique(Unique::Bijective)
    .shown(&[sample("1234.50"), sample_with("1234.50", r#"{"min": 0, "max": 500}"#)]),
    Transformer::new(
        Kind::Noise,
        ("noise", "noise"),
        Category::Number,
        "Number moved by keyed noise around itself; the mean of many values stays, exact sums do not (see `shuffle`)",
        "Nombre déplacé d'un bruit centré tiré de la clé ; la moyenne reste, pas les sommes exactes (voir `shuffle`)",
    )
    .also(&["numberNoise", "bruit"])
    .with(&[
        Parameter::new(
            "ratio",
            Type::Number { min: 0.0, max: 1.0 },
            "0.1",
            "Largest change as a share of the value",
            "Plus grand écart, en part de la valeur",
        ),
        Parameter::new(
            "reach",
            Type::Number { min: 0.0, max: 1e15 },
            "none",
            "Largest change in the value's own unit instead",
            "Plus grand écart, plutôt dans l'unité de la valeur",
        ),
        MIN,
        MAX,
    ])
    .shown(&[sample("1234.50"), sample_with("37", r#"{"reach": 3}"#)]),
    Transformer::new(
        Kind::Round,
        ("round", "round"),
        Category::Number,
        "Number rounded down to a step",
        "Nombre ramené au pas inférieur",
    )
    .also(&["bucket", "arrondi"])
    .with(&[Parameter::new(
        "step",
        Type::Number {
            min: 0.000_001,
            max: 1e12,
        },
        "10",
        "The step",
        "Le pas",
    )])
    .shown(&[sample("1234.50"), sample_with("1234.50", r#"{"step": 500}"#)]),
    Transformer::new(
        Kind::Date,
        ("date", "date"),
        Category::Time,
        "Date or moment, moved by its own keyed number of days",
        "Date ou instant, déplacé d'un nombre de jours qui lui est propre",
    )
    .also(&["dateTime", "timestamp"])
    .with(&[
        Parameter::new(
            "preserveFormat",
            Type::Flag,
            "false",
            "Keep the time of day",
            "Garder l'heure",
        ),
        MIN,
        MAX,
    ])
    .unique(Unique::Bijective)
    .shown(&[sample("2024-02-29"), sample("29/02/2024"), sample("2024-02-29 10:11:12")]),
    Transformer::new(
        Kind::ShiftDate,
        ("shiftDate", "shift_date"),
        Category::Time,
        "Date moved by a distance that all dates of one subject share, so that intervals survive",
        "Date déplacée d'une distance commune à toutes les dates d'un sujet : les intervalles restent",
    )
    .also(&["dateShift", "decalage"])
    .with(&[
        Parameter::new(
            "subject",
            Type::Column,
            "one subject for all",
            "Column that tells whom the row is about",
            "Colonne qui dit de qui parle la ligne",
        ),
        Parameter::new(
            "days",
            Type::Count { min: 1, max: 36_500 },
            "365",
            "Longest distance in days",
            "Plus longue distance en jours",
        ),
    ])
    .shown(&[sample("2024-02-29"), sample("2024-03-07 10:11:12")]),
    Transformer::new(
        Kind::TruncateDate,
        ("truncateDate", "truncate_date"),
        Category::Time,
        "Date cut to the first day of its month, quarter or year",
        "Date ramenée au premier jour du mois, du trimestre ou de l'année",
    )
    .also(&["firstOfMonth", "dateTruncate"])
    .with(&[Parameter::new(
        "to",
        Type::Choice {
            words: &["day", "month", "quarter", "year", "decade"],
        },
        "month",
        "What it is cut to",
        "À quoi elle est ramenée",
    )])
    .shown(&[sample("2024-02-29"), sample_with("2024-02-29", r#"{"to": "year"}"#)]),
];
