//! What names of columns, JSON keys and tables say, in French and English.

use crate::kind::Kind;
use crate::words::fold;
use std::collections::HashSet;

/// What a name says.
pub(super) struct NameHint {
    pub(super) kind: Kind,
    pub(super) score: f32,
    /// The dictionary's entry.
    pub(super) word: String,
}

/// Entries: words that stand side by side in a name, the kind, and how sure the words are. The longest entry wins.
const ENTRIES: &[(&str, Kind, f32)] = &[
    ("email", Kind::Email, 0.95),
    ("e mail", Kind::Email, 0.95),
    ("mail", Kind::Email, 0.8),
    ("courriel", Kind::Email, 0.95),
    ("adresse mail", Kind::Email, 0.95),
    ("adresse email", Kind::Email, 0.95),
    ("email address", Kind::Email, 0.95),
    ("mail address", Kind::Email, 0.95),
    ("username", Kind::Username, 0.8),
    ("user name", Kind::Username, 0.8),
    ("login", Kind::Username, 0.7),
    ("pseudo", Kind::Username, 0.75),
    ("pseudonyme", Kind::Username, 0.75),
    ("nickname", Kind::Username, 0.75),
    ("screen name", Kind::Username, 0.75),
    ("nom utilisateur", Kind::Username, 0.8),
    ("first name", Kind::FirstName, 0.95),
    ("firstname", Kind::FirstName, 0.95),
    ("given name", Kind::FirstName, 0.95),
    ("forename", Kind::FirstName, 0.95),
    ("fname", Kind::FirstName, 0.85),
    ("middle name", Kind::FirstName, 0.9),
    ("prenom", Kind::FirstName, 0.95),
    ("last name", Kind::LastName, 0.95),
    ("lastname", Kind::LastName, 0.95),
    ("lname", Kind::LastName, 0.85),
    ("surname", Kind::LastName, 0.95),
    ("family name", Kind::LastName, 0.95),
    ("maiden name", Kind::LastName, 0.95),
    ("birth name", Kind::LastName, 0.95),
    ("nom famille", Kind::LastName, 0.95),
    ("nom de famille", Kind::LastName, 0.95),
    ("nom naissance", Kind::LastName, 0.95),
    ("nom de naissance", Kind::LastName, 0.95),
    ("nom jeune fille", Kind::LastName, 0.95),
    ("nom de jeune fille", Kind::LastName, 0.95),
    ("nom usage", Kind::LastName, 0.9),
    ("patronyme", Kind::LastName, 0.9),
    ("full name", Kind::Name, 0.95),
    ("fullname", Kind::Name, 0.95),
    ("display name", Kind::Name, 0.75),
    ("contact name", Kind::Name, 0.9),
    ("nom complet", Kind::Name, 0.95),
    ("nom prenom", Kind::Name, 0.95),
    ("prenom nom", Kind::Name, 0.95),
    ("account holder", Kind::Name, 0.85),
    ("holder name", Kind::Name, 0.85),
    ("titulaire", Kind::Name, 0.8),
    ("beneficiaire", Kind::Name, 0.75),
    ("signataire", Kind::Name, 0.8),
    ("destinataire", Kind::Name, 0.6),
    ("expediteur", Kind::Name, 0.6),
    ("phone", Kind::Phone, 0.95),
    ("phone number", Kind::Phone, 0.95),
    ("telephone", Kind::Phone, 0.95),
    ("tel", Kind::Phone, 0.9),
    ("mobile", Kind::Phone, 0.8),
    ("mobile phone", Kind::Phone, 0.95),
    ("cell phone", Kind::Phone, 0.95),
    ("cellphone", Kind::Phone, 0.95),
    ("portable", Kind::Phone, 0.8),
    ("fax", Kind::Phone, 0.85),
    ("gsm", Kind::Phone, 0.85),
    ("numero telephone", Kind::Phone, 0.95),
    ("num tel", Kind::Phone, 0.95),
    ("no tel", Kind::Phone, 0.95),
    ("msisdn", Kind::Phone, 0.95),
    ("whatsapp", Kind::Phone, 0.7),
    ("address", Kind::Address, 0.85),
    ("addr", Kind::Address, 0.75),
    ("adresse", Kind::Address, 0.9),
    ("street", Kind::Address, 0.85),
    ("rue", Kind::Address, 0.85),
    ("voie", Kind::Address, 0.7),
    ("complement adresse", Kind::Address, 0.85),
    ("domicile", Kind::Address, 0.8),
    ("postcode", Kind::PostCode, 0.85),
    ("post code", Kind::PostCode, 0.85),
    ("postal code", Kind::PostCode, 0.85),
    ("postalcode", Kind::PostCode, 0.85),
    ("zip", Kind::PostCode, 0.8),
    ("zip code", Kind::PostCode, 0.85),
    ("zipcode", Kind::PostCode, 0.85),
    ("code postal", Kind::PostCode, 0.85),
    ("codepostal", Kind::PostCode, 0.85),
    ("cp", Kind::PostCode, 0.6),
    ("city", Kind::City, 0.75),
    ("town", Kind::City, 0.75),
    ("ville", Kind::City, 0.75),
    ("commune", Kind::City, 0.7),
    ("localite", Kind::City, 0.7),
    ("birth city", Kind::City, 0.85),
    ("birthplace", Kind::City, 0.85),
    ("lieu naissance", Kind::City, 0.85),
    ("ville naissance", Kind::City, 0.85),
    ("company", Kind::Company, 0.7),
    ("company name", Kind::Company, 0.85),
    ("societe", Kind::Company, 0.7),
    ("raison sociale", Kind::Company, 0.85),
    ("entreprise", Kind::Company, 0.7),
    ("employer", Kind::Company, 0.75),
    ("employeur", Kind::Company, 0.75),
    ("salary", Kind::Financial, 0.75),
    ("salaire", Kind::Financial, 0.75),
    ("income", Kind::Financial, 0.7),
    ("revenu", Kind::Financial, 0.7),
    ("wage", Kind::Financial, 0.7),
    ("birth date", Kind::BirthDate, 0.95),
    ("birthdate", Kind::BirthDate, 0.95),
    ("birthday", Kind::BirthDate, 0.95),
    ("date of birth", Kind::BirthDate, 0.95),
    ("dob", Kind::BirthDate, 0.95),
    ("born on", Kind::BirthDate, 0.9),
    ("date naissance", Kind::BirthDate, 0.95),
    ("date de naissance", Kind::BirthDate, 0.95),
    ("datenaissance", Kind::BirthDate, 0.95),
    ("ddn", Kind::BirthDate, 0.7),
    ("ne le", Kind::BirthDate, 0.8),
    ("ip", Kind::Ip, 0.85),
    ("ip address", Kind::Ip, 0.95),
    ("ip addr", Kind::Ip, 0.95),
    ("ipaddress", Kind::Ip, 0.95),
    ("adresse ip", Kind::Ip, 0.95),
    ("remote addr", Kind::Ip, 0.9),
    ("remote address", Kind::Ip, 0.9),
    ("client ip", Kind::Ip, 0.95),
    ("iban", Kind::Iban, 0.95),
    ("rib", Kind::Iban, 0.85),
    ("bank account", Kind::Iban, 0.7),
    ("compte bancaire", Kind::Iban, 0.7),
    ("siren", Kind::Siren, 0.8),
    ("siret", Kind::Siret, 0.8),
    ("nir", Kind::Nir, 0.85),
    ("ssn", Kind::Nir, 0.85),
    ("social security number", Kind::Nir, 0.9),
    ("numero securite sociale", Kind::Nir, 0.9),
    ("num secu", Kind::Nir, 0.9),
    ("numero secu", Kind::Nir, 0.9),
    ("no secu", Kind::Nir, 0.9),
    ("passport", Kind::Identifier, 0.8),
    ("passeport", Kind::Identifier, 0.8),
    ("carte identite", Kind::Identifier, 0.8),
    ("cni", Kind::Identifier, 0.7),
    ("national id", Kind::Identifier, 0.85),
    ("tax id", Kind::Identifier, 0.8),
    ("numero fiscal", Kind::Identifier, 0.85),
    ("driver license", Kind::Identifier, 0.8),
    ("permis conduire", Kind::Identifier, 0.8),
    ("credit card", Kind::Identifier, 0.85),
    ("card number", Kind::Identifier, 0.85),
    ("numero carte", Kind::Identifier, 0.8),
    ("note", Kind::Text, 0.55),
    ("commentaire", Kind::Text, 0.55),
    ("comment", Kind::Text, 0.55),
    ("message", Kind::Text, 0.55),
    ("body", Kind::Text, 0.55),
    ("contenu", Kind::Text, 0.5),
    ("observation", Kind::Text, 0.55),
    ("remarque", Kind::Text, 0.55),
    ("biography", Kind::Text, 0.7),
    ("bio", Kind::Text, 0.65),
    ("biographie", Kind::Text, 0.7),
    ("anamnese", Kind::Text, 0.8),
    ("medical history", Kind::Text, 0.8),
    ("antecedent", Kind::Text, 0.75),
    ("allergie", Kind::Text, 0.7),
    ("description", Kind::Text, 0.3),
    ("content", Kind::Text, 0.4),
];

