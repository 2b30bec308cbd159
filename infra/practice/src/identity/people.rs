//! Users: made, changed, listed.

use super::{at, nothing_here};
use crate::{Error, Tx};
use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_practice::{
    CabinetId, Faults, UserId,
    access::{Permission, Reach},
};
use serde::{Deserialize, Serialize};
use tokio_postgres::{Row, types::ToSql};
use uuid::Uuid;

/// Whether somebody may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Has not accepted the invitation yet.
    Invited,
    /// May.
    Active,
    /// May not.
    Disabled,
}

impl Status {
    /// The word in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    pub(crate) fn read(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "invited" => Self::Invited,
            _ => Self::Disabled,
        }
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The id.
    pub id: UserId,
    /// The address, in small letters.
    pub email: String,
    /// The name.
    pub name: String,
    /// A telephone number.
    pub phone: Option<String>,
    /// The language: `fr`, `en-GB`.
    pub locale: String,
    /// Whether they may sign in.
    pub status: Status,
    /// Counts changes of roles.
    pub grants_version: i64,
    /// Counts changes of particulars.
    pub version: i64,
    /// When the row was made.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub seen_at: Option<Timestamp>,
    /// An authenticator app is set up.
    pub second_factor: bool,
    /// Roles, as far as whoever asks may see them.
    pub roles: Vec<Given>,
}

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The grant's id.
    pub id: Uuid,
    /// The role.
    pub role: String,
    /// The cabinet; none: the group.
    pub cabinet: Option<CabinetId>,
}

/// Particulars that can be changed; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The name.
    pub name: Option<String>,
    /// The telephone number; an empty one is taken away.
    pub phone: Option<String>,
    /// The language.
    pub locale: Option<String>,
    /// Whether they may sign in.
    pub status: Option<Status>,
}

/// What lists are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Name.
    Name,
    /// Address.
    Email,
    /// When they were made.
    Created,
}

/// Which users are listed.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Whose roles whoever asks may see.
    pub reach: Reach,
    /// Beginnings of words of name or address.
    pub text: Option<String>,
    /// Of this status.
    pub status: Option<Status>,
    /// With this role.
    pub role: Option<String>,
    /// With a role in this cabinet.
    pub cabinet: Option<CabinetId>,
    /// Ordered by.
    pub order: Order,
    /// The other way round.
    pub descending: bool,
    /// After this one: what it is ordered by, and its id.
    pub after: Option<(String, Uuid)>,
    /// At most so many.
    pub limit: i64,
}

const COLUMNS: &str = "u.id, u.email, u.name, u.phone, u.locale, u.status, u.grants_version, u.version, u.created_at, \
    u.seen_at, EXISTS (SELECT FROM practice.totp t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS second_factor, \
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', g.id, 'role', g.role, 'cabinet', g.in_cabinet) ORDER BY g.given_at, g.id) \
      FROM practice.role_grants g WHERE g.user_id = u.id AND ($1::uuid[] IS NULL OR g.in_cabinet = ANY ($1))), '[]') AS roles";

/// Users that `reach` covers: without a role in a cabinet of it, somebody is nobody.
const VISIBLE: &str = "($1::uuid[] IS NULL OR EXISTS (SELECT FROM practice.role_grants g \
    WHERE g.user_id = u.id AND g.in_cabinet = ANY ($1)))";

fn cabinets(reach: &Reach) -> Option<Vec<Uuid>> {
    reach
        .cabinets()
        .map(|cabinets| cabinets.into_iter().map(CabinetId::uuid).collect())
}

