//! Laws of [`Blobs`].

use crate::Make;
use bytes::Bytes;
use nova_eventlog::{BlobKey, Blobs, Durability, Error, read_all, write_all};

const BOTH: [Durability; 2] = [Durability::Transient, Durability::Durable];

/// Bytes that do not repeat with any power of two.
fn content(length: usize, seed: u8) -> Bytes {
    (0..length)
        .map(|at| u8::try_from(at % 251).unwrap().wrapping_mul(31).wrapping_add(seed))
        .collect()
}

/// Around one and several megabytes, the size of frames and parts in stores.
pub async fn a_blob_of_any_size_comes_back(make: Make<'_, dyn Blobs>) {
    const MIB: usize = 1024 * 1024;
    let blobs = make().await;
    for durability in BOTH {
        for length in [0, 1, 15, 65_536, MIB - 1, MIB, MIB + 1, 2 * MIB, 6 * MIB + 7] {
            let (key, whole) = (BlobKey::new("op1", format!("size/{length}")), content(length, 1));
            let size = write_all(&*blobs, &key, durability, whole.clone()).await.unwrap();
            assert_eq!(size, length as u64);
            assert!(
                read_all(&*blobs, &key).await.unwrap() == whole,
                "{length} bytes, {durability:?}"
            );

            let mut writer = blobs.writer(&key, durability).await.unwrap();
            for part in whole.chunks(MIB / 3 + 1) {
                writer.write(Bytes::copy_from_slice(part)).await.unwrap();
                writer.write(Bytes::new()).await.unwrap();
            }
            assert_eq!(writer.finish().await.unwrap(), length as u64);
            assert!(
                read_all(&*blobs, &key).await.unwrap() == whole,
                "{length} bytes in parts, {durability:?}"
            );
        }
    }
}

/// A handler that is tried again reads its blob again.
pub async fn a_blob_can_be_read_twice_and_by_many(make: Make<'_, dyn Blobs>) {
    let blobs = make().await;
    for durability in BOTH {
        let (key, whole) = (BlobKey::new("op1", "raw/1"), content(3_000_000, 2));
        write_all(&*blobs, &key, durability, whole.clone()).await.unwrap();
        let mut readers = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (blobs, key) = (blobs.share(), key.clone());
            readers.spawn(async move { read_all(&*blobs, &key).await.unwrap() });
        }
        assert!(readers.join_all().await.iter().all(|read| *read == whole));
    }
}

/// The last one to finish counts, whatever the one before was.
pub async fn a_later_blob_of_the_same_name_replaces_it_however_durable_they_are(make: Make<'_, dyn Blobs>) {
    let blobs = make().await;
    let key = BlobKey::new("op1", "plan");
    for (round, first) in BOTH.into_iter().enumerate() {
        for (turn, second) in BOTH.into_iter().enumerate() {
            let seed = u8::try_from(round * 2 + turn).unwrap();
            let (old, new) = (content(2_000_000, seed), content(90_000, seed + 100));
            write_all(&*blobs, &key, first, old).await.unwrap();
            write_all(&*blobs, &key, second, new.clone()).await.unwrap();
            assert!(
                read_all(&*blobs, &key).await.unwrap() == new,
                "{first:?} then {second:?}"
            );
        }
    }
    blobs.delete(&key).await.unwrap();
    assert!(matches!(read_all(&*blobs, &key).await, Err(Error::BlobMissing(_))));
}

/// Neither while it is being written nor when its writer goes away.
pub async fn a_blob_does_not_exist_until_it_is_finished(make: Make<'_, dyn Blobs>) {
    let blobs = make().await;
    for durability in BOTH {
        let key = BlobKey::new("op1", "raw/1");
        let mut writer = blobs.writer(&key, durability).await.unwrap();
        writer.write(content(1_500_000, 3)).await.unwrap();
        assert!(matches!(blobs.reader(&key).await, Err(Error::BlobMissing(_))));
        drop(writer);
        assert!(matches!(blobs.reader(&key).await, Err(Error::BlobMissing(_))));

        write_all(&*blobs, &key, durability, content(10, 4)).await.unwrap();
        let mut writer = blobs.writer(&key, durability).await.unwrap();
        writer.write(content(1_500_000, 5)).await.unwrap();
        drop(writer);
        assert!(read_all(&*blobs, &key).await.unwrap() == content(10, 4));
        blobs.delete(&key).await.unwrap();
    }
}

/// Missing is an answer of its own, and what is missing can be removed.
pub async fn what_does_not_exist_is_missing(make: Make<'_, dyn Blobs>) {
    let blobs = make().await;
    let key = BlobKey::new("op1", "raw/1");
    assert!(matches!(blobs.reader(&key).await, Err(Error::BlobMissing(_))));
    blobs.delete(&key).await.unwrap();
    blobs.delete_all("op1", "").await.unwrap();
    blobs.delete_all("op1", "raw/").await.unwrap();
}

/// Everything of one operation below a prefix, and nothing else.
pub async fn blobs_are_removed_by_prefix_within_their_operation(make: Make<'_, dyn Blobs>) {
    let blobs = make().await;
    let keys = |operation: &str| -> Vec<BlobKey> {
        let names = ["raw/1", "raw/2", "raw2/1", "plan", "schema"];
        names.iter().map(|name| BlobKey::new(operation, *name)).collect()
    };
    for (number, key) in keys("op1").iter().chain(&keys("op10")).enumerate() {
        write_all(&*blobs, key, BOTH[number % 2], content(100, 6))
            .await
            .unwrap();
    }
    let left = async |operation: &str| {
        let mut left = Vec::new();
        for key in keys(operation) {
            match read_all(&*blobs, &key).await {
                Ok(_) => left.push(key.name),
                Err(Error::BlobMissing(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        left
    };
    blobs.delete_all("op1", "raw/").await.unwrap();
    assert_eq!(left("op1").await, ["raw2/1", "plan", "schema"]);
    blobs.delete_all("op1", "").await.unwrap();
    assert_eq!(left("op1").await, [""; 0]);
    assert_eq!(left("op10").await.len(), 5);
}

/// A blob may be named like the folder of another.
pub async fn names_with_slashes_do_not_get_in_each_others_way(make: Make<'_, dyn Blobs>) {
    let blobs = make().await;
    let names = ["a", "a/b", "a/b/c", "a-b", "a_b", "a.b", "."];
    for durability in BOTH {
        for (name, seed) in names.iter().zip(0..) {
            write_all(&*blobs, &BlobKey::new("op1", *name), durability, content(50, seed))
                .await
                .unwrap();
        }
        for (name, seed) in names.iter().zip(0..) {
            assert_eq!(
                read_all(&*blobs, &BlobKey::new("op1", *name)).await.unwrap(),
                content(50, seed),
                "{name}"
            );
        }
    }
}

/// Names come from our own code; a wrong one is a mistake to be found, not a path to be followed.
pub async fn a_name_that_leads_elsewhere_is_refused(make: Make<'_, dyn Blobs>) {
    let blobs = make().await;
    for (operation, name) in [
        ("op1", "../x"),
        ("op1", "a/../../x"),
        ("op1", ""),
        ("..", "x"),
        ("", "x"),
        ("op1", "a b"),
    ] {
        for durability in BOTH {
            let key = BlobKey::new(operation, name);
            assert!(
                matches!(blobs.writer(&key, durability).await, Err(Error::Invalid(_))),
                "{key:?}"
            );
            assert!(matches!(blobs.reader(&key).await, Err(Error::Invalid(_))), "{key:?}");
        }
    }
}
