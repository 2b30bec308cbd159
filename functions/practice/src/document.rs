//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.

use crate::{Needs, Platform, Route};
use nova_http::{CONTENT_TYPE, Problem};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
        path::{Operation, PathItem},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};
use utoipa_axum::router::OpenApiRouter;

/// The name of the security scheme.
const TOKEN: &str = "access-token";

/// One API: its routes, their descriptions and what its tags are about.
pub struct Section {
    /// Its addresses.
    pub routes: &'static [Route],
    /// What their handlers say.
    pub described: OpenApiRouter<Platform>,
    /// Its tags.
    pub tags: &'static [(&'static str, &'static str)],
}

/// The document of these APIs together.
pub fn document(sections: Vec<Section>) -> OpenApi {
    let mut whole = OpenApiBuilder::new().build();
    whole.info = InfoBuilder::new()
        .title("Nova practice platform")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Cabinets, people, patients and appointments of a group of dental practices. Errors are \
             application/problem+json with codes that /v1/errors/{code} explains. Lists come in pages: `next` of one is \
             `cursor` of the following. What can be changed has an ETag, and changing it takes If-Match. Requests that \
             make something take Idempotency-Key. Every answer carries X-Request-Id. Within /v1 nothing is taken away; \
             what is to go answers with Deprecation and Sunset first.",
        ))
        .build();
    let mut tags = Vec::new();
    for section in sections {
        let mut part = section.described.into_openapi();
        for (path, item) in &mut part.paths.paths {
            for (method, operation) in operations(item) {
                let declared = section
                    .routes
                    .iter()
                    .find(|route| route.path == path && route.method.as_str() == method);
                complete(declared.map(|route| route.needs), operation);
            }
        }
        whole.merge(part);
        tags.extend(
            section
                .tags
                .iter()
                .map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build()),
        );
    }
    whole.servers = None;
    whole.tags = Some(tags);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("From /v1/auth/login; ten minutes."))
        .build();
    let components = whole.components.get_or_insert_default();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer));
    components
        .schemas
        .insert(Problem::name().into_owned(), Problem::schema());
    whole
}

/// Every operation of a path, with its method.
pub(crate) fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("GET", item.get.as_mut()),
        ("POST", item.post.as_mut()),
        ("PUT", item.put.as_mut()),
        ("PATCH", item.patch.as_mut()),
        ("DELETE", item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

/// What holds for every operation: what it needs, and what errors look like.
fn complete(needs: Option<Needs>, operation: &mut Operation) {
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .build();
    let response = ResponseBuilder::new()
        .description("Why it was not done; `code` says what kind of error it is")
        .content(CONTENT_TYPE, problem)
        .build();
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(response));
    let words = match needs {
        None | Some(Needs::Nothing) => return,
        Some(Needs::SignIn) => "Needs a sign-in, and no permission.".to_owned(),
        Some(Needs::InCabinet(permission)) => format!("Needs the permission `{permission}` in the cabinet."),
        Some(Needs::Somewhere(permission)) => {
            format!("Needs the permission `{permission}` in a cabinet; shows what it reaches.")
        }
        Some(Needs::InGroup(permission)) => format!("Needs the permission `{permission}` for the whole group."),
    };
    operation.security = Some(vec![SecurityRequirement::new(TOKEN, Vec::<String>::new())]);
    let about = operation.description.get_or_insert_default();
    if !about.is_empty() {
        about.push_str("\n\n");
    }
    about.push_str(&words);
}

/// Makes sure that what a section serves and what it declares are the same addresses, each once: for its tests.
///
/// # Panics
/// When they are not.
pub fn assert_declared(section: Section) {
    let mut declared: Vec<String> = section
        .routes
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let mut served = Vec::new();
    for (path, mut item) in section.described.into_openapi().paths.paths {
        served.extend(operations(&mut item).map(|(method, _)| format!("{method} {path}")));
    }
    declared.sort();
    served.sort();
    assert_eq!(served, declared);
}
