//! Every event and message of Nova, versioned, with upcasters.
