//! Event log, queue, gates, leases and views in one SQLite file.
