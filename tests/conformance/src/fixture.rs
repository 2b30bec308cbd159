//! A store under test.

use nova_eventlog::{EventLog, Outbox};
use std::{any::Any, future::Future, ops::Deref, pin::Pin, sync::Arc};

/// A fresh store and what has to live as long as it does (a folder, a server).
pub struct Fixture<P: ?Sized> {
    port: Arc<P>,
    _keep: Box<dyn Any + Send + Sync>,
}

impl<P: ?Sized> Fixture<P> {
    /// A store that needs `keep` to stay alive.
    pub fn new(port: Arc<P>, keep: impl Any + Send + Sync) -> Self {
        Self {
            port,
            _keep: Box::new(keep),
        }
    }

    /// The store, for a task of its own.
    pub fn share(&self) -> Arc<P> {
        Arc::clone(&self.port)
    }
}

impl<P: ?Sized> Deref for Fixture<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.port
    }
}

/// Builds fresh, empty stores.
pub type Make<'a, P> = &'a (dyn Fn() -> Pin<Box<dyn Future<Output = Fixture<P>> + Send>> + Sync);

/// A log that has an outbox.
pub trait LogAndOutbox: EventLog + Outbox {}

impl<T: EventLog + Outbox> LogAndOutbox for T {}
