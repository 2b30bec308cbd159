//! Anonymization from end to end; the suites are in `tests/`, the labelled columns of real schemas in `labels/`.
