//! A project folder: .env files, nova.toml, keys, state.
