//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.

use crate::{Condition, Needs, Platform, Route, headers};
use nova_http::Problem;
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, RefOr, Required, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
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
pub fn document(sections: Vec<Section>) -> Value {
    let routes: Vec<&Route> = sections.iter().flat_map(|section| section.routes).collect();
    let mut whole = serde_json::to_value(described(sections)).unwrap_or_default();
    for route in routes {
        let method = route.method.as_str().to_ascii_lowercase();
        let place = [route.path, method.as_str()].map(|part| part.replace('~', "~0").replace('/', "~1"));
        if let Some(operation) = whole.pointer_mut(&format!("/paths/{}", place.join("/"))) {
            headers::describe(route, operation);
        }
    }
    for (name, components) in headers::components() {
        whole["components"][name] = components;
    }
    whole
}

/// What the handlers say, and what their requests need.
fn described(sections: Vec<Section>) -> OpenApi {
    let mut whole = OpenApiBuilder::new().build();
    whole.info = InfoBuilder::new()
        .title("Nova practice platform")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Cabinets, people, patients and appointments of a group of dental practices. Errors are \
             application/problem+json with codes that /v1/errors/{code} explains. Lists come in pages: `next` of one is \
             `cursor` of the following. Each operation says whether it answers with a Location or an ETag, and takes \
             If-Match or Idempotency-Key. Every answer carries X-Request-Id. Within /v1 nothing is taken away; \
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
                if let Some(route) = declared {
                    complete(route, operation);
                }
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

/// What requests say beside their bodies, and what they need.
fn complete(route: &Route, operation: &mut Operation) {
    let parameters = operation.parameters.get_or_insert_default();
    parameters.extend(taken(route));
    if parameters.is_empty() {
        operation.parameters = None;
    }
    let words = match route.needs {
        Needs::Nothing => return,
        Needs::SignIn => "Needs a sign-in, and no permission.".to_owned(),
        Needs::InCabinet(permission) => format!("Needs the permission `{permission}` in the cabinet."),
        Needs::Somewhere(permission) => {
            format!("Needs the permission `{permission}` in a cabinet; shows what it reaches.")
        }
        Needs::InGroup(permission) => format!("Needs the permission `{permission}` for the whole group."),
    };
    operation.security = Some(vec![SecurityRequirement::new(TOKEN, Vec::<String>::new())]);
    let about = operation.description.get_or_insert_default();
    if !about.is_empty() {
        about.push_str("\n\n");
    }
    about.push_str(&words);
}

/// The headers that requests of a route take.
fn taken(route: &Route) -> Vec<RefOr<Parameter>> {
    let header = |name: &str, about: &str, example: &str, required: bool| {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .description(Some(about))
            .required(if required { Required::True } else { Required::False })
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .example(Some(example.into()));
        RefOr::T(parameter.build())
    };
    let mut headers = Vec::new();
    match route.takes.version {
        Some(Condition::Needed) => {
            headers.push(header("If-Match", "The ETag of what was read, or *", "\"3\"", true));
        }
        Some(Condition::Optional) => {
            let about =
                "The ETag of what was read: the change is made if it is still there. Left out: for whatever is there";
            headers.push(header("If-Match", about, "*", false));
        }
        None => {}
    }
    if route.takes.key {
        let about = "A word of your choice, at most 200 characters, new for every new request: one that is sent again is \
             not carried out again";
        headers.push(header("Idempotency-Key", about, "01jz0000000000000000000001", false));
    }
    let about = "Why personal data is accessed: the audit keeps it";
    if route.takes.reason || matches!(route.needs, Needs::InCabinet(_)) {
        headers.push(header(
            "X-Access-Reason",
            about,
            "call from the patient",
            route.takes.reason,
        ));
    }
    headers
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