/// Words that turn a telling name into something else: `email_verified`, `address_id`, `phone_type`.
const NEGATIONS: &[&str] = &[
    "id",
    "type",
    "status",
    "statut",
    "count",
    "nb",
    "nombre",
    "flag",
    "enabled",
    "active",
    "verified",
    "verifie",
    "confirmed",
    "confirme",
    "valid",
    "valide",
    "sent",
    "envoye",
    "template",
    "format",
    "notification",
    "preference",
    "opt",
    "optin",
    "hash",
    "length",
    "is",
    "has",
    "provider",
    "domain",
    "kind",
    "key",
    "token",
    "uuid",
    "url",
    "at",
    "required",
    "allowed",
    "limit",
    "version",
    "app",
    "device",
    "ref",
    "reference",
    "index",
    "subject",
    "objet",
    "order",
    "color",
    "locale",
];

/// Tables of people: `name` there is a person's.
const PEOPLE: &[&str] = &[
    "user",
    "utilisateur",
    "patient",
    "client",
    "customer",
    "contact",
    "employee",
    "employe",
    "salarie",
    "staff",
    "person",
    "people",
    "personne",
    "member",
    "membre",
    "tenant",
    "locataire",
    "proprietaire",
    "owner",
    "guest",
    "author",
    "auteur",
    "doctor",
    "medecin",
    "dentist",
    "dentiste",
    "practitioner",
    "praticien",
    "profile",
    "profil",
    "participant",
    "candidate",
    "candidat",
    "adherent",
    "lead",
    "prospect",
    "beneficiary",
    "beneficiaire",
    "student",
    "eleve",
    "etudiant",
    "parent",
    "child",
    "enfant",
    "passenger",
    "voyageur",
    "teacher",
    "professeur",
    "driver",
    "recipient",
    "sender",
    "subscriber",
    "abonne",
    "buyer",
    "acheteur",
    "seller",
    "vendeur",
    "attendee",
    "invite",
    "heir",
    "conjoint",
    "spouse",
    "responsable",
    "agent",
    "host",
    "hote",
    "visitor",
    "visiteur",
    "assure",
];

