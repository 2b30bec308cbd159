//! The model of a PostgreSQL schema: emission, comparison, compatibility.
