//! Rules, detection and masking, on values and on COPY streams.

mod detect;
mod everywhere;
mod leak;
mod phones;
mod plan;
mod references;
mod rows;
mod rules;
mod server;
mod stream;
mod support;
mod transformers;
mod unique;
mod values;
