//! Persons and how to reach them.

use super::*;

const PRESERVE: Parameter = Parameter::new(
    "preserveFormat",
    Type::Flag,
    "false",
    "Keep the domain of the original",
    "Garder le domaine d'origine",
);

pub(super) const TABLE: &[Transformer] = &[
    Transformer::new(
        Kind::Email,
        ("email", "email"),
        Category::Contact,
        "E-mail address of somebody invented; reaches nobody unless the domain is kept",
        "Adresse électronique d'une personne inventée ; n'atteint personne sauf si le domaine est gardé",
    )
    .also(&["e-mail", "mail", "emailAddress", "courriel", "safeEmail"])
    .with(&[
        Parameter::new(
            "domain",
            Type::Text,
            "example.com, .org or .net",
            "`keep`, or the domain of all replacements",
            "`keep`, ou le domaine de tous les remplacements",
        ),
        PRESERVE,
        LOCALE,
    ])
    .unique(Unique::Suffix)
    .shown(&[
        sample("jean.dupont@free.fr"),
        sample_with("jean.dupont@free.fr", r#"{"domain": "keep"}"#),
        sample_with("jean.dupont@free.fr", r#"{"domain": "sink.test"}"#),
    ]),
    Transformer::new(
        Kind::Name,
        ("name", "name"),
        Category::Person,
        "Full name; title, order, capitals and the sex of the given name stay",
        "Nom complet ; le titre, l'ordre, les capitales et le genre du prénom restent",
    )
    .also(&["fullName", "personName", "person", "nom"])
    .with(&[LOCALE])
    .unique(Unique::Suffix)
    .shown(&[sample("Mme Marie Dupont"), sample("DUPONT Jean"), sample("J. Dupont")]),
    Transformer::new(
        Kind::FirstName,
        ("firstName", "first_name"),
        Category::Person,
        "Given name of the same sex",
        "Prénom du même genre",
    )
    .also(&["givenName", "prenom"])
    .with(&[LOCALE])
    .unique(Unique::Suffix)
    .shown(&[sample("Marie"), sample("Jean-Pierre"), sample("JULIEN")]),
    Transformer::new(
        Kind::LastName,
        ("lastName", "last_name"),
        Category::Person,
        "Family name",
        "Nom de famille",
    )
    .also(&["familyName", "surname", "nomDeFamille"])
    .with(&[LOCALE])
    .unique(Unique::Suffix)
    .shown(&[sample("Dupont"), sample("de la Tour")]),
    Transformer::new(
        Kind::Username,
        ("userName", "username"),
        Category::Network,
        "Login name",
        "Nom d'utilisateur",
    )
    .also(&["login"])
    .with(&[LOCALE])
    .unique(Unique::Suffix)
    .shown(&[sample("jdupont")]),
    Transformer::new(
        Kind::Initials,
        ("initials", "initials"),
        Category::Person,
        "Initials; points and capitals stay. In an entity group, those of the person",
        "Initiales ; points et capitales restent. Dans un groupe, celles de la personne",
    )
    .also(&["initiales"])
    .shown(&[sample("J.D."), sample("mb")]),
    Transformer::new(
        Kind::Gender,
        ("gender", "gender"),
        Category::Person,
        "Sex or form of address, drawn anew and spelled as it was. In an entity group, that of the person",
        "Sexe ou civilité, tiré au sort et écrit de la même façon. Dans un groupe, celui de la personne",
    )
    .also(&["sex", "civility", "civilite", "sexe"])
    .shown(&[sample("F"), sample("male"), sample("Mme")]),
    Transformer::new(
        Kind::JobTitle,
        ("jobTitle", "job_title"),
        Category::Person,
        "Occupation",
        "Profession",
    )
    .also(&["occupation", "profession", "metier"])
    .with(&[LOCALE])
    .shown(&[sample("Avocate"), sample_with("Lawyer", r#"{"locale": "en"}"#)]),
    Transformer::new(
        Kind::BirthDate,
        ("birthDate", "birth_date"),
        Category::Time,
        "Date of birth; moves only into the past, so nobody comes out under age",
        "Date de naissance ; ne recule que vers le passé : personne ne redevient mineur",
    )
    .also(&["dateOfBirth", "dob", "dateNaissance"])
    .with(&[MIN, MAX])
    .unique(Unique::Bijective)
    .shown(&[sample("1984-03-12"), sample("12/03/1984")]),
    Transformer::new(
        Kind::AgeBand,
        ("ageBand", "age_band"),
        Category::Time,
        "Age or date of birth reduced to a band of years: its first year, on the first of January",
        "Âge ou date de naissance réduits à une tranche d'années : sa première, au premier janvier",
    )
    .also(&["ageRange", "trancheAge"])
    .with(&[Parameter::new(
        "years",
        Type::Count { min: 2, max: 50 },
        "5",
        "Width of a band",
        "Largeur d'une tranche",
    )])
    .shown(&[
        sample("1984-03-12"),
        sample("37"),
        sample_with("37", r#"{"years": 10}"#),
    ]),
    Transformer::new(
        Kind::Phone,
        ("phone", "phone"),
        Category::Contact,
        "Phone number; country, kind of line, validity and punctuation stay",
        "Numéro de téléphone ; le pays, le type de ligne, la validité et la ponctuation restent",
    )
    .also(&["phoneNumber", "telephone", "tel", "mobile", "fax"])
    .unique(Unique::Bijective)
    .shown(&[
        sample("06 12 34 56 78"),
        sample("+33 (0)1 42 68 53 00"),
        sample("+44 20 7946 0958"),
    ]),
];
