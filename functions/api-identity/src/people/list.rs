//! Users, many or one.

use super::user;
use crate::shapes::{RoleName, User, UserStatus};
use axum::{Json, extract::State, response::Response};
use nova_fn_practice::{Caller, Platform, Refusal, cursor, tagged};
use nova_http::{Named, Parameters};
use nova_practice::{
    CabinetId, UserId,
    access::{Permission, Role},
};
use nova_practice_store::{
    audit::Entry,
    identity::people::{self, Filter, Order, Person},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which users are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Beginnings of words of name or address.
    #[param(example = "cla")]
    q: Option<String>,
    /// Only those of this status.
    #[param(example = "active")]
    status: Option<UserStatus>,
    /// Only those with this role.
    #[param(example = "receptionist")]
    role: Option<RoleName>,
    /// Only those with a role in this cabinet.
    #[param(example = "0192f0c4-0000-7000-8000-000000000001")]
    cabinet: Option<Uuid>,
    /// `name`, `email` or `created`; with `-` in front the other way round [default: name].
    #[param(inline, example = "-created")]
    sort: Option<Sort>,
    /// How many, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What users are ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sort {
    /// Name.
    #[default]
    Name,
    /// Name, backwards.
    #[serde(rename = "-name")]
    NameDescending,
    /// Address.
    Email,
    /// Address, backwards.
    #[serde(rename = "-email")]
    EmailDescending,
    /// Oldest first.
    Created,
    /// Newest first.
    #[serde(rename = "-created")]
    CreatedDescending,
}

impl Sort {
    fn order(self) -> (Order, bool) {
        match self {
            Self::Name => (Order::Name, false),
            Self::NameDescending => (Order::Name, true),
            Self::Email => (Order::Email, false),
            Self::EmailDescending => (Order::Email, true),
            Self::Created => (Order::Created, false),
            Self::CreatedDescending => (Order::Created, true),
        }
    }
}

/// A page of users.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Users {
    /// The users.
    pub users: Vec<User>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    pub next: Option<String>,
}

/// List users
///
/// Whoever manages cabinets sees people with roles in them, and those roles.
#[utoipa::path(
    get, path = "/v1/users", operation_id = "listUsers", tag = "users", params(Which),
    responses((status = 200, description = "A page of users", body = Users))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Users>, Refusal> {
    let limit = cursor::limit(which.limit)?;
    let (order, descending) = which.sort.unwrap_or_default().order();
    let kind = format!("users {order:?} {descending}");
    let filter = Filter {
        reach: caller.reach(Permission::UsersRead),
        text: which.q,
        status: which.status.map(Into::into),
        role: which.role.map(|role| Role::from(role).name().to_owned()),
        cabinet: which.cabinet.map(CabinetId),
        order,
        descending,
        after: cursor::read(&kind, which.cursor.as_deref())?,
        limit: cursor::read_ahead(limit),
    };
    let mut found = platform
        .store()
        .with_group_for(
            &caller.actor(),
            &caller.request_id,
            caller.reason.as_deref().unwrap_or_default(),
            async |tx| {
                let found = people::list(tx, &filter).await?;
                let ids: Vec<UserId> = found.iter().map(|person| person.id).collect();
                tx.audit(Entry::new("user.list", "user", None).details(json!({ "found": ids })));
                Ok(found)
            },
        )
        .await?;
    let next = cursor::page(&kind, &mut found, limit, |person: &Person| person.key(order));
    Ok(Json(Users {
        users: found.into_iter().map(User::from).collect(),
        next,
    }))
}

/// Show a user
#[utoipa::path(
    get, path = "/v1/users/{id}", operation_id = "showUser", tag = "users",
    params(("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002")),
    responses((status = 200, description = "The user", body = User))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<Response, Refusal> {
    let (id, reach) = (user(&id)?, caller.reach(Permission::UsersRead));
    let person = platform
        .store()
        .with_group_for(
            &caller.actor(),
            &caller.request_id,
            caller.reason.as_deref().unwrap_or_default(),
            async |tx| {
                tx.audit(Entry::new("user.read", "user", id.uuid()));
                people::read(tx, &reach, id).await
            },
        )
        .await?;
    Ok(tagged(person.version, User::from(person)))
}
