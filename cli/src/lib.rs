//! The nova command line.
