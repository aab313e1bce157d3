//! What the store makes of files that are cut short or changed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use jobyard_store::{Expect, Operation, Options, Revision, Store, StoreError, Urgency};

type Contents = BTreeMap<Bytes, (Revision, Bytes)>;

fn put(key: &str, value: &str) -> Operation {
    Operation {
        key: Bytes::copy_from_slice(key.as_bytes()),
        value: Some(Bytes::copy_from_slice(value.as_bytes())),
        expect: Expect::Anything,
    }
}

fn open(folder: &Path, segment_bytes: u64) -> Result<(Store, Contents), StoreError> {
    let options = Options {
        segment_bytes,
        ..Options::default()
    };
    let (store, recovered) = Store::open_with(folder, options)?;
    let contents = recovered
        .entries
        .into_iter()
        .map(|(key, revision, value)| (key, (revision, value)))
        .collect();
    Ok((store, contents))
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("segment-")
        })
        .collect();
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn corrupt_offset(result: Result<(Store, Contents), StoreError>) -> u64 {
    match result {
        Err(StoreError::Corrupt { offset, .. }) => offset,
        Err(other) => panic!("{other}"),
        Ok((_, contents)) => panic!("opened with {} entries", contents.len()),
    }
}

#[test]
fn batch_cut_at_any_byte_is_dropped_whole_and_the_ones_before_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), 1 << 20).unwrap();
    store
        .commit(&[put("a", "1"), put("b", "1")], Urgency::Now)
        .unwrap();
    let segment = segments(folder.path()).remove(0);
    let before = fs::metadata(&segment).unwrap().len();
    let last = [put("b", "two"), put("c", "two"), put("d", "two")];
    store.commit(&last, Urgency::Now).unwrap();
    drop(store);
    let after = fs::metadata(&segment).unwrap().len();
    for length in before..after {
        let torn = tempfile::tempdir().unwrap();
        copy(folder.path(), torn.path());
        let torn_segment = torn.path().join(segment.file_name().unwrap());
        fs::OpenOptions::new()
            .write(true)
            .open(&torn_segment)
            .unwrap()
            .set_len(length)
            .unwrap();
        let (store, contents) = open(torn.path(), 1 << 20).unwrap();
        let expected = Contents::from([
            (Bytes::from("a"), (Revision(1), Bytes::from("1"))),
            (Bytes::from("b"), (Revision(2), Bytes::from("1"))),
        ]);
        assert_eq!(contents, expected, "cut at {length}");
        let next = store.commit(&[put("e", "3")], Urgency::Now).unwrap();
        assert_eq!(next, Revision(1_000_003), "no revision is used twice");
        drop(store);
        let (_store, contents) = open(torn.path(), 1 << 20).unwrap();
        assert_eq!(contents.len(), 3, "goes on after the cut at {length}");
    }
}

#[test]
fn batch_with_any_byte_changed_at_the_end_is_dropped_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), 1 << 20).unwrap();
    store.commit(&[put("a", "1")], Urgency::Now).unwrap();
    let segment = segments(folder.path()).remove(0);
    let before = fs::metadata(&segment).unwrap().len() as usize;
    store
        .commit(&[put("a", "2"), put("b", "2")], Urgency::Now)
        .unwrap();
    drop(store);
    let whole = fs::read(&segment).unwrap();
    for at in before..whole.len() {
        let torn = tempfile::tempdir().unwrap();
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        fs::write(torn.path().join(segment.file_name().unwrap()), bytes).unwrap();
        let (_store, contents) = open(torn.path(), 1 << 20).unwrap();
        let expected = Contents::from([(Bytes::from("a"), (Revision(1), Bytes::from("1")))]);
        assert_eq!(contents, expected, "changed at {at}");
    }
}

#[test]
fn damage_in_a_segment_that_is_not_the_last_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), 200).unwrap();
    for number in 0..8 {
        // Distinct keys: all is live, compaction has nothing to do.
        let key = format!("key/{number}");
        store
            .commit(&[put(&key, &"v".repeat(100))], Urgency::Now)
            .unwrap();
    }
    store.close().unwrap();
    let first = segments(folder.path()).remove(0);
    let mut bytes = fs::read(&first).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&first, &bytes).unwrap();
    let offset = corrupt_offset(open(folder.path(), 200));
    assert!(
        offset <= middle as u64,
        "{offset} is where the damaged group begins"
    );
    bytes[middle] ^= 1;
    bytes.truncate(middle);
    fs::write(&first, &bytes).unwrap();
    corrupt_offset(open(folder.path(), 200));
}

#[tokio::test]
async fn damage_before_what_was_synced_is_reported_not_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), 1 << 20).unwrap();
    let segment = segments(folder.path()).remove(0);
    let start = fs::metadata(&segment).unwrap().len() as usize;
    for number in 0..3 {
        let revision = store
            .commit(&[put("a", &format!("{number}"))], Urgency::Now)
            .unwrap();
        store
            .durable()
            .wait_for(|durable| *durable >= revision)
            .await
            .unwrap();
    }
    drop(store);
    let mut bytes = fs::read(&segment).unwrap();
    bytes[start + 40] ^= 1;
    fs::write(&segment, &bytes).unwrap();
    assert_eq!(corrupt_offset(open(folder.path(), 1 << 20)), start as u64);
}

#[test]
fn foreign_file_in_place_of_a_segment_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("segment-000000000001"), "#!/bin/sh\n").unwrap();
    assert_eq!(corrupt_offset(open(folder.path(), 1 << 20)), 0);
}

#[test]
fn segment_that_was_being_made_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), 1 << 20).unwrap();
    store.commit(&[put("a", "1")], Urgency::Now).unwrap();
    drop(store);
    fs::write(folder.path().join("unfinished"), "job").unwrap();
    let (store, contents) = open(folder.path(), 1).unwrap();
    assert_eq!(contents.len(), 1);
    store.commit(&[put("b", "1")], Urgency::Now).unwrap();
    drop(store);
    assert_eq!(open(folder.path(), 1).unwrap().1.len(), 2);
}
