//! What runs here is what is deployed.

use nova_deploy::{Source as Declared, Template};
use nova_localaws::Source;
use std::collections::BTreeMap;

/// What invokes a function: its kind, and how many messages or records at once.
fn kind(source: &Declared) -> String {
    match source {
        Declared::Queue(queue) => format!("queue of {}", queue.batch),
        Declared::Stream { batch, .. } => format!("stream of {batch}"),
        Declared::Schedule { expression } => expression.clone(),
        Declared::Http { .. } => "http".to_owned(),
    }
}

#[test]
fn every_function_of_the_template_is_invoked_here_as_it_is_there() {
    let template = Template::committed().unwrap_or_else(|error| panic!("{error}"));
    let functions = template.functions().unwrap_or_else(|error| panic!("{error}"));
    let declared: BTreeMap<String, String> = functions
        .iter()
        .map(|function| {
            (
                function.name.clone(),
                function.sources.first().map(kind).unwrap_or_default(),
            )
        })
        .collect();
    let local: BTreeMap<String, String> = nova_localaws::functions()
        .into_iter()
        .map(|(name, source)| {
            let kind = match source {
                Source::Queue { batch, .. } => format!("queue of {batch}"),
                Source::Stream { batch } => format!("stream of {batch}"),
                Source::Clock { .. } => "rate(1 minute)".to_owned(),
                Source::Http => "http".to_owned(),
            };
            (name.to_owned(), kind)
        })
        .collect();
    assert_eq!(declared, local);
}
