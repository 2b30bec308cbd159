//! The OpenAPI document of the platform, and what is made of it.

use super::typescript;
use serde_json::Value;

/// The document of every API of the platform.
pub(crate) fn document() -> Value {
    let sections = vec![
        nova_fn_api_identity::section(),
        nova_fn_api_cabinets::section(),
        nova_fn_api_patients::section(),
        nova_fn_api_appointments::section(),
    ];
    nova_fn_practice::document(sections)
}

/// The document as a file.
pub(crate) fn written() -> String {
    serde_json::to_string_pretty(&document()).unwrap_or_default()
}

/// The types of the API for TypeScript.
pub(crate) fn types() -> String {
    typescript::types(&document())
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
