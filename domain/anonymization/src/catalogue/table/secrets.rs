//! Networks, browsers, passwords and tokens.

use super::*;

pub(super) const TABLE: &[Transformer] = &[
    Transformer::new(
        Kind::Ip,
        ("ip", "ip"),
        Category::Network,
        "IP address or network; private stays private, the prefix length stays",
        "Adresse ou réseau IP ; privé reste privé, la longueur du préfixe reste",
    )
    .also(&["ipAddress", "inet"])
    .unique(Unique::Bijective)
    .shown(&[sample("192.168.1.20"), sample("2a01:e0a::5")]),
    Transformer::new(
        Kind::Mac,
        ("mac", "mac"),
        Category::Network,
        "MAC address: a maker's becomes a locally administered one",
        "Adresse MAC : celle d'un fabricant devient administrée localement",
    )
    .also(&["macAddress", "macaddr"])
    .unique(Unique::Bijective)
    .shown(&[sample("00:1A:2B:3C:4D:5E")]),
    Transformer::new(
        Kind::Url,
        ("url", "url"),
        Category::Network,
        "URL: scheme, number of steps and file type stay; host, path, query and credentials change",
        "URL : le protocole, le nombre d'étapes et le type de fichier restent ; le reste change",
    )
    .also(&["uri", "link", "website"])
    .with(&[Parameter::new(
        "keepHost",
        Type::Flag,
        "false",
        "Keep the host's name",
        "Garder le nom de l'hôte",
    )])
    .unique(Unique::Suffix)
    .shown(&[
        sample("https://jean:secret@www.dupont.fr/profil/jean-dupont.html?mail=jean%40free.fr"),
        sample_with("https://cdn.site.fr/u/4711.png", r#"{"keepHost": true}"#),
    ]),
    Transformer::new(
        Kind::Host,
        ("host", "host"),
        Category::Network,
        "Host's or domain's name, below a reserved domain",
        "Nom d'hôte ou de domaine, sous un domaine réservé",
    )
    .also(&["hostName", "domain"])
    .unique(Unique::Suffix)
    .shown(&[sample("mail.dupont.fr")]),
    Transformer::new(
        Kind::UserAgent,
        ("userAgent", "user_agent"),
        Category::Network,
        "A common browser's user agent",
        "Agent d'un navigateur courant",
    )
    .also(&["browser"])
    .shown(&[sample(
        "Mozilla/5.0 (X11; Linux x86_64; rv:61.0) Gecko/20100101 Firefox/61.0",
    )]),
    Transformer::new(
        Kind::Password,
        ("password", "password"),
        Category::Secret,
        "The hash of one known test password, `nova-test-password`, in the scheme the original has",
        "Le condensat d'un mot de passe de test connu, `nova-test-password`, selon l'algorithme d'origine",
    )
    .also(&["passwordHash", "motDePasse"])
    .with(&[Parameter::new(
        "scheme",
        Type::Choice {
            words: &["original", "bcrypt", "argon2id", "scrypt", "pbkdf2", "plain"],
        },
        "original",
        "Scheme of the hash; `original` takes the original's, bcrypt where it is not known",
        "Algorithme ; `original` reprend celui d'origine, bcrypt s'il n'est pas reconnu",
    )])
    .shown(&[
        sample("$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"),
        sample_with("secret", r#"{"scheme": "plain"}"#),
    ]),
    Transformer::new(
        Kind::Token,
        ("token", "token"),
        Category::Secret,
        "Token, API key or other secret: random of the same shape, or emptied",
        "Jeton, clé d'API ou autre secret : aléatoire de même forme, ou vidé",
    )
    .also(&["secret", "apiKey", "jeton"])
    .with(&[Parameter::new(
        "mode",
        Type::Choice {
            words: &["random", "empty", "null"],
        },
        "random",
        "What becomes of it",
        "Ce qu'il devient",
    )])
    .unique(Unique::Bijective)
    .shown(&[
        sample("key_live_51H8abcD"),
        sample_with("key_live_51H8abcD", r#"{"mode": "empty"}"#),
    ]),
    Transformer::new(
        Kind::Hash,
        ("hash", "hash"),
        Category::Secret,
        "Keyed hash in hexadecimal; nobody can test a guess without the key",
        "Condensat à clé en hexadécimal ; sans la clé nul ne peut vérifier une hypothèse",
    )
    .also(&["digest", "pseudonym"])
    .with(&[
        Parameter::new(
            "length",
            Type::Count { min: 8, max: 32 },
            "32",
            "Digits, four bits each; fewer than 20 are not kept apart under a unique constraint",
            "Chiffres, de quatre bits ; moins de 20 ne conviennent pas à une contrainte d'unicité",
        ),
        Parameter::new("prefix", Type::Text, "none", "Stands in front", "Placé devant"),
    ])
    .unique(Unique::Suffix)
    .shown(&[sample("4711"), sample_with("4711", r#"{"length": 12, "prefix": "u_"}"#)]),
];
