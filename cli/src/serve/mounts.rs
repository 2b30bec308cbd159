//! What `nova serve` consists of: further addresses and further work of every minute are added here.

use super::platform::{self, Served};
use crate::runtime::Runtime;
use axum::Router;
use nova_errors::Failure;
use nova_fn_api_operations::{Api, edge, routes};
use nova_fn_webhook::Hooks;
use std::sync::Arc;

/// Every address. What pull requests get is read from `nova.toml` once; the webhooks' secret from `NOVA_WEBHOOK_SECRET`.
///
/// # Errors
/// `NOVA-1004`, `NOVA-2203`, `NOVA-2204` when `nova.toml` cannot be used.
pub(super) async fn router(api: &Api, runtime: &Runtime, platform: Option<&Served>) -> Result<Router, Failure> {
    let automation = runtime.project().settings()?.automation()?;
    let hooks = Hooks {
        ports: Arc::clone(&api.ports),
        previews: Arc::new(automation.previews),
        secret: nova_fn_webhook::from_environment(nova_kit::wiring::variable).await,
    };
    let mut all = routes(api).merge(nova_fn_webhook::router(hooks));
    if let Some(platform) = platform {
        all = all.merge(platform::routes(platform));
    }
    Ok(edge(api, all))
}

/// What is done every minute besides looking after operations: schedules, as `nova.toml` says them now, and the end of
/// previews.
///
/// # Errors
/// `NOVA-1004`, `NOVA-2203`, `NOVA-2204` when `nova.toml` cannot be used; what the stores say. It is tried again a minute
/// later.
pub(super) async fn every_minute(runtime: &Runtime) -> Result<(), Failure> {
    let automation = runtime.project().settings()?.automation()?;
    nova_fn_schedule::tick(runtime.ports(), &automation).await?;
    Ok(())
}
