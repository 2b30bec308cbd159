//! Sealed files that were damaged, cut, swapped or shredded; the budget; and a full disk.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod small_disk;

use bytes::Bytes;
use nova_blobs::{Compression, LocalBlobs, LocalKeys, Options};
use nova_eventlog::{BlobKey, Blobs, DataKeys, Durability, Error, read_all, write_all};
use small_disk::SmallDisk;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

struct Store {
    folder: PathBuf,
    keys: Arc<LocalKeys>,
    blobs: LocalBlobs,
}

fn store(folder: &Path, budget: u64, compression: Compression) -> Store {
    let keys = Arc::new(LocalKeys::new(folder.join("keys")));
    let options = Options {
        memory_budget_bytes: budget,
        compression,
    };
    Store {
        folder: folder.to_owned(),
        blobs: LocalBlobs::new(folder.join("blobs"), keys.clone(), options),
        keys,
    }
}

impl Store {
    fn file(&self, key: &BlobKey) -> PathBuf {
        let flat = key.name.replace('/', "~");
        self.folder
            .join("blobs")
            .join(&key.operation)
            .join(format!("{flat}.blob"))
    }

    async fn seal(&self, name: &str, content: &[u8]) -> BlobKey {
        let key = BlobKey::new("op1", name);
        let content = Bytes::copy_from_slice(content);
        write_all(&self.blobs, &key, Durability::Durable, content)
            .await
            .unwrap();
        key
    }

    async fn is_corrupt(&self, key: &BlobKey) -> bool {
        matches!(read_all(&self.blobs, key).await, Err(Error::BlobCorrupt(_)))
    }
}

/// Content of several frames that compresses well.
fn content(seed: u8) -> Vec<u8> {
    let mut whole = vec![seed; 2_500_000];
    whole.extend((0..600_000_u32).map(|at| u8::try_from(at % 4_093 * 31 % 253).unwrap()));
    whole
}

#[tokio::test]
async fn no_bit_of_a_sealed_file_can_be_flipped_unnoticed() {
    for compression in [Compression::None, Compression::Lz4] {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), 0, compression);
        let short = store.seal("short", b"Marie Curie, 24 rue Bleue").await;
        let long = store.seal("long", &content(1)).await;
        for key in [&short, &long] {
            let whole = fs::read(store.file(key)).unwrap();
            let step = (whole.len() / 150).max(1);
            for at in (0..whole.len())
                .step_by(step)
                .chain(whole.len().saturating_sub(20)..whole.len())
            {
                let mut damaged = whole.clone();
                damaged[at] ^= 1 << (at % 8);
                fs::write(store.file(key), damaged).unwrap();
                assert!(store.is_corrupt(key).await, "{key:?} byte {at}, {compression:?}");
            }
            fs::write(store.file(key), whole).unwrap();
            assert!(read_all(&store.blobs, key).await.is_ok());
        }
    }
}

#[tokio::test]
async fn a_file_cut_anywhere_or_continued_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0, Compression::None);
    let key = store.seal("long", &content(1)).await;
    let whole = fs::read(store.file(&key)).unwrap();
    let ends = frame_ends(&whole);
    assert_eq!(ends.len(), 3, "the content fills three frames");
    assert_eq!(ends.last(), Some(&whole.len()));
    let beside: Vec<usize> = ends.iter().flat_map(|end| [end - 1, *end, end + 1, end + 4]).collect();
    for length in [0, 1, 8, 39, 40, 41, 44]
        .into_iter()
        .chain(beside)
        .filter(|length| *length < whole.len())
    {
        fs::write(store.file(&key), &whole[..length]).unwrap();
        assert!(store.is_corrupt(&key).await, "cut to {length} of {}", whole.len());
    }
    for tail in [&whole[..1], &whole[ends[1]..]] {
        fs::write(store.file(&key), [&whole, tail].concat()).unwrap();
        assert!(store.is_corrupt(&key).await, "continued by {} bytes", tail.len());
    }
}

#[tokio::test]
async fn frames_cannot_be_dropped_repeated_or_reordered() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0, Compression::None);
    let key = store.seal("long", &content(1)).await;
    let whole = fs::read(store.file(&key)).unwrap();
    let ends = frame_ends(&whole);
    let (header, first, second, last) = (
        &whole[..40],
        &whole[40..ends[0]],
        &whole[ends[0]..ends[1]],
        &whole[ends[1]..],
    );
    fs::write(store.file(&key), [header, first, second, last].concat()).unwrap();
    assert!(read_all(&store.blobs, &key).await.unwrap() == content(1));
    for frames in [
        [header, second, first, last].concat(),
        [header, first, first, last].concat(),
        [header, first, last].concat(),
        [header, last].concat(),
        [header, first, second, second, last].concat(),
    ] {
        fs::write(store.file(&key), frames).unwrap();
        assert!(store.is_corrupt(&key).await);
    }
}

#[tokio::test]
async fn a_file_in_anothers_place_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0, Compression::None);
    let (one, other) = (store.seal("raw/1", b"one").await, store.seal("raw/2", b"two").await);
    let foreign = BlobKey::new("op2", "raw/1");
    write_all(
        &store.blobs,
        &foreign,
        Durability::Durable,
        Bytes::from_static(b"three"),
    )
    .await
    .unwrap();
    let original = fs::read(store.file(&one)).unwrap();
    for from in [&other, &foreign] {
        fs::copy(store.file(from), store.file(&one)).unwrap();
        assert!(store.is_corrupt(&one).await, "{from:?}");
    }
    // An older version of the blob itself is whole, and opens: sealing does not tell old from new.
    fs::write(store.file(&one), original).unwrap();
    assert_eq!(read_all(&store.blobs, &one).await.unwrap(), b"one");
}

