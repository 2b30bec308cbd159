//! What applies to any value, and ways to choose between others.

use super::*;

pub(super) const KEEP: Transformer = Transformer::new(
    Kind::Keep,
    ("keep", "keep"),
    Category::General,
    "Stays as it is: a decision, not an oversight",
    "Reste telle quelle : une décision, pas un oubli",
)
.also(&["passthrough", "none_needed", "garder"])
.unique(Unique::Bijective)
.shown(&[sample("anything")]);

pub(super) const TABLE: &[Transformer] = &[
    Transformer::new(
        Kind::Null,
        ("null", "null"),
        Category::General,
        "Becomes NULL",
        "Devient NULL",
    )
    .also(&["nullify", "none"])
    .shown(&[sample("anything")]),
    Transformer::new(
        Kind::Empty,
        ("empty", "empty"),
        Category::General,
        "Becomes the empty string",
        "Devient la chaîne vide",
    )
    .also(&["blank", "vide"])
    .shown(&[sample("anything")]),
    Transformer::new(
        Kind::Constant,
        ("constant", "constant"),
        Category::General,
        "Becomes one fixed value",
        "Devient une valeur fixe",
    )
    .also(&["fixed", "constante"])
    .with(&[Parameter::new(
        "value",
        Type::Text,
        REQUIRED,
        "The value, as the column's type spells it",
        "La valeur, écrite comme le veut le type de la colonne",
    )])
    .shown(&[sample_with("Dr House", r#"{"value": "unknown"}"#)]),
    Transformer::new(
        Kind::Pick,
        ("pick", "pick"),
        Category::General,
        "One of a list, with weights where given; the same original always gets the same",
        "Une valeur d'une liste, pondérée au besoin ; la même origine donne toujours la même",
    )
    .also(&["pickFromList", "choice", "liste"])
    .with(&[Parameter::new(
        "values",
        Type::Values,
        REQUIRED,
        "For example [\"a\", \"b\"] or {\"a\": 3, \"b\": 1}",
        "Par exemple [\"a\", \"b\"] ou {\"a\": 3, \"b\": 1}",
    )])
    .shown(&[sample_with("divorced", r#"{"values": {"single": 4, "married": 5, "widowed": 1}}"#)]),
    Transformer::new(
        Kind::Flag,
        ("flag", "flag"),
        Category::General,
        "Yes or no, drawn by the key from the whole row's subject or per value",
        "Oui ou non, tiré de la clé d'après le sujet de la ligne",
    )
    .also(&["boolean", "bool", "booleen"])
    .with(&[
        Parameter::new(
            "subject",
            Type::Column,
            REQUIRED,
            "Column that tells whom the row is about",
            "Colonne qui dit de qui parle la ligne",
        ),
        Parameter::new(
            "share",
            Type::Number { min: 0.0, max: 1.0 },
            "0.5",
            "Share of yes",
            "Part de oui",
        ),
    ]),
    Transformer::new(
        Kind::Shuffle,
        ("shuffle", "shuffle"),
        Category::General,
        "The column's own values exchanged between rows that are read together (up to 4096): distribution and sums stay",
        "Les valeurs de la colonne échangées entre lignes lues ensemble (4096 au plus) : distribution et sommes restent",
    )
    .also(&["permuteRows", "melange"])
    .with(&[Parameter::new(
        "within",
        Type::Column,
        "all rows",
        "Exchange only between rows with the same value here: sums per group stay exact",
        "N'échanger qu'entre lignes de même valeur ici : les sommes par groupe restent exactes",
    )])
    .unique(Unique::Bijective),
    Transformer::new(
        Kind::Chain,
        ("chain", "chain"),
        Category::General,
        "The first case whose condition holds; where none does the value stays",
        "Le premier cas dont la condition est vraie ; sinon la valeur reste",
    )
    .also(&["conditional", "when", "conditions"])
    .with(&[Parameter::new(
        "cases",
        Type::Cases,
        REQUIRED,
        "Conditions read the row's original values",
        "Les conditions lisent les valeurs d'origine de la ligne",
    )])
    .shown(&[sample_with(
        "jean@free.fr",
        r#"{"cases": [{"when": "value is endingwith '@nova.example'", "transformer": "keep"}, {"transformer": "email"}]}"#,
    )]),
    Transformer::new(
        Kind::External,
        ("external", "external"),
        Category::General,
        "A program of yours: gets one JSON line per value and answers line by line; must be allowed in nova.toml",
        "Un programme à vous : reçoit une ligne JSON par valeur et répond de même ; doit être permis dans nova.toml",
    )
    .also(&["command", "programme"])
    .with(&[
        Parameter::new(
            "command",
            Type::Command,
            REQUIRED,
            "Program and arguments",
            "Programme et arguments",
        ),
        Parameter::new(
            "seconds",
            Type::Count { min: 1, max: 600 },
            "30",
            "Longest time for one batch",
            "Durée maximale d'un lot",
        ),
    ]),
    KEEP,
];