/// Tables of companies: `name` there is a company's.
const COMPANIES: &[&str] = &[
    "company",
    "companie",
    "organization",
    "organisation",
    "supplier",
    "fournisseur",
    "societe",
    "entreprise",
    "agency",
    "agencie",
    "agence",
    "vendor",
    "employer",
    "employeur",
    "cabinet",
    "clinic",
    "clinique",
];

/// Splits a name into folded words: at `_`, `-`, spaces and changes to capitals; a plural's `s` is dropped.
pub(super) fn tokens(name: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut previous = ' ';
    for c in name.chars() {
        let hump = c.is_uppercase() && previous.is_lowercase();
        if (hump || !c.is_alphabetic()) && !token.is_empty() {
            tokens.push(std::mem::take(&mut token));
        }
        if c.is_alphabetic() {
            token.push(fold(c));
        }
        previous = c;
    }
    if !token.is_empty() {
        tokens.push(token);
    }
    for token in &mut tokens {
        let plural = token.len() > 4 && token.ends_with('s') && !token.ends_with("ss");
        if plural {
            token.pop();
        }
    }
    tokens
}

fn find(words: &[String], entry: &str) -> Option<usize> {
    let length = entry.split(' ').count();
    words
        .windows(length)
        .position(|window| window.iter().map(String::as_str).eq(entry.split(' ')))
}

