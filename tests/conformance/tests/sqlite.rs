//! The SQLite adapter passes every suite.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use nova_conformance::{Fixture, Time, suite};
use nova_sqlite::Sqlite;
use std::{
    future::{Ready, ready},
    sync::Arc,
};

fn fresh<P: ?Sized>(as_port: fn(Arc<Sqlite>) -> Arc<P>) -> Ready<Fixture<P>> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Sqlite::open(folder.path().join("nova.db")).unwrap();
    ready(Fixture::new(as_port(Arc::new(sqlite)), folder))
}

mod event_log {
    use super::*;
    suite!(event_log, || fresh(|sqlite| sqlite as Arc<dyn nova_eventlog::EventLog>));
}

mod outbox {
    use super::*;
    suite!(outbox, || fresh(
        |sqlite| sqlite as Arc<dyn nova_conformance::LogAndOutbox>
    ));
}

mod queue {
    use super::*;
    suite!(
        queue,
        || fresh(|sqlite| sqlite as Arc<dyn nova_eventlog::Queue>),
        Time::passing_at_will()
    );
    suite!(
        deduplicating_queue,
        || fresh(|sqlite| sqlite as Arc<dyn nova_eventlog::Queue>),
        Time::passing_at_will()
    );
}

mod gates {
    use super::*;
    suite!(gates, || fresh(|sqlite| sqlite as Arc<dyn nova_eventlog::Gates>));
}

mod leases {
    use super::*;
    suite!(leases, || fresh(|sqlite| sqlite as Arc<dyn nova_eventlog::Leases>));
}

mod views {
    use super::*;
    suite!(views, || fresh(|sqlite| sqlite as Arc<dyn nova_eventlog::Views>));
}
