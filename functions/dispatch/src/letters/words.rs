//! What letters say: French for whoever reads French or a language we do not have, English for whoever reads English.

use jiff::tz::TimeZone;
use nova_practice::cabinet::Condition;
use nova_practice_store::booking::ForPatient;

/// What a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Somebody may use the platform.
    Invitation,
    /// Somebody forgot a password.
    Password,
    /// An appointment was made.
    Booked,
    /// It has another time.
    Moved,
    /// It was called off.
    Cancelled,
    /// It is near.
    Reminder,
}

/// A letter, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

fn english(language: &str) -> bool {
    language == "en" || language.starts_with("en-")
}

/// A letter with a token, to somebody who works here.
pub(super) fn to_user(
    about: About,
    language: &str,
    (to, name): (&str, &str),
    token: &str,
    site: Option<&str>,
) -> Letter {
    let invited = about == About::Invitation;
    let page = if invited { "register" } else { "password" };
    // Behind the #, which no server and no log on the way sees.
    let link = site.map(|site| format!("{}/{page}#token={token}", site.trim_end_matches('/')));
    let use_it = link.unwrap_or_else(|| token.to_owned());
    let (subject, text) = match (english(language), invited) {
        (false, true) => (
            "Votre invitation sur Nova",
            format!(
                "Bonjour {name},\n\nVous êtes invité(e) à utiliser la plateforme Nova. Pour choisir votre mot de passe :\n\n{use_it}\n\n\
                 Cette invitation est valable une semaine et ne peut servir qu'une fois.\n"
            ),
        ),
        (false, false) => (
            "Votre nouveau mot de passe",
            format!(
                "Bonjour {name},\n\nUn nouveau mot de passe a été demandé pour votre compte. Pour le choisir :\n\n{use_it}\n\n\
                 Ce lien est valable une demi-heure et ne peut servir qu'une fois. Si vous n'avez rien demandé, ignorez ce message.\n"
            ),
        ),
        (true, true) => (
            "Your invitation to Nova",
            format!(
                "Hello {name},\n\nYou are invited to use the Nova platform. To choose your password:\n\n{use_it}\n\n\
                 This invitation is good for a week, and for one use.\n"
            ),
        ),
        (true, false) => (
            "Your new password",
            format!(
                "Hello {name},\n\nA new password was asked for. To choose it:\n\n{use_it}\n\n\
                 This link is good for half an hour, and for one use. If you did not ask for it, do nothing.\n"
            ),
        ),
    };
    Letter {
        to: to.to_owned(),
        subject: subject.to_owned(),
        text,
    }
}

/// A letter about an appointment. It says when and where, and nothing of why: others may read it.
pub(super) fn to_patient(about: About, known: &ForPatient) -> Letter {
    let zone = TimeZone::get(&known.zone).unwrap_or(TimeZone::UTC);
    let start = known.slot.start.to_zoned(zone);
    let (name, cabinet, phone) = (&known.name, &known.cabinet, known.phone.as_deref());
    let (subject, said, call) = if english(&known.language) {
        let when = start.strftime("%-d/%-m/%Y at %H:%M").to_string();
        let (subject, said) = match about {
            About::Cancelled => (
                "Your appointment is cancelled",
                format!("your appointment on {when} is cancelled."),
            ),
            About::Moved => (
                "Your appointment has another time",
                format!("your appointment is now on {when}."),
            ),
            About::Reminder => (
                "Reminder of your appointment",
                format!("a reminder: your appointment is on {when}."),
            ),
            _ => ("Your appointment", format!("your appointment is on {when}.")),
        };
        let call = phone.map(|phone| format!("To change it, call {phone}.\n"));
        (subject, format!("Hello {name},\n\n{said}"), call)
    } else {
        let when = start.strftime("%d/%m/%Y à %H h %M").to_string();
        let (subject, said) = match about {
            About::Cancelled => (
                "Votre rendez-vous est annulé",
                format!("votre rendez-vous du {when} est annulé."),
            ),
            About::Moved => (
                "Votre rendez-vous est déplacé",
                format!("votre rendez-vous aura lieu le {when}."),
            ),
            About::Reminder => (
                "Rappel de votre rendez-vous",
                format!("pour rappel, votre rendez-vous aura lieu le {when}."),
            ),
            _ => ("Votre rendez-vous", format!("votre rendez-vous aura lieu le {when}.")),
        };
        let call = phone.map(|phone| format!("Pour le modifier, appelez le {phone}.\n"));
        (subject, format!("Bonjour {name},\n\n{said}"), call)
    };
    Letter {
        to: known.email.clone(),
        subject: format!("{subject} – {cabinet}"),
        text: format!("{said}\n\n{cabinet}\n{}\n{}", known.address, call.unwrap_or_default()),
    }
}

