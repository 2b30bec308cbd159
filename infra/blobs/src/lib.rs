//! Blobs in memory within a budget, spilled sealed to files.
