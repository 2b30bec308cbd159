//! The local blob store and its keys pass their suites, in memory and in files, with and without compression.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use nova_blobs::{Compression, LocalBlobs, LocalKeys, Options};
use nova_conformance::{Fixture, suite};
use nova_eventlog::{Blobs, DataKeys};
use std::{
    future::{Ready, ready},
    sync::Arc,
};

fn fresh(memory_budget_bytes: u64, compression: Compression) -> Ready<Fixture<dyn Blobs>> {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(LocalKeys::new(folder.path().join("keys")));
    let options = Options {
        memory_budget_bytes,
        compression,
    };
    let blobs = LocalBlobs::new(folder.path().join("blobs"), keys, options);
    ready(Fixture::new(Arc::new(blobs), folder))
}

mod in_memory {
    use super::*;
    suite!(blobs, || fresh(u64::MAX, Compression::None));
}

mod in_files {
    use super::*;
    suite!(blobs, || fresh(0, Compression::None));
}

mod in_compressed_files {
    use super::*;
    suite!(blobs, || fresh(0, Compression::Lz4));
}

mod spilling_midway {
    use super::*;
    suite!(blobs, || fresh(1_200_000, Compression::Lz4));
}

mod keys {
    use super::*;

    fn fresh() -> Ready<Fixture<dyn DataKeys>> {
        let folder = tempfile::tempdir().unwrap();
        ready(Fixture::new(
            Arc::new(LocalKeys::new(folder.path().join("keys"))),
            folder,
        ))
    }

    suite!(data_keys, fresh);
}
