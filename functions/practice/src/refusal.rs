//! Errors, from wherever they come, as problems.

use axum::response::{IntoResponse, Response};
use nova_errors::Failure;
use nova_http::Problem;

/// Why a request was not answered as hoped. Boxed: most requests are answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(Box<Problem>);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Problem::from(failure).into()
    }
}

impl From<nova_practice_store::Error> for Refusal {
    fn from(error: nova_practice_store::Error) -> Self {
        Failure::from(error).into()
    }
}

impl From<nova_practice::Faults> for Refusal {
    fn from(faults: nova_practice::Faults) -> Self {
        Failure::from(faults).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
