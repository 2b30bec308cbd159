//! Reads the PostgreSQL catalogs into the schema model.
