//! Ports of the event-sourced core: log, queue, gates, leases, views, blobs, clock.
