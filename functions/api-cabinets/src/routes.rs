//! Every address, what it needs and its handler.

use crate::{audit, cabinets, inventory, reports, rollouts, setup, templates};
use axum::{Router, http::Method};
use nova_fn_practice::{Needs, Platform, Route, Section, assemble};
use nova_practice::access::Permission::{
    AnalyticsRead, AuditRead, CabinetsConfigure, CabinetsHealth, CabinetsProvision, CabinetsRead, CabinetsWrite,
};
use utoipa_axum::{router::OpenApiRouter, routes as handlers};

use Needs::{InCabinet, InGroup, Somewhere};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;

/// Every address with what it needs. What is not among them is not served.
pub static ROUTES: &[Route] = &[
    Route::new(GET, "/v1/cabinets", Somewhere(CabinetsRead)),
    Route::new(POST, "/v1/cabinets", InGroup(CabinetsProvision)).makes(),
    Route::new(GET, "/v1/cabinets/{cabinet}", InCabinet(CabinetsRead)).tagged(),
    Route::new(PUT, "/v1/cabinets/{cabinet}", InCabinet(CabinetsWrite))
        .tagged()
        .versioned(),
    Route::new(PUT, "/v1/cabinets/{cabinet}/status", InCabinet(CabinetsProvision))
        .tagged()
        .versioned_at_will(),
    Route::new(GET, "/v1/cabinets/{cabinet}/opening-hours", InCabinet(CabinetsRead)).tagged(),
    Route::new(PUT, "/v1/cabinets/{cabinet}/opening-hours", InCabinet(CabinetsWrite))
        .tagged()
        .versioned_at_will(),
    Route::new(GET, "/v1/cabinets/{cabinet}/resources", InCabinet(CabinetsRead)),
    Route::new(POST, "/v1/cabinets/{cabinet}/resources", InCabinet(CabinetsWrite)).makes(),
    Route::new(GET, "/v1/cabinets/{cabinet}/resources/{id}", InCabinet(CabinetsRead)).tagged(),
    Route::new(PUT, "/v1/cabinets/{cabinet}/resources/{id}", InCabinet(CabinetsWrite))
        .tagged()
        .versioned_at_will(),
    Route::new(GET, "/v1/cabinets/{cabinet}/services", InCabinet(CabinetsRead)),
    Route::new(POST, "/v1/cabinets/{cabinet}/services", InCabinet(CabinetsWrite)).makes(),
    Route::new(GET, "/v1/cabinets/{cabinet}/services/{id}", InCabinet(CabinetsRead)).tagged(),
    Route::new(PUT, "/v1/cabinets/{cabinet}/services/{id}", InCabinet(CabinetsWrite))
        .tagged()
        .versioned_at_will(),
    Route::new(GET, "/v1/cabinets/{cabinet}/equipment", InCabinet(CabinetsRead)),
    Route::new(POST, "/v1/cabinets/{cabinet}/equipment", InCabinet(CabinetsWrite)).makes(),
    Route::new(GET, "/v1/cabinets/{cabinet}/equipment/{id}", InCabinet(CabinetsRead)).tagged(),
    Route::new(PUT, "/v1/cabinets/{cabinet}/equipment/{id}", InCabinet(CabinetsWrite))
        .tagged()
        .versioned_at_will(),
    Route::new(
        DELETE,
        "/v1/cabinets/{cabinet}/equipment/{id}",
        InCabinet(CabinetsWrite),
    ),
    Route::new(GET, "/v1/cabinet-templates", InGroup(CabinetsProvision)),
    Route::new(GET, "/v1/cabinet-templates/{id}", InGroup(CabinetsProvision)).tagged(),
    Route::new(PUT, "/v1/cabinet-templates/{id}", InGroup(CabinetsProvision))
        .tagged()
        .placed()
        .versioned_at_will(),
    Route::new(DELETE, "/v1/cabinet-templates/{id}", InGroup(CabinetsProvision)),
    Route::new(GET, "/v1/configuration-rollouts", InGroup(CabinetsConfigure)),
    Route::new(POST, "/v1/configuration-rollouts", InGroup(CabinetsConfigure)).makes(),
    Route::new(GET, "/v1/configuration-rollouts/{id}", InGroup(CabinetsConfigure)).tagged(),
    Route::new(
        GET,
        "/v1/configuration-rollouts/{id}/changes",
        InGroup(CabinetsConfigure),
    ),
    Route::new(
        POST,
        "/v1/configuration-rollouts/{id}/advance",
        InGroup(CabinetsConfigure),
    )
    .tagged(),
    Route::new(
        POST,
        "/v1/configuration-rollouts/{id}/rollback",
        InGroup(CabinetsConfigure),
    )
    .tagged(),
    Route::new(GET, "/v1/reports/activity", InGroup(AnalyticsRead)).reasoned(),
    Route::new(GET, "/v1/reports/health", InGroup(AnalyticsRead)).reasoned(),
    Route::new(POST, "/v1/cabinet-provisionings", InGroup(CabinetsProvision))
        .placed()
        .keyed(),
    Route::new(GET, "/v1/cabinets/{cabinet}/provisioning", InCabinet(CabinetsProvision)),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/provisioning",
        InCabinet(CabinetsProvision),
    )
    .placed(),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/provisioning/retry",
        InCabinet(CabinetsProvision),
    )
    .placed(),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/provisioning/rollback",
        InCabinet(CabinetsProvision),
    )
    .placed(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/configurations",
        InCabinet(CabinetsConfigure),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/configurations",
        InCabinet(CabinetsConfigure),
    )
    .makes(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/configurations/{id}",
        InCabinet(CabinetsConfigure),
    )
    .tagged(),
    Route::new(
        GET,
        "/v1/cabinets/{cabinet}/configurations/{id}/changes",
        InCabinet(CabinetsConfigure),
    ),
    Route::new(
        POST,
        "/v1/cabinets/{cabinet}/configurations/{id}/activate",
        InCabinet(CabinetsConfigure),
    ),
    Route::new(GET, "/v1/cabinets/{cabinet}/health", InCabinet(CabinetsHealth)),
    Route::new(POST, "/v1/cabinets/{cabinet}/health/checks", InCabinet(CabinetsHealth)),
    Route::new(GET, "/v1/cabinets/{cabinet}/audit", InCabinet(AuditRead)),
    Route::new(GET, "/v1/cabinets/{cabinet}/audit/proof", InCabinet(AuditRead)),
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
            ("cabinets", "Cabinets and what they have"),
            ("rollouts", "A change of configuration, given to cabinets in stages"),
            ("reports", "Figures of every cabinet"),
            ("cabinet-audit", "Who did what in a cabinet"),
        ],
    }
}

