//! Connections to PostgreSQL: read-only sources, verified targets, COPY, swap.
