//! The store against a map: whatever is committed, reopened and crashed in
//! whatever order, the store holds what the map holds.

use std::collections::BTreeMap;

use bytes::Bytes;
use jobyard_store::{
    Durability, Expect, Operation, Options, Recovered, Revision, Store, StoreError, Urgency,
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Write>),
    CloseAndOpen,
    /// As after `kill -9`: nothing is noted at the end.
    DropAndOpen,
}

#[derive(Clone, Debug)]
struct Write {
    key: u8,
    /// Length of the value; `None` deletes.
    value: Option<u16>,
    expect: Wish,
}

/// What is expected, relative to what is there.
#[derive(Clone, Copy, Debug)]
enum Wish {
    Anything,
    AsItIs,
    Absent,
    AtAnotherRevision,
}

type Model = BTreeMap<Bytes, (Revision, Bytes)>;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wish = prop_oneof![
        6 => Just(Wish::Anything),
        3 => Just(Wish::AsItIs),
        1 => Just(Wish::Absent),
        1 => Just(Wish::AtAnotherRevision),
    ];
    let value = prop_oneof![3 => (0u16..600).prop_map(Some), 1 => Just(None)];
    let write =
        (0u8..12, value, wish).prop_map(|(key, value, expect)| Write { key, value, expect });
    let step = prop_oneof![
        12 => prop::collection::vec(write, 0..6).prop_map(Step::Commit),
        1 => Just(Step::CloseAndOpen),
        1 => Just(Step::DropAndOpen),
    ];
    prop::collection::vec(step, 1..120)
}

fn operation(model: &Model, write: &Write, number: usize) -> Operation {
    let key = Bytes::from(format!("key/{}", write.key));
    let there = model.get(&key).map(|(revision, _)| *revision);
    let expect = match (write.expect, there) {
        (Wish::Anything, _) => Expect::Anything,
        (Wish::AsItIs, Some(revision)) => Expect::At(revision),
        (Wish::AsItIs, None) | (Wish::Absent, _) => Expect::Absent,
        (Wish::AtAnotherRevision, there) => Expect::At(Revision(there.map_or(7, |r| r.0 + 1))),
    };
    let value = write
        .value
        .map(|length| Bytes::from(vec![number as u8; usize::from(length)]));
    Operation { key, value, expect }
}

fn holds(model: &Model, operation: &Operation) -> bool {
    let there = model.get(&operation.key).map(|(revision, _)| *revision);
    match operation.expect {
        Expect::Anything => true,
        Expect::Absent => there.is_none(),
        Expect::At(revision) => there == Some(revision),
    }
}

fn assert_recovered(recovered: Recovered, model: &Model, revision: Revision, clean: bool) {
    let held: Model = recovered
        .entries
        .into_iter()
        .map(|(key, revision, value)| (key, (revision, value)))
        .collect();
    assert_eq!(&held, model);
    assert_eq!(recovered.clean, clean);
    let jump = if clean { 0 } else { 1_000_000 };
    assert_eq!(recovered.revision, Revision(revision.0 + jump));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn store_holds_what_a_map_holds(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        // Never synced: what is tested here does not depend on it, and is 20 times faster.
        let options = Options {
            durability: Durability::Never,
            segment_bytes: 3_000,
            ..Options::default()
        };
        let (mut store, _) = Store::open_with(folder.path(), options).unwrap();
        let mut model = Model::new();
        let mut revision = Revision(0);
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Commit(writes) => {
                    let batch: Vec<_> = writes
                        .iter()
                        .map(|write| operation(&model, write, number))
                        .collect();
                    let result = store.commit(&batch, Urgency::Now);
                    if batch.iter().all(|operation| holds(&model, operation)) {
                        for operation in batch {
                            revision.0 += 1;
                            match operation.value {
                                Some(value) => model.insert(operation.key, (revision, value)),
                                None => model.remove(&operation.key),
                            };
                        }
                        prop_assert_eq!(result.unwrap(), revision);
                    } else {
                        let refused = matches!(result, Err(StoreError::Conflict { .. }));
                        prop_assert!(refused);
                    }
                    prop_assert_eq!(store.revision(), revision);
                }
                Step::CloseAndOpen | Step::DropAndOpen => {
                    let clean = matches!(step, Step::CloseAndOpen);
                    if clean {
                        store.close().unwrap();
                    } else {
                        drop(store);
                    }
                    let (next, recovered) = Store::open_with(folder.path(), options).unwrap();
                    let recovered_revision = recovered.revision;
                    assert_recovered(recovered, &model, revision, clean);
                    revision = recovered_revision;
                    store = next;
                }
            }
        }
        store.close().unwrap();
        let (_store, recovered) = Store::open_with(folder.path(), options).unwrap();
        assert_recovered(recovered, &model, revision, true);
    }
}
