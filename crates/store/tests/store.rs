//! The promises of the handle: order, durability, room, one process at a time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jobyard_store::{Durability, Expect, Operation, Options, Revision, Store, StoreError, Urgency};

fn put(key: &str, value: impl Into<Bytes>) -> Operation {
    Operation {
        key: Bytes::copy_from_slice(key.as_bytes()),
        value: Some(value.into()),
        expect: Expect::Anything,
    }
}

fn delete(key: &str) -> Operation {
    Operation {
        key: Bytes::copy_from_slice(key.as_bytes()),
        value: None,
        expect: Expect::Anything,
    }
}

fn small_segments() -> Options {
    Options {
        segment_bytes: 16 << 10,
        ..Options::default()
    }
}

fn folder_bytes(folder: &Path) -> u64 {
    fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}

/// Looks again until it is so; a minute is for loaded machines.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_mins(1), "never so: {what}");
        thread::yield_now();
    }
}

#[test]
fn every_operation_has_its_own_consecutive_revision() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path(), Durability::Never).unwrap();
    let three = [put("a", "1"), put("b", "1"), put("a", "2")];
    assert_eq!(store.commit(&three, Urgency::Now).unwrap(), Revision(3));
    assert_eq!(store.commit(&[], Urgency::Now).unwrap(), Revision(3));
    store.close().unwrap();
    let (_store, recovered) = Store::open(folder.path(), Durability::Never).unwrap();
    let expected = [
        (Bytes::from("a"), Revision(3), Bytes::from("2")),
        (Bytes::from("b"), Revision(2), Bytes::from("1")),
    ];
    assert_eq!(recovered.entries, expected);
    assert!(recovered.clean);
}

#[test]
fn conflict_says_what_was_found_and_applies_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path(), Durability::Never).unwrap();
    store.commit(&[put("a", "1")], Urgency::Now).unwrap();
    let mut batch = [put("b", "1"), put("a", "2")];
    batch[1].expect = Expect::At(Revision(9));
    let error = store.commit(&batch, Urgency::Now).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a is at revision 1, expected at revision 9"
    );
    batch[1].expect = Expect::Absent;
    let error = store.commit(&batch, Urgency::Now).unwrap_err();
    assert_eq!(error.to_string(), "a is at revision 1, expected absent");
    assert_eq!(store.revision(), Revision(1));
    batch[0].expect = Expect::Absent;
    batch[1].expect = Expect::At(Revision(1));
    assert_eq!(store.commit(&batch, Urgency::Now).unwrap(), Revision(3));
}

#[test]
fn batch_beyond_the_bound_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path(), Durability::Never).unwrap();
    let half = Bytes::from(vec![0; 40 << 20]);
    let error = store
        .commit(&[put("a", half.clone()), put("b", half)], Urgency::Now)
        .unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");
    assert_eq!(store.revision(), Revision(0));
}

#[tokio::test]
async fn durable_follows_the_disk_for_urgent_and_lazy_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path(), Durability::Synced).unwrap();
    let mut durable = store.durable();
    for urgency in [Urgency::Now, Urgency::Lazy, Urgency::Now] {
        let revision = store.commit(&[put("a", "1")], urgency).unwrap();
        durable
            .wait_for(|durable| *durable >= revision)
            .await
            .unwrap();
    }
    store.close().unwrap();
    assert!(
        durable.changed().await.is_err(),
        "the channel closes with the store"
    );
}

#[test]
fn lazy_write_alone_starts_no_sync_and_rides_with_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path(), Durability::Synced).unwrap();
    let begin = Instant::now();
    let lazy = store.commit(&[put("a", "1")], Urgency::Lazy).unwrap();
    let durable = store.durable();
    wait_until("the lazy write is durable", || *durable.borrow() >= lazy);
    assert!(
        begin.elapsed() >= Duration::from_secs(1),
        "it was to wait for company"
    );
    store.commit(&[put("b", "1")], Urgency::Lazy).unwrap();
    let begin = Instant::now();
    let now = store.commit(&[put("c", "1")], Urgency::Now).unwrap();
    wait_until("the urgent write is durable", || *durable.borrow() >= now);
    assert!(
        begin.elapsed() < Duration::from_secs(1),
        "it was not to wait"
    );
}

