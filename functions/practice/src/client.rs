//! Where a request comes from.

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};
use lambda_http::request::RequestContext;
use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

/// Where a request comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The address, where it says something: behind a proxy on this machine everybody has this machine's.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub agent: String,
}

impl Client {
    /// Where a request comes from.
    pub(crate) fn of(parts: &Parts) -> Self {
        let connected = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let gateway = parts
            .extensions
            .get::<RequestContext>()
            .and_then(|context| match context {
                RequestContext::ApiGatewayV2(context) => context.http.source_ip.as_deref()?.parse().ok(),
                #[allow(unreachable_patterns, reason = "other gateways are features of the crate")]
                _ => None,
            });
        let agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        Self {
            address: gateway.or(connected).filter(|address: &IpAddr| !address.is_loopback()),
            agent: agent.unwrap_or_default().to_owned(),
        }
    }

    /// The address as text; empty when it is not known.
    pub fn address_text(&self) -> String {
        self.address.map(|address| address.to_string()).unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}
