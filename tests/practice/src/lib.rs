//! The practice platform's API over a real database; the suite is in `tests/`.
