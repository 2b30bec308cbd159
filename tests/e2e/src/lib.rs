//! The main job on real servers.