#[test]
fn one_sync_serves_all_that_wrote_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        added_sync_time: Duration::from_millis(20),
        ..Options::default()
    };
    let (store, _) = Store::open_with(folder.path(), options).unwrap();
    let durable = store.durable();
    let begin = Instant::now();
    let threads: Vec<_> = (0..50)
        .map(|number| {
            let store = store.clone();
            thread::spawn(move || {
                let key = format!("key/{number}");
                store.commit(&[put(&key, "1")], Urgency::Now).unwrap();
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    wait_until("all is durable", || *durable.borrow() == Revision(50));
    // One after the other would be 50 times 20 ms.
    assert!(
        begin.elapsed() < Duration::from_millis(500),
        "{:?}",
        begin.elapsed()
    );
}

#[test]
fn room_of_overwritten_and_deleted_values_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open_with(folder.path(), small_segments()).unwrap();
    store
        .commit(&[put("kept", "for good")], Urgency::Lazy)
        .unwrap();
    for number in 0..2_000 {
        let key = format!("pod/{number}");
        let value = vec![1; 1_000];
        store
            .commit(
                &[put(&key, value.clone()), put("job", value)],
                Urgency::Lazy,
            )
            .unwrap();
        store.commit(&[delete(&key)], Urgency::Lazy).unwrap();
    }
    // 4 MB were written, 1 KB is live.
    wait_until("the log is short", || {
        folder_bytes(folder.path()) < 64 << 10
    });
    store.close().unwrap();
    let (_store, recovered) = Store::open_with(folder.path(), small_segments()).unwrap();
    let keys: Vec<_> = recovered.entries.iter().map(|(key, ..)| key).collect();
    assert_eq!(keys, ["job", "kept"]);
    assert_eq!(recovered.revision, Revision(1 + 3 * 2_000));
}

#[test]
fn compaction_does_not_stop_writers_nor_lose_their_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open_with(folder.path(), small_segments()).unwrap();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let store = store.clone();
            thread::spawn(move || {
                for number in 0..1_000 {
                    let key = format!("{writer}/{}", number % 37);
                    let value = Bytes::from(format!("{number:0500}"));
                    store.commit(&[put(&key, value)], Urgency::Lazy).unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    drop(store);
    let (_store, recovered) = Store::open_with(folder.path(), small_segments()).unwrap();
    assert_eq!(recovered.entries.len(), 4 * 37);
    for (key, _, value) in recovered.entries {
        let slot: usize = std::str::from_utf8(&key[2..]).unwrap().parse().unwrap();
        let last = (0..1_000).rev().find(|number| number % 37 == slot).unwrap();
        assert_eq!(value, format!("{last:0500}"), "{key:?}");
    }
}

#[test]
fn second_opener_is_told_who_has_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path(), Durability::Never).unwrap();
    let error = Store::open(folder.path(), Durability::Never).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, StoreError::Locked { .. }), "{text}");
    assert!(
        text.contains(&format!("process {} (", std::process::id())),
        "{text}"
    );
    let other_handle = store.clone();
    store.close().unwrap();
    let closed = other_handle.commit(&[put("a", "1")], Urgency::Now);
    assert!(matches!(closed, Err(StoreError::Closed)));
    Store::open(folder.path(), Durability::Never).unwrap();
}

#[test]
fn only_the_owner_may_read_the_files() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("state/store");
    let (_store, _) = Store::open(&folder, Durability::Synced).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

/// Mounts a small file system, and takes it away at the end.
struct SmallDisk(Arc<tempfile::TempDir>);

impl SmallDisk {
    fn mount(size: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"])
            .arg(folder.path())
            .status()
            .unwrap();
        assert!(status.success(), "this test mounts, as root");
        Self(Arc::new(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn full_disk_refuses_the_batch_whole_and_takes_it_when_there_is_room() {
    let disk = SmallDisk::mount("1m");
    let folder = disk.0.path().join("store");
    let filler = disk.0.path().join("filler");
    fs::write(&filler, vec![0; 500 << 10]).unwrap();
    let (store, _) = Store::open(&folder, Durability::Synced).unwrap();
    let mut written = Vec::new();
    let error = loop {
        let key = format!("key/{}", written.len());
        let twice = format!("{key}/again");
        match store.commit(
            &[put(&key, vec![0; 50_000]), put(&twice, vec![0; 50_000])],
            Urgency::Now,
        ) {
            Ok(_) => written.extend([key, twice]),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error, StoreError::Commit { operations: 2, .. }),
        "{error}"
    );
    assert!(!written.is_empty());
    assert_eq!(store.revision(), Revision(written.len() as u64));
    fs::remove_file(&filler).unwrap();
    store
        .commit(&[put("later", vec![0; 50_000])], Urgency::Now)
        .unwrap();
    written.push("later".to_owned());
    store.close().unwrap();
    let (_store, recovered) = Store::open(&folder, Durability::Synced).unwrap();
    written.sort();
    let keys: Vec<_> = recovered.entries.into_iter().map(|(key, ..)| key).collect();
    assert_eq!(keys, written);
}
