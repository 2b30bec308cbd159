//! Documents with values inside. Which of them are replaced is said by rules with a `path`.

use super::*;

pub(super) const TABLE: &[Transformer] = &[
    Transformer::new(
        Kind::Json,
        ("json", "json"),
        Category::Structure,
        "JSON: the values at given paths, or all that look personal; every other byte stays",
        "JSON : les valeurs aux chemins donnés, ou toutes celles d'apparence personnelle ; le reste est intact",
    )
    .also(&["jsonb"])
    .shown(&[sample(r#"{"email": "jean@free.fr", "n": 1.50}"#)]),
    Transformer::new(
        Kind::Xml,
        ("xml", "xml"),
        Category::Structure,
        "XML: elements and attributes at given paths (`/person/@email`, `//name`); every other byte stays",
        "XML : éléments et attributs aux chemins donnés (`/person/@email`, `//name`) ; le reste est intact",
    )
    .shown(&[sample("<p><email>jean@free.fr</email> <n>1.50</n></p>")]),
    Transformer::new(
        Kind::Hstore,
        ("hstore", "hstore"),
        Category::Structure,
        "hstore: the values of given keys; all others stay",
        "hstore : les valeurs des clés données ; les autres restent",
    )
    .shown(&[sample(r#""email"=>"jean@free.fr", "n"=>"1.50""#)]),
    Transformer::new(
        Kind::Composite,
        ("composite", "composite"),
        Category::Structure,
        "Composite type: the given attributes, at any depth; all others stay",
        "Type composite : les attributs donnés, à toute profondeur ; les autres restent",
    )
    .also(&["record", "row"]),
];
