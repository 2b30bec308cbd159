//! Examples: what a transformer makes of a few values under a key that is in the open.

use super::Transformer;
use crate::key::MaskingKey;
use crate::mask::{TextMasker, plain_scope};
use crate::spec::{Parameters, Spec};
use serde::Serialize;

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// Parameters that were given.
    #[serde(skip_serializing_if = "Parameters::is_empty")]
    pub parameters: Parameters,
    /// The original.
    pub before: String,
    /// Its replacement; none is NULL.
    pub after: Option<String>,
}

/// Runs a transformer on its samples. Those that need other rows or a program have none.
pub fn examples(transformer: &Transformer) -> Vec<Example> {
    let key = MaskingKey::new(*b"a key of examples and no secret.");
    transformer
        .samples
        .iter()
        .filter_map(|sample| {
            let parameters: Parameters = serde_json::from_str(sample.parameters).ok()?;
            let mut spec = Spec::build(transformer.kind, &parameters).ok()?;
            let mut shown = parameters;
            // The leaves of documents are not parameters but rules of their own.
            if let Some(leaf) = crate::mask::sample_leaf(transformer.kind) {
                shown.insert("path".to_owned(), leaf.path.clone().into());
                spec.leaves.push(leaf);
            }
            let masker = TextMasker::compile(&spec, &plain_scope(&key));
            let mut after = String::new();
            let kept = masker.mask(sample.value, &mut after, None).ok()?;
            Some(Example {
                parameters: shown,
                before: sample.value.to_owned(),
                after: kept.then_some(after),
            })
        })
        .collect()
}