#[tokio::test]
async fn nothing_readable_reaches_the_disk() {
    for compression in [Compression::None, Compression::Lz4] {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), 0, compression);
        let secret = b"marie.curie@example.org";
        let key = store.seal("raw/1", &secret.repeat(1_000)).await;
        let sealed = fs::read(store.file(&key)).unwrap();
        assert!(
            !sealed
                .windows(8)
                .any(|window| secret.windows(8).any(|part| part == window))
        );
        assert_eq!(sealed.len() < 23_000, compression == Compression::Lz4);
        let again = store.seal("raw/1", &secret.repeat(1_000)).await;
        assert_ne!(
            fs::read(store.file(&again)).unwrap(),
            sealed,
            "sealing twice looks different"
        );
    }
}

#[tokio::test]
async fn destroying_the_key_shreds_what_was_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0, Compression::None);
    let key = store.seal("raw/1", b"rows").await;
    store.keys.destroy("op1").await.unwrap();
    assert!(matches!(read_all(&store.blobs, &key).await, Err(Error::Key(_))));
    assert!(matches!(
        store.blobs.writer(&key, Durability::Durable).await,
        Err(Error::Key(_))
    ));
    // Not even without the mark: the key itself is gone.
    fs::remove_file(folder.path().join("keys/operation-op1.destroyed")).unwrap();
    assert!(store.is_corrupt(&key).await);
}

#[tokio::test]
async fn durable_blobs_and_their_keys_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let key = store(folder.path(), 1 << 20, Compression::Lz4)
        .seal("plan", &content(7))
        .await;
    let later = store(folder.path(), 1 << 20, Compression::None);
    assert!(read_all(&later.blobs, &key).await.unwrap() == content(7));
    assert_eq!(later.blobs.used_bytes(), 0);
}

#[tokio::test]
async fn a_damaged_or_foreign_key_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 0, Compression::None);
    store.keys.data_key("op1").await.unwrap();
    store.keys.data_key("op2").await.unwrap();
    let place = |name: &str| folder.path().join("keys").join(name);
    let answer = async || match store.keys.data_key("op1").await {
        Err(Error::Key(what)) => what,
        other => panic!("{other:?}"),
    };
    fs::copy(place("operation-op2.key"), place("operation-op1.key")).unwrap();
    assert!(answer().await.contains("operation-op1.key is damaged"));
    fs::write(place("operation-op1.key"), "").unwrap();
    assert!(answer().await.contains("operation-op1.key is damaged"));
    fs::write(place("master.key"), "short").unwrap();
    assert!(answer().await.contains("master.key is damaged"));
}

#[tokio::test]
async fn memory_stays_within_its_budget_and_deleting_frees_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 1_000_000, Compression::None);
    let name = |number: usize| BlobKey::new("op1", format!("raw/{number}"));
    let whole = Bytes::from(vec![7; 300_000]);
    for number in 0..5 {
        write_all(&store.blobs, &name(number), Durability::Transient, whole.clone())
            .await
            .unwrap();
        assert!(store.blobs.used_bytes() <= 1_000_000);
    }
    assert_eq!(
        (store.blobs.used_bytes(), store.blobs.spilled_bytes()),
        (900_000, 600_000)
    );
    for number in 0..5 {
        assert!(read_all(&store.blobs, &name(number)).await.unwrap() == whole);
        assert_eq!(store.file(&name(number)).exists(), number >= 3, "{number}");
    }
    store.blobs.delete(&name(0)).await.unwrap();
    assert_eq!(store.blobs.used_bytes(), 600_000);
    write_all(&store.blobs, &name(0), Durability::Transient, whole)
        .await
        .unwrap();
    assert_eq!(
        (store.blobs.used_bytes(), store.blobs.spilled_bytes()),
        (900_000, 600_000)
    );
    store.blobs.delete_all("op1", "").await.unwrap();
    assert_eq!(store.blobs.used_bytes(), 0);
    assert!(!folder.path().join("blobs/op1").exists());
}

#[tokio::test]
async fn a_writer_that_goes_away_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), 500_000, Compression::None);
    for durability in [Durability::Transient, Durability::Durable] {
        for parts in [1, 4] {
            let key = BlobKey::new("op1", "raw/1");
            let mut writer = store.blobs.writer(&key, durability).await.unwrap();
            for _ in 0..parts {
                writer.write(Bytes::from(vec![1; 400_000])).await.unwrap();
            }
            drop(writer);
            assert_eq!(store.blobs.used_bytes(), 0);
        }
    }
    let left = fs::read_dir(folder.path().join("blobs/op1")).unwrap().count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_full_disk_is_named_and_leaves_no_half_of_a_blob() {
    let Some(disk) = SmallDisk::mount(2) else { return };
    let store = store(disk.path(), 0, Compression::None);
    store.seal("fits", &vec![1; 500_000]).await;
    for durability in [Durability::Transient, Durability::Durable] {
        let key = BlobKey::new("op1", "raw/1");
        let mut writer = store.blobs.writer(&key, durability).await.unwrap();
        let error = loop {
            if let Err(error) = writer.write(Bytes::from(vec![1; 300_000])).await {
                break error;
            }
        };
        assert!(matches!(error, Error::Full(_)), "{error}");
        // Whoever goes on all the same does not get half a blob.
        assert!(writer.finish().await.is_err());
        assert!(matches!(store.blobs.reader(&key).await, Err(Error::BlobMissing(_))));
    }
    store.seal("fits/too", &vec![1; 500_000]).await;
}

/// Where each frame ends: 40 bytes of header, then length and ciphertext, as the format says.
fn frame_ends(file: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 40;
    while at < file.len() {
        let word = u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
        at += 4 + usize::try_from(word & 0x7fff_ffff).unwrap();
        ends.push(at);
    }
    ends
}
