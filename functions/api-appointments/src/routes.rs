//! Every address, what it needs and its handler.

use crate::{appointments, availability, bookings, changes, schedule, waitlist};
use axum::{Router, http::Method};
use nova_fn_practice::{Needs, Platform, Route, Section, assemble};
use nova_practice::access::Permission::{AppointmentsRead, AppointmentsWrite, SchedulesWrite};
use utoipa_axum::{router::OpenApiRouter, routes as handlers};

use Needs::InCabinet;

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;

/// Every address with what it needs. What is not among them is not served.
pub static ROUTES: &[Route] = &[
    Route::new(GET, "/v1/cabinets/{cabinet}/availability", InCabinet(AppointmentsRead)),
    Route::new(GET, "/v1/cabinets/{cabinet}/appointments", InCabinet(AppointmentsRead)),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/appointments",
        InCabinet(AppointmentsWrite),
    )
    .makes(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/appointments/{id}",
        InCabinet(AppointmentsRead),
    )
    .tagged(),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/appointments/{id}/confirm",
        InCabinet(AppointmentsWrite),
    )
    .tagged(),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/appointments/{id}/move",
        InCabinet(AppointmentsWrite),
    )
    .tagged()
    .versioned(),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/appointments/{id}/cancel",
        InCabinet(AppointmentsWrite),
    )
    .tagged()
    .versioned(),
    Route::new(
        PUT,
        "/v1/cabinets/{cabinet}/appointments/{id}/status",
        InCabinet(AppointmentsWrite),
    )
    .tagged()
    .versioned(),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/appointment-series",
        InCabinet(AppointmentsWrite),
    )
    .placed()
    .keyed(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/appointment-changes",
        InCabinet(AppointmentsRead),
    ),
    Route::new(GET, "/v1/cabinets/{cabinet}/waitlist", InCabinet(AppointmentsRead)),
    Route::new(POST, "/v1/cabinets/{cabinet}/waitlist", InCabinet(AppointmentsWrite)).makes(),
    Route::new(GET, "/v1/cabinets/{cabinet}/waitlist/{id}", InCabinet(AppointmentsRead)).tagged(),
    Route::new(
        DELETE,
        "/v1/cabinets/{cabinet}/waitlist/{id}",
        InCabinet(AppointmentsWrite),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/waitlist/offers",
        InCabinet(AppointmentsWrite),
    )
    .keyed(),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/waitlist/{id}/accept",
        InCabinet(AppointmentsWrite),
    )
    .tagged(),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/waitlist/{id}/decline",
        InCabinet(AppointmentsWrite),
    ),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/resources/{id}/working-hours",
        InCabinet(AppointmentsRead),
    )
    .tagged(),
    Route::new(
        PUT,
        "/v1/cabinets/{cabinet}/resources/{id}/working-hours",
        InCabinet(SchedulesWrite),
    )
    .tagged()
    .versioned_at_will(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/schedule-exceptions",
        InCabinet(AppointmentsRead),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/schedule-exceptions",
        InCabinet(SchedulesWrite),
    )
    .makes(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/schedule-exceptions/{id}",
        InCabinet(AppointmentsRead),
    )
    .tagged(),
    Route::new(
        DELETE,
        "/v1/cabinets/{cabinet}/schedule-exceptions/{id}",
        InCabinet(SchedulesWrite),
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
            ("appointments", "Free times and appointments"),
            ("waitlist", "Who would come earlier"),
            ("schedules", "When people work"),
        ],
    }
}

fn described() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(handlers!(availability::find))
        .routes(handlers!(appointments::list, bookings::book))
        .routes(handlers!(appointments::show))
        .routes(handlers!(appointments::confirm))
        .routes(handlers!(appointments::relocate))
        .routes(handlers!(appointments::cancel))
        .routes(handlers!(appointments::status))
        .routes(handlers!(bookings::series))
        .routes(handlers!(changes::follow))
        .routes(handlers!(waitlist::list, waitlist::join))
        .routes(handlers!(waitlist::show, waitlist::leave))
        .routes(handlers!(waitlist::offer))
        .routes(handlers!(waitlist::accept))
        .routes(handlers!(waitlist::decline))
        .routes(handlers!(schedule::hours, schedule::set_hours))
        .routes(handlers!(schedule::exceptions, schedule::add_exception))
        .routes(handlers!(schedule::exception, schedule::remove_exception))
}
