//! Writes into a store until it is killed; for `tests/crash.rs`.
//!
//! `store-crash-writer FOLDER SEED` prints the revision it begins at, then a
//! line with the revision of every batch that `commit` acknowledged.

mod batches;

use std::{
    io::{self, Write},
    path::Path,
};

use jobyard_store::{Options, Store, Urgency};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("first argument: the folder");
    let seed = arguments.next().expect("second argument: the seed");
    let seed = seed.parse().expect("the seed is a number");
    let options = Options {
        segment_bytes: batches::SEGMENT_BYTES,
        ..Options::default()
    };
    let (store, recovered) = Store::open_with(Path::new(&folder), options).expect("opens");
    // A standard output of its own, unbuffered: a line is out when it is written.
    let mut output = io::stdout().lock();
    writeln!(output, "{}", recovered.revision).expect("the test listens");
    for number in 0.. {
        let batch = batches::batch(seed, number);
        let urgency = if number % 3 == 0 {
            Urgency::Now
        } else {
            Urgency::Lazy
        };
        let revision = store.commit(&batch, urgency).expect("commits");
        writeln!(output, "{revision}").expect("the test listens");
    }
}