/// What the words themselves say, the table apart.
fn lookup(words: &[String]) -> Option<NameHint> {
    let mut best: Option<(usize, NameHint, usize)> = None;
    for &(entry, kind, score) in ENTRIES {
        let Some(at) = find(words, entry) else { continue };
        let length = entry.split(' ').count();
        let better = best
            .as_ref()
            .is_none_or(|(other, hint, _)| length > *other || length == *other && score > hint.score);
        if better {
            let hint = NameHint {
                kind,
                score,
                word: entry.to_owned(),
            };
            best = Some((length, hint, at));
        }
    }
    let (length, hint, at) = best?;
    let negated = words
        .iter()
        .enumerate()
        .any(|(index, word)| !(at..at + length).contains(&index) && NEGATIONS.contains(&word.as_str()));
    (!negated).then_some(hint)
}

fn of(list: &[&str], words: &[String]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

/// What a column's name says in its table. `siblings` are the other columns, as words joined by `_`.
pub(super) fn hint(column: &str, table: &str, siblings: Option<&HashSet<String>>) -> Option<NameHint> {
    let words = tokens(column);
    if let Some(hint) = lookup(&words) {
        return Some(hint);
    }
    let generic = words
        .iter()
        .any(|word| matches!(word.as_str(), "name" | "nom" | "libelle"));
    if !generic || of(NEGATIONS, &words) {
        return None;
    }
    let named = |kind, score| {
        Some(NameHint {
            kind,
            score,
            word: column.to_owned(),
        })
    };
    if words.len() > 1 {
        // `customer_name`, `nom_patient`; but `product_name` says nothing.
        return match (of(PEOPLE, &words), of(COMPANIES, &words)) {
            (true, _) => named(Kind::Name, 0.85),
            (_, true) => named(Kind::Company, 0.7),
            _ => None,
        };
    }
    let has = |other: &[&str]| siblings.is_some_and(|all| other.iter().any(|name| all.contains(*name)));
    if has(&["prenom", "first_name", "firstname", "given_name"]) {
        return named(Kind::LastName, 0.95);
    }
    let table = tokens(table);
    match (of(COMPANIES, &table), of(PEOPLE, &table)) {
        (true, _) => named(Kind::Company, 0.65),
        (_, true) if table.len() == 1 || table.last().is_some_and(|last| PEOPLE.contains(&last.as_str())) => {
            named(Kind::Name, 0.85)
        }
        _ => None,
    }
}

/// What a JSON key says by itself; `name` alone counts as a person's.
pub(super) fn key_hint(key: &str) -> Option<NameHint> {
    let words = tokens(key);
    lookup(&words)
        .filter(|hint| hint.score >= super::THRESHOLD)
        .or_else(|| {
            matches!(words.as_slice(), [only] if matches!(only.as_str(), "name" | "nom")).then(|| NameHint {
                kind: Kind::Name,
                score: 0.6,
                word: key.to_owned(),
            })
        })
}