/// Makes sure that particulars can be taken.
///
/// # Errors
/// What is wrong, field by field.
pub fn check(email: Option<&str>, changes: &Changes) -> Result<(), Faults> {
    let mut faults = Faults::default();
    if let Some(email) = email {
        let holds = email.len() <= 254
            && !email.contains(|sign: char| sign.is_whitespace() || sign.is_control())
            && email.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && local.len() <= 64
                    && domain.contains('.')
                    && !domain.contains('@')
                    && domain.split('.').all(|label| !label.is_empty())
            });
        faults.unless(holds, "email", "be an address such as name@example.org");
    }
    let printable = |text: &str| !text.contains(|sign: char| sign.is_control());
    if let Some(name) = &changes.name {
        let length = name.trim().chars().count();
        faults.unless(
            (1..=200).contains(&length) && printable(name),
            "name",
            "have 1 to 200 characters",
        );
    }
    if let Some(phone) = changes.phone.as_ref().filter(|phone| !phone.is_empty()) {
        let holds = (3..=40).contains(&phone.len())
            && phone
                .chars()
                .all(|sign| sign.is_ascii_digit() || "+()-. /".contains(sign));
        faults.unless(holds, "phone", "be a telephone number");
    }
    if let Some(locale) = &changes.locale {
        let bytes = locale.as_bytes();
        let small = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_lowercase);
        let holds = match bytes.len() {
            2 => small(bytes),
            5 => small(&bytes[..2]) && bytes[2] == b'-' && bytes[3..].iter().all(u8::is_ascii_uppercase),
            _ => false,
        };
        faults.unless(holds, "locale", "be a language such as fr or fr-CH");
    }
    faults.into_result()
}

