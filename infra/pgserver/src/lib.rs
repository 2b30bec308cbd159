//! Finds or installs PostgreSQL and runs throwaway clusters.
