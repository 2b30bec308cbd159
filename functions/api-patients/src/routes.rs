//! Every address, what it needs and its handler.

use crate::{
    history::{attachments, communications, conditions, consents, teeth},
    merge, record,
};
use axum::{Router, http::Method};
use nova_fn_practice::{Needs, Platform, Route, Section, assemble};
use nova_practice::access::Permission::{
    ClinicalRead, ClinicalWrite, PatientsDelete, PatientsMerge, PatientsRead, PatientsWrite,
};
use utoipa_axum::{router::OpenApiRouter, routes as handlers};

use Needs::InCabinet;

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;

/// Every address with what it needs. What is not among them is not served.
pub static ROUTES: &[Route] = &[
    Route::new(GET, "/v1/cabinets/{cabinet}/patients", InCabinet(PatientsRead)),
    Route::new(POST, "/v1/cabinets/{cabinet}/patients", InCabinet(PatientsWrite)).makes(),
    Route::new(GET, "/v1/cabinets/{cabinet}/patients/{id}", InCabinet(PatientsRead)).tagged(),
    Route::new(PUT, "/v1/cabinets/{cabinet}/patients/{id}", InCabinet(PatientsWrite))
        .tagged()
        .versioned(),
    Route::new(
        DELETE,
        "/v1/cabinets/{cabinet}/patients/{id}",
        InCabinet(PatientsDelete),
    )
    .versioned(),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/patients/{id}/restore",
        InCabinet(PatientsDelete),
    )
    .tagged(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/conditions",
        InCabinet(ClinicalRead),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/patients/{id}/conditions",
        InCabinet(ClinicalWrite),
    )
    .placed()
    .keyed(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/conditions/{entry}",
        InCabinet(ClinicalRead),
    ),
    Route::new(
        DELETE,
        "/v1/cabinets/{cabinet}/patients/{id}/conditions/{entry}",
        InCabinet(ClinicalWrite),
    ),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/teeth",
        InCabinet(ClinicalRead),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/patients/{id}/teeth",
        InCabinet(ClinicalWrite),
    )
    .placed()
    .keyed(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/teeth/{entry}",
        InCabinet(ClinicalRead),
    ),
    Route::new(
        DELETE,
        "/v1/cabinets/{cabinet}/patients/{id}/teeth/{entry}",
        InCabinet(ClinicalWrite),
    ),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/consents",
        InCabinet(PatientsRead),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/patients/{id}/consents",
        InCabinet(PatientsWrite),
    )
    .placed()
    .keyed(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/consents/{entry}",
        InCabinet(PatientsRead),
    ),
    Route::new(
        DELETE,
        "/v1/cabinets/{cabinet}/patients/{id}/consents/{entry}",
        InCabinet(PatientsWrite),
    ),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/attachments",
        InCabinet(ClinicalRead),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/patients/{id}/attachments",
        InCabinet(ClinicalWrite),
    )
    .placed()
    .keyed(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/attachments/{entry}",
        InCabinet(ClinicalRead),
    ),
    Route::new(
        DELETE,
        "/v1/cabinets/{cabinet}/patients/{id}/attachments/{entry}",
        InCabinet(ClinicalWrite),
    ),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/communications",
        InCabinet(PatientsRead),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/patients/{id}/communications",
        InCabinet(PatientsWrite),
    )
    .placed()
    .keyed(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/communications/{entry}",
        InCabinet(PatientsRead),
    ),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patients/{id}/duplicates",
        InCabinet(PatientsMerge),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/patients/{id}/merges",
        InCabinet(PatientsMerge),
    )
    .makes(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/patient-merges/{id}",
        InCabinet(PatientsMerge),
    )
    .tagged(),
    Route::new(
        DELETE,
        "/v1/cabinets/{cabinet}/patient-merges/{id}",
        InCabinet(PatientsMerge),
    ),
];

/// The whole API.
pub fn router(platform: &Platform) -> Router {
    nova_http::edge(&platform.around(), routes(platform))
}

/// The addresses alone, each behind what it needs: to be merged with others.
pub fn routes(platform: &Platform) -> Router {
    assemble(platform, ROUTES, described())
}

/// For the document of the whole platform.
pub fn section() -> Section {
    Section {
        routes: ROUTES,
        described: described(),
        tags: &[
            ("patients", "Patients' records"),
            ("history", "What belongs to a record"),
        ],
    }
}

fn described() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(handlers!(record::search, record::create))
        .routes(handlers!(record::show, record::change, record::remove))
        .routes(handlers!(record::restore))
        .routes(handlers!(conditions::list, conditions::add))
        .routes(handlers!(conditions::show, conditions::strike))
        .routes(handlers!(teeth::list, teeth::add))
        .routes(handlers!(teeth::show, teeth::strike))
        .routes(handlers!(consents::list, consents::add))
        .routes(handlers!(consents::show, consents::withdraw))
        .routes(handlers!(attachments::list, attachments::add))
        .routes(handlers!(attachments::show, attachments::strike))
        .routes(handlers!(communications::list, communications::add))
        .routes(handlers!(communications::show))
        .routes(handlers!(merge::duplicates))
        .routes(handlers!(merge::merge))
        .routes(handlers!(merge::show, merge::part))
}
