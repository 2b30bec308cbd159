//! Whatever is written in whatever parts comes back, wherever the budget ends.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use bytes::Bytes;
use nova_blobs::{Compression, LocalBlobs, LocalKeys, Options};
use nova_eventlog::{BlobKey, Blobs, Durability, read_all};
use proptest::prelude::*;
use std::sync::Arc;

/// Parts of lengths around those at which frames end, some random, some repetitive.
fn parts() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let length = prop_oneof![
        0..40_usize,
        Just(1_usize << 20),
        (1_usize << 20) - 2..(1_usize << 20) + 2,
        1..300_000_usize
    ];
    let part = (length, any::<u8>(), any::<bool>()).prop_map(|(length, seed, repetitive)| {
        let mut state = u32::from(seed) + 1;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if repetitive { seed } else { state.to_be_bytes()[0] }
        };
        (0..length).map(|_| next()).collect()
    });
    prop::collection::vec(part, 0..7)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_written_comes_back(
        parts in parts(),
        budget in prop_oneof![Just(0), 0..2_000_000_u64, Just(u64::MAX)],
        compression in prop_oneof![Just(Compression::None), Just(Compression::Lz4)],
        durability in prop_oneof![Just(Durability::Transient), Just(Durability::Durable)],
    ) {
        let folder = tempfile::tempdir().unwrap();
        let keys = Arc::new(LocalKeys::new(folder.path().join("keys")));
        let options = Options { memory_budget_bytes: budget, compression };
        let blobs = LocalBlobs::new(folder.path().join("blobs"), keys, options);
        let key = BlobKey::new("op1", "raw/1");
        let whole = parts.concat();
        let read = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let mut writer = blobs.writer(&key, durability).await.unwrap();
            for part in &parts {
                writer.write(Bytes::copy_from_slice(part)).await.unwrap();
            }
            assert_eq!(writer.finish().await.unwrap(), whole.len() as u64);
            read_all(&blobs, &key).await.unwrap()
        });
        prop_assert!(read == whole, "{} bytes came back as {}", whole.len(), read.len());
        prop_assert!(blobs.used_bytes() <= budget);
    }
}
