//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.

use crate::{
    PROBLEM_JSON, Problem,
    access::{ACCESS, Access},
    routes::described,
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, ResponseBuilder,
        path::{Operation, PathItem},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
        tag::TagBuilder,
    },
};

/// The name of the security scheme.
const TOKEN: &str = "token";

/// The OpenAPI document of the API.
pub fn document() -> OpenApi {
    let mut document = described().into_openapi();
    document.info = InfoBuilder::new()
        .title("Nova")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Clones production PostgreSQL databases into anonymized, validated test databases. Every answer carries \
             X-Request-Id. Errors are application/problem+json with the codes of the command line.",
        ))
        .build();
    document.servers = None;
    document.tags = Some(
        [
            ("operations", "Clones and rollbacks"),
            ("history", "What happened in an operation"),
            ("environments", "Databases and what they are for"),
            ("about", "The API itself"),
        ]
        .into_iter()
        .map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build())
        .collect(),
    );
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("Made by `nova token create`."))
        .build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer));
    components
        .schemas
        .insert(Problem::name().into_owned(), Problem::schema());
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            complete(path, method, operation);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [("GET", item.get.as_mut()), ("POST", item.post.as_mut())]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation?)))
}

/// What holds for every operation: its scope, and what errors look like.
fn complete(path: &str, method: &str, operation: &mut Operation) {
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .build();
    let response = ResponseBuilder::new()
        .description("Why it was not done; `code` says what kind of error it is")
        .content(PROBLEM_JSON, problem)
        .build();
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(response));
    let found = ACCESS
        .iter()
        .find(|(known, address, _)| known.as_str() == method && *address == path);
    if let Some((_, _, Access::Token(scope))) = found {
        operation.security = Some(vec![SecurityRequirement::new(TOKEN, [scope.name()])]);
        let scope = format!("Needs a token of scope `{scope}`.");
        let about = operation.description.get_or_insert_default();
        if !about.is_empty() {
            about.push_str("\n\n");
        }
        about.push_str(&scope);
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
