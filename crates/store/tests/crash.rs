//! Kills a writing process at random moments, and looks what is there.
//!
//! 30 times in an ordinary run, 200 times with `JOBYARD_LONG=1`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "crash/batches.rs"]
mod batches;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use bytes::Bytes;
use jobyard_store::{Options, Revision, Store};
use rand::Rng;

type Contents = BTreeMap<Bytes, (Revision, Bytes)>;

#[test]
fn killed_writer_leaves_all_it_acknowledged_and_nothing_half() {
    let kills = match std::env::var_os("JOBYARD_LONG") {
        Some(_) => 200,
        None => 30,
    };
    let folder = tempfile::tempdir().unwrap();
    let mut contents = Contents::new();
    let mut newest = Revision(0);
    let mut unacknowledged = 0;
    for seed in 0..kills {
        let told = kill_a_writer(folder.path(), seed);
        let Some((begin, acknowledged)) = told.split_first() else {
            continue; // Killed before it had opened the store.
        };
        assert!(*begin >= newest, "round {seed}: {begin} after {newest}");
        newest = *begin;
        for (number, revision) in (0..).zip(acknowledged) {
            newest = apply(&mut contents, newest, seed, number);
            assert_eq!(*revision, newest, "round {seed}, batch {number}");
        }
        let options = Options {
            segment_bytes: batches::SEGMENT_BYTES,
            ..Options::default()
        };
        let (store, recovered) = Store::open_with(folder.path(), options).unwrap();
        drop(store);
        assert!(!recovered.clean);
        let found: Contents = recovered
            .entries
            .into_iter()
            .map(|(key, revision, value)| (key, (revision, value)))
            .collect();
        if found != contents {
            // The batch that was written when the kill came may be there, but whole.
            newest = apply(&mut contents, newest, seed, acknowledged.len() as u64);
            assert!(
                found == contents,
                "round {seed}: neither with nor without the last batch"
            );
            unacknowledged += 1;
        }
        assert!(
            recovered.revision > newest,
            "round {seed}: the revision jumps"
        );
        newest = recovered.revision;
    }
    assert!(newest > Revision(0), "no writer came to write");
    assert!(
        unacknowledged < kills,
        "the last batch of every round was not acknowledged"
    );
}

/// Starts a writer, kills it after a random number of batches, and returns the revisions it told.
fn kill_a_writer(folder: &Path, seed: u64) -> Vec<Revision> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_store-crash-writer"))
        .arg(folder)
        .arg(seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let batches = rand::rng().random_range(0..400);
    let told = listen_and_kill(&mut child, lines, batches);
    child.wait().unwrap();
    told
}

fn listen_and_kill(
    child: &mut Child,
    mut lines: Lines<BufReader<ChildStdout>>,
    batches: usize,
) -> Vec<Revision> {
    let number = |line: std::io::Result<String>| Revision(line.unwrap().parse().unwrap());
    let mut told: Vec<_> = lines.by_ref().take(batches).map(number).collect();
    child.kill().unwrap();
    told.extend(lines.map(number));
    told
}

/// What the store has to hold after the batch of that number.
fn apply(contents: &mut Contents, mut revision: Revision, seed: u64, number: u64) -> Revision {
    for operation in batches::batch(seed, number) {
        revision.0 += 1;
        match operation.value {
            Some(value) => contents.insert(operation.key, (revision, value)),
            None => contents.remove(&operation.key),
        };
    }
    revision
}