fn described() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(handlers!(cabinets::list, cabinets::create))
        .routes(handlers!(cabinets::show, cabinets::change))
        .routes(handlers!(cabinets::status))
        .routes(handlers!(inventory::hours, inventory::set_hours))
        .routes(handlers!(inventory::resources, inventory::add_resource))
        .routes(handlers!(inventory::resource, inventory::put_resource))
        .routes(handlers!(inventory::services, inventory::add_service))
        .routes(handlers!(inventory::service, inventory::put_service))
        .routes(handlers!(inventory::equipment, inventory::add_equipment))
        .routes(handlers!(
            inventory::piece,
            inventory::put_equipment,
            inventory::remove_equipment
        ))
        .routes(handlers!(templates::list))
        .routes(handlers!(templates::show, templates::put, templates::remove))
        .routes(handlers!(rollouts::list, rollouts::begin))
        .routes(handlers!(rollouts::show))
        .routes(handlers!(rollouts::changes))
        .routes(handlers!(rollouts::advance))
        .routes(handlers!(rollouts::roll_back))
        .routes(handlers!(reports::activity))
        .routes(handlers!(reports::health))
        .routes(handlers!(setup::provision))
        .routes(handlers!(setup::provisioned, setup::provision_draft))
        .routes(handlers!(setup::retry))
        .routes(handlers!(setup::roll_back))
        .routes(handlers!(setup::configurations, setup::propose))
        .routes(handlers!(setup::configuration))
        .routes(handlers!(setup::changes))
        .routes(handlers!(setup::activate))
        .routes(handlers!(setup::history))
        .routes(handlers!(setup::check))
        .routes(handlers!(audit::list))
        .routes(handlers!(audit::proof))
}
