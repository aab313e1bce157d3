//! Writes a second with the registry's pattern: batches of 1 to 200 values of 3 KB.
//!
//! `cargo bench -p jobyard-store` prints a table, plain and with 5 ms added to
//! each sync (a user's disk). Every write is counted when it is durable.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use std::time::{Duration, Instant};

use bytes::Bytes;
use jobyard_store::{Expect, Operation, Options, Store, Urgency};

const SECONDS: f64 = 3.0;
const KEYS: usize = 10_000;

fn main() {
    println!("| Batch | Added to each sync | Writes/s, durable | Longest commit |");
    println!("|---|---|---|---|");
    for added_milliseconds in [0, 5] {
        for batch in [1, 10, 200] {
            measure(batch, Duration::from_millis(added_milliseconds));
        }
    }
}

fn measure(size: usize, added_sync_time: Duration) {
    // Not in /tmp: that is often in memory.
    let folder = tempfile::tempdir_in("/var/tmp").expect("/var/tmp can be written");
    let options = Options {
        added_sync_time,
        ..Options::default()
    };
    let (store, _) = Store::open_with(folder.path(), options).expect("opens");
    let value = Bytes::from(vec![b'x'; 3 << 10]);
    let mut written = 0;
    let mut longest = Duration::ZERO;
    let begin = Instant::now();
    while begin.elapsed().as_secs_f64() < SECONDS {
        let batch: Vec<_> = (written..written + size)
            .map(|number| Operation {
                key: Bytes::from(format!("pods/default/job-{:08}", number * 7919 % KEYS)),
                value: Some(value.clone()),
                expect: Expect::Anything,
            })
            .collect();
        let start = Instant::now();
        store.commit(&batch, Urgency::Now).expect("commits");
        longest = longest.max(start.elapsed());
        written += size;
    }
    store.close().expect("closes");
    let rate = written as f64 / begin.elapsed().as_secs_f64();
    println!(
        "| {size} | {added_sync_time:?} | {rate:.0} | {:.1} ms |",
        longest.as_secs_f64() * 1e3
    );
}
