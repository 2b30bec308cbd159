//! One HTML file for people, complete in itself: no script, no font, no picture from elsewhere. It names objects, counts
//! and decisions, never a value.

mod page;

use minijinja::{Environment, UndefinedBehavior, value::Serde};
use nova_clone::Operation;
use nova_errors::{Code, Failure};
use nova_kit::Ports;
use page::Page;

const TEMPLATE: &str = include_str!("report.html");

/// The report of an operation as it stands now.
///
/// # Errors
/// What the stores say.
pub async fn html(ports: &Ports, operation: &Operation) -> Result<String, Failure> {
    render(&Page::of(ports, operation).await?)
}

fn render(page: &Page) -> Result<String, Failure> {
    // The name's ending turns escaping on.
    const NAME: &str = "report.html";
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let rendered = environment
        .add_template(NAME, TEMPLATE)
        .and_then(|()| environment.get_template(NAME))
        .and_then(|template| template.render(Serde(page)));
    rendered.map_err(|error| Failure::new(Code::INTERNAL, format!("the report's template: {error}")))
}

#[cfg(test)]
mod tests;