/// What checks look at, in French and in English.
const CHECKS: [(&str, &str, &str); 8] = [
    ("hours", "horaires d'ouverture", "opening hours"),
    ("people", "praticiens", "practitioners"),
    ("chairs", "fauteuils", "chairs"),
    ("services", "actes", "services"),
    ("configuration", "configuration", "configuration"),
    ("holds", "réservations provisoires", "holds"),
    ("outbox", "messages en attente", "messages that wait"),
    ("audit", "journal d'audit", "audit"),
];

/// A letter to whoever runs a cabinet: one of its checks changed.
pub(super) fn to_manager(
    language: &str,
    (to, name): (&str, &str),
    cabinet: &str,
    (check, condition): (&str, Option<Condition>),
) -> Letter {
    let known = CHECKS.iter().find(|(known, ..)| *known == check);
    let (french, in_english) = known.map_or((check, check), |(_, french, english)| (*french, *english));
    let (subject, said) = match (english(language), condition) {
        (false, Some(Condition::Healthy)) => (
            "Tout est rentré dans l'ordre",
            format!("{french} : de nouveau en ordre."),
        ),
        (false, Some(Condition::Degraded)) => ("À vérifier", format!("{french} : à vérifier.")),
        (false, _) => ("Alerte", format!("{french} : en défaut.")),
        (true, Some(Condition::Healthy)) => ("All is well again", format!("{in_english}: as it should be again.")),
        (true, Some(Condition::Degraded)) => ("Something to look at", format!("{in_english}: to be looked at.")),
        (true, _) => ("Alert", format!("{in_english}: failing.")),
    };
    let greeting = if english(language) { "Hello" } else { "Bonjour" };
    Letter {
        to: to.to_owned(),
        subject: format!("{subject} – {cabinet}"),
        text: format!("{greeting} {name},\n\n{cabinet}\n{said}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_practice::{PatientId, booking::Slot, booking::Status};
    use uuid::Uuid;

    fn known(language: &str) -> ForPatient {
        ForPatient {
            patient: PatientId(Uuid::from_u128(1)),
            email: "lea@example.org".to_owned(),
            name: "Léa Martin".to_owned(),
            language: language.to_owned(),
            slot: Slot::new(
                "2027-03-29T08:30:00Z".parse().unwrap(),
                "2027-03-29T09:00:00Z".parse().unwrap(),
            )
            .unwrap(),
            status: Status::Booked,
            cabinet: "Cabinet des Lilas".to_owned(),
            address: "12 rue des Lilas, 69003 Lyon".to_owned(),
            phone: Some("+33 4 00 00 00 00".to_owned()),
            zone: "Europe/Paris".to_owned(),
        }
    }

    #[test]
    fn a_patient_reads_the_time_of_the_cabinet_in_their_language() {
        let letter = to_patient(About::Moved, &known("fr"));
        assert_eq!(letter.subject, "Votre rendez-vous est déplacé – Cabinet des Lilas");
        assert!(letter.text.contains("le 29/03/2027 à 10 h 30"), "{}", letter.text);
        let letter = to_patient(About::Cancelled, &known("en"));
        assert_eq!(letter.subject, "Your appointment is cancelled – Cabinet des Lilas");
        assert!(letter.text.contains("29/3/2027 at 10:30"), "{}", letter.text);
        // A language that we do not have.
        assert!(to_patient(About::Booked, &known("pt")).text.starts_with("Bonjour Léa"));
    }

    #[test]
    fn whoever_runs_a_cabinet_reads_what_is_wrong_in_their_language() {
        let to = ("claire@example.org", "Claire");
        let letter = to_manager("fr", to, "Cabinet des Lilas", ("chairs", Some(Condition::Failing)));
        assert_eq!(letter.subject, "Alerte – Cabinet des Lilas");
        assert!(letter.text.contains("fauteuils : en défaut"), "{}", letter.text);
        let letter = to_manager("en", to, "Cabinet des Lilas", ("chairs", Some(Condition::Healthy)));
        assert_eq!(letter.subject, "All is well again – Cabinet des Lilas");
    }

    #[test]
    fn a_link_carries_the_token_where_no_server_sees_it() {
        let to = ("claire@example.org", "Claire");
        let letter = to_user(
            About::Invitation,
            "fr",
            to,
            "nova_inv_x",
            Some("https://nova.example.org/"),
        );
        assert!(
            letter
                .text
                .contains("https://nova.example.org/register#token=nova_inv_x")
        );
        let letter = to_user(About::Password, "en-GB", to, "nova_pwd_x", None);
        assert!(letter.text.contains("\n\nnova_pwd_x\n\n") && letter.subject == "Your new password");
    }
}
