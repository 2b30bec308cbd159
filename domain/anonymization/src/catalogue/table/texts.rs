//! Prose, files and images.

use super::*;

pub(super) const TABLE: &[Transformer] = &[
    Transformer::new(
        Kind::Text,
        ("text", "text"),
        Category::Text,
        "Free text becomes other words of the same lengths; line breaks and punctuation stay",
        "Le texte devient d'autres mots de mêmes longueurs ; retours à la ligne et ponctuation restent",
    )
    .also(&["string", "lorem", "texte"])
    .with(&[
        Parameter::new(
            "preserveFormat",
            Type::Flag,
            "false",
            "Replace letter by letter instead, one to one",
            "Remplacer plutôt lettre par lettre, un pour un",
        ),
        LOCALE,
    ])
    .unique(Unique::Bijective)
    .shown(&[sample("Rappeler Mme Dupont au 06 12 34 56 78.\nMerci !")]),
    Transformer::new(
        Kind::Scrub,
        ("freeText", "free_text"),
        Category::Text,
        "Free text in which e-mails, phones, IBANs, card and social security numbers, IP addresses and names become what \
         they become in columns of their own; the other words stay",
        "Texte libre où courriels, téléphones, IBAN, cartes, NIR, adresses IP et noms deviennent ce qu'ils deviennent \
         dans leurs propres colonnes ; les autres mots restent",
    )
    .also(&["scrub", "texteLibre"])
    .with(&[LOCALE])
    .shown(&[sample(
        "Mme Marie Dupont (marie.dupont@free.fr, 06 12 34 56 78) a rappelé pour son IBAN \
         FR14 2004 1010 0505 0001 3M02 606.",
    )]),
    Transformer::new(
        Kind::MaskCharacters,
        ("mask", "mask"),
        Category::Text,
        "Letters and digits become one character, except some at the ends",
        "Lettres et chiffres deviennent un même caractère, sauf aux extrémités",
    )
    .also(&["partial", "masque"])
    .with(&[
        Parameter::new(
            "keepFirst",
            Type::Count { min: 0, max: 64 },
            "0",
            "Characters at the start that stay",
            "Caractères gardés au début",
        ),
        Parameter::new(
            "keepLast",
            Type::Count { min: 0, max: 64 },
            "0",
            "Characters at the end that stay",
            "Caractères gardés à la fin",
        ),
        Parameter::new(
            "character",
            Type::Character,
            "*",
            "What stands in their place",
            "Ce qui prend leur place",
        ),
    ])
    .shown(&[sample("Dupont"), sample_with("4970101234567893", r#"{"keepLast": 4}"#)]),
    Transformer::new(
        Kind::Redact,
        ("redact", "redact"),
        Category::Text,
        "The whole value becomes one mark",
        "La valeur entière devient une même marque",
    )
    .also(&["caviarder"])
    .with(&[Parameter::new(
        "mark",
        Type::Text,
        "[redacted]",
        "The mark",
        "La marque",
    )])
    .shown(&[sample("Dossier médical")]),
    Transformer::new(
        Kind::Template,
        ("template", "template"),
        Category::Text,
        "Text put together from generated values, columns of the row (`row.x`) and their replacements (`new.x`)",
        "Texte composé de valeurs produites, de colonnes de la ligne (`row.x`) et de leurs remplacements (`new.x`)",
    )
    .also(&["modele"])
    .with(&[
        Parameter::new(
            "template",
            Type::Template,
            REQUIRED,
            "For example {{firstName}}.{{lastName}}@example.org",
            "Par exemple {{firstName}}.{{lastName}}@example.org",
        ),
        LOCALE,
    ])
    .unique(Unique::No)
    .shown(&[sample_with(
        "jean.dupont@free.fr",
        r#"{"template": "{{firstName|lower}}.{{lastName|lower}}-{{digits(3)}}@example.org"}"#,
    )]),
    Transformer::new(
        Kind::Regex,
        ("regex", "regex"),
        Category::Text,
        "Text of the shape of a regular expression",
        "Texte de la forme d'une expression régulière",
    )
    .also(&["pattern", "expressionReguliere"])
    .with(&[Parameter::new(
        "pattern",
        Type::Pattern,
        REQUIRED,
        "For example [A-Z]{2}-\\d{4}",
        "Par exemple [A-Z]{2}-\\d{4}",
    )])
    .shown(&[sample_with("AB-1234", r#"{"pattern": "[A-Z]{2}-\\d{4}(bis|ter)?"}"#)]),
    Transformer::new(
        Kind::FileName,
        ("fileName", "file_name"),
        Category::Text,
        "File's name or path; the folders' number and the extension stay",
        "Nom ou chemin de fichier ; le nombre de dossiers et l'extension restent",
    )
    .also(&["file", "filePath", "nomFichier"])
    .unique(Unique::Suffix)
    .shown(&[sample("jean-dupont/CV Jean Dupont.pdf"), sample(r"C:\New folder\radio.png")]),
    Transformer::new(
        Kind::Image,
        ("image", "image"),
        Category::Text,
        "Image (bytes, base64 or a data URL) becomes a tiny valid one of the same type",
        "Image (octets, base64 ou URL data) remplacée par une minuscule, valide, du même type",
    )
    .also(&["photo", "avatar", "picture"])
    .shown(&[sample("data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=")]),
];
