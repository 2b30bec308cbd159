//! Every address and its handler.

use crate::{Api, access, control, create, environments, history, list, open};
use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state};
use nova_http::{Around, LONGEST_BODY};
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The whole API.
pub fn router(api: &Api) -> Router {
    edge(api, routes(api))
}

/// A router with what surrounds every request.
pub fn edge(api: &Api, router: Router) -> Router {
    let around = Around {
        clock: Arc::clone(&api.ports.clock),
        ids: Arc::clone(&api.ports.ids),
    };
    nova_http::edge(&around, router)
}

/// The addresses alone, each behind its scope: to be merged with others before [`edge`] goes around all of them.
pub fn routes(api: &Api) -> Router {
    let (router, _) = described().split_for_parts();
    router
        .route_layer(from_fn_with_state(api.clone(), access::check))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(api.clone())
}

/// The addresses with their descriptions.
pub(crate) fn described() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(open::health))
        .routes(routes!(open::openapi))
        .routes(routes!(open::error))
        .routes(routes!(list::list, create::create))
        .routes(routes!(list::show))
        .routes(routes!(history::events))
        .routes(routes!(history::logs))
        .routes(routes!(history::plan))
        .routes(routes!(history::report))
        .routes(routes!(control::stop))
        .routes(routes!(control::resume))
        .routes(routes!(create::rollback))
        .routes(routes!(environments::list))
        .routes(routes!(environments::show))
        .routes(routes!(environments::points))
}