/// An address as it is kept and compared.
pub fn address(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Makes a user who is invited.
///
/// # Errors
/// `NOVA-3212` when somebody with this address is there.
pub async fn invite(tx: &Tx<'_>, id: UserId, email: &str, name: &str, locale: Option<&str>) -> Result<(), Error> {
    let made = tx
        .execute(
            "INSERT INTO practice.users (id, email, name, locale, status) VALUES ($1, $2, $3, coalesce($4, 'fr'), 'invited') \
             ON CONFLICT (email) DO NOTHING",
            &[&id.uuid(), &email, &name, &locale],
        )
        .await?;
    if made == 0 {
        return Err(Failure::new(Code::USER_EXISTS, "the address is in use").into());
    }
    Ok(())
}

/// The user with this address, whoever asks.
pub async fn by_email(tx: &Tx<'_>, email: &str) -> Result<Option<UserId>, Error> {
    let row = tx
        .optional("SELECT id FROM practice.users WHERE email = $1", &[&email])
        .await?;
    Ok(row.map(|row| UserId(row.get(0))))
}

/// A user that `reach` covers.
///
/// # Errors
/// `NOVA-3205`.
pub async fn read(tx: &Tx<'_>, reach: &Reach, id: UserId) -> Result<Person, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.users u WHERE u.id = $2 AND {VISIBLE}");
    let row = tx.optional(&sql, &[&cabinets(reach), &id.uuid()]).await?;
    Ok(person(&row.ok_or_else(nothing_here)?))
}

/// The oneself that every signed-in person may see.
///
/// # Errors
/// `NOVA-3205`.
pub async fn oneself(tx: &Tx<'_>, id: UserId) -> Result<Person, Error> {
    read(tx, &Reach::Group, id).await
}

/// Users, as many as asked for.
pub async fn list(tx: &Tx<'_>, filter: &Filter) -> Result<Vec<Person>, Error> {
    let (key, kind) = match filter.order {
        Order::Name => ("lower(u.name)", "text"),
        Order::Email => ("u.email", "text"),
        Order::Created => ("u.created_at", "timestamptz"),
    };
    let (than, way) = if filter.descending { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!(
        "SELECT {COLUMNS} FROM practice.users u WHERE {VISIBLE} \
         AND ($2::text IS NULL OR (SELECT bool_and(strpos(' ' || lower(u.name) || ' ' || u.email, ' ' || w) > 0) \
              FROM unnest(string_to_array(lower($2), ' ')) w WHERE w <> '')) \
         AND ($3::text IS NULL OR u.status = $3) \
         AND (($4::text IS NULL AND $5::uuid IS NULL) OR EXISTS (SELECT FROM practice.role_grants g WHERE g.user_id = u.id \
              AND ($4::text IS NULL OR g.role = $4) AND ($5::uuid IS NULL OR g.in_cabinet = $5) \
              AND ($1::uuid[] IS NULL OR g.in_cabinet = ANY ($1)))) \
         AND ($6::text IS NULL OR ({key}, u.id) {than} ($6::text::{kind}, $7::uuid)) \
         ORDER BY {key} {way}, u.id {way} LIMIT $8"
    );
    let (after_key, after_id) = match &filter.after {
        Some((key, id)) => (Some(key), Some(id)),
        None => (None, None),
    };
    let parameters: [&(dyn ToSql + Sync); 8] = [
        &cabinets(&filter.reach),
        &filter.text,
        &filter.status.map(Status::name),
        &filter.role,
        &filter.cabinet.map(CabinetId::uuid),
        &after_key,
        &after_id,
        &filter.limit,
    ];
    let rows = tx.query(&sql, &parameters).await?;
    Ok(rows.iter().map(person).collect())
}

impl Person {
    /// What a list of this order goes on after.
    pub fn key(&self, order: Order) -> (String, Uuid) {
        let key = match order {
            Order::Name => self.name.to_lowercase(),
            Order::Email => self.email.clone(),
            Order::Created => self.created_at.to_string(),
        };
        (key, self.id.uuid())
    }
}

/// Changes particulars, when they are still at the version that was read.
///
/// # Errors
/// Faults of fields; `NOVA-3007` when somebody else was faster; `NOVA-3217` when it would lock the last super-admin out.
pub async fn change(tx: &Tx<'_>, id: UserId, version: Option<i64>, changes: &Changes) -> Result<(), Error> {
    check(None, changes)?;
    let changed = tx
        .execute(
            "UPDATE practice.users SET name = coalesce($3, name), phone = CASE WHEN $4::text IS NULL THEN phone ELSE nullif($4, '') END, \
             locale = coalesce($5, locale), status = coalesce($6, status), version = version + 1, updated_at = now() \
             WHERE id = $1 AND ($2::int8 IS NULL OR version = $2)",
            &[
                &id.uuid(),
                &version,
                &changes.name.as_ref().map(|name| name.trim()),
                &changes.phone,
                &changes.locale,
                &changes.status.map(Status::name),
            ],
        )
        .await?;
    if changed == 0 {
        return Err(Error::Stale("user"));
    }
    if changes.status == Some(Status::Disabled)
        && super::roles::of(tx, id).await?.may_everywhere(Permission::RolesGrant)
    {
        super::roles::keep_an_admin(tx).await?;
    }
    Ok(())
}

/// Makes sure that everything somebody may do lies within `reach`: who also works elsewhere is not changed from here.
///
/// # Errors
/// `NOVA-3204`.
pub async fn wholly_within(tx: &Tx<'_>, reach: &Reach, id: UserId) -> Result<(), Error> {
    let within: bool = tx
        .one(
            "SELECT $1::uuid[] IS NULL OR NOT EXISTS (SELECT FROM practice.role_grants g WHERE g.user_id = $2 \
             AND (g.in_cabinet IS NULL OR g.in_cabinet <> ALL ($1)))",
            &[&cabinets(reach), &id.uuid()],
        )
        .await?
        .get(0);
    if within {
        return Ok(());
    }
    let cause = "the person has roles beyond your cabinets";
    Err(Failure::new(Code::NOT_PERMITTED, cause).into())
}

/// Lets somebody in who was invited.
pub async fn activate(tx: &Tx<'_>, id: UserId, changes: &Changes) -> Result<(), Error> {
    let changes = Changes {
        status: Some(Status::Active),
        ..changes.clone()
    };
    change(tx, id, None, &changes).await?;
    tx.audit(crate::audit::Entry::new("user.register", "user", id.uuid()));
    Ok(())
}

/// Notes that somebody signed in.
pub(crate) async fn seen(tx: &Tx<'_>, id: UserId, now_ms: u64) -> Result<(), Error> {
    tx.execute(
        "UPDATE practice.users SET seen_at = $2 WHERE id = $1",
        &[&id.uuid(), &at(now_ms)],
    )
    .await?;
    Ok(())
}

fn person(row: &Row) -> Person {
    let roles: serde_json::Value = row.get("roles");
    Person {
        id: UserId(row.get("id")),
        email: row.get("email"),
        name: row.get("name"),
        phone: row.get("phone"),
        locale: row.get("locale"),
        status: Status::read(row.get("status")),
        grants_version: row.get("grants_version"),
        version: row.get("version"),
        created_at: row.get("created_at"),
        seen_at: row.get("seen_at"),
        second_factor: row.get("second_factor"),
        roles: serde_json::from_value(roles).unwrap_or_default(),
    }
}
