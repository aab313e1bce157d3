//! Jobs, their Pods, and what one deletion does to the other.

use jobyard_api::{batch::Job, core::Pod, meta::Time};

use super::{GcStep, GcView, OwnerState, Propagation, collect};

fn job(finalizer: Option<&str>, is_deleting: bool) -> GcView {
    let mut job = Job::default();
    job.metadata.name = Some("pi".to_owned());
    job.metadata.uid = Some("job".to_owned());
    job.metadata.finalizers = finalizer.map(|name| vec![name.to_owned()]);
    job.metadata.deletion_timestamp =
        is_deleting.then_some(Time(jobyard_api::Timestamp::UNIX_EPOCH));
    GcView::of(&job)
}

/// A Pod with these owners; those that block its owner's deletion end in `!`.
fn pod(owners: &[&str]) -> GcView {
    let mut pod = Pod::default();
    pod.metadata.uid = Some("pod".to_owned());
    let reference = |owner: &&str| jobyard_api::meta::OwnerReference {
        uid: owner.trim_end_matches('!').to_owned(),
        block_owner_deletion: owner.ends_with('!').then_some(true),
        ..Default::default()
    };
    pod.metadata.owner_references = Some(owners.iter().map(reference).collect());
    GcView::of(&pod)
}

#[test]
fn owners_are_known_by_their_uid() {
    let pod = pod(&["job!"]);
    let state = |live: Option<&GcView>| OwnerState::of(&pod.owners[0], live);
    let later = GcView {
        uid: "later".into(),
        ..job(None, false)
    };
    assert_eq!(state(None), OwnerState::Dangling);
    assert_eq!(state(Some(&later)), OwnerState::Dangling);
    assert_eq!(state(Some(&job(None, false))), OwnerState::Solid);
    assert_eq!(state(Some(&job(None, true))), OwnerState::Solid);
    assert_eq!(state(Some(&job(Some("orphan"), true))), OwnerState::Solid);
    assert_eq!(
        state(Some(&job(Some("foregroundDeletion"), true))),
        OwnerState::Waiting
    );
}

#[test]
fn a_dependent_goes_with_the_last_of_its_owners() {
    use OwnerState::{Dangling, Solid, Waiting};
    let two = pod(&["a!", "b"]);
    for (name, states, expected) in [
        ("both stay", [Solid, Solid], GcStep::Keep),
        (
            "one is gone",
            [Dangling, Solid],
            GcStep::RemoveReferences(vec!["a".into()]),
        ),
        (
            "one waits",
            [Solid, Waiting],
            GcStep::RemoveReferences(vec!["b".into()]),
        ),
        (
            "both are gone",
            [Dangling, Dangling],
            GcStep::Delete(Propagation::Background),
        ),
        (
            "one waits, one is gone",
            [Waiting, Dangling],
            GcStep::Delete(Propagation::Background),
        ),
    ] {
        assert_eq!(collect(&two, &states, &[]), expected, "{name}");
    }
    let child = pod(&["pod"]);
    assert_eq!(
        collect(&two, &[Waiting, Dangling], &[&child]),
        GcStep::Delete(Propagation::Foreground)
    );
    assert_eq!(collect(&pod(&[]), &[], &[]), GcStep::Keep);
}

#[test]
fn foreground_waits_for_dependents_that_block() {
    let deleting = job(Some("foregroundDeletion"), true);
    let (blocking, other) = (pod(&["job!"]), pod(&["job"]));
    assert_eq!(
        collect(&deleting, &[], &[&blocking, &other]),
        GcStep::AwaitDependents(vec![&blocking])
    );
    assert_eq!(collect(&deleting, &[], &[&other]), GcStep::FinishForeground);
    let mut going = blocking.clone();
    going.deletion = super::Deletion::Background;
    assert_eq!(
        collect(&deleting, &[], &[&going]),
        GcStep::AwaitDependents(Vec::new())
    );
}

#[test]
fn orphans_lose_their_reference_first() {
    let deleting = job(Some("orphan"), true);
    let pod = pod(&["job!"]);
    assert_eq!(
        collect(&deleting, &[], &[&pod]),
        GcStep::OrphanDependents(vec![&pod])
    );
    assert_eq!(collect(&deleting, &[], &[]), GcStep::FinishOrphan);
}

#[test]
fn what_is_being_deleted_otherwise_is_left_alone() {
    let deleting = job(Some("example.com/mine"), true);
    assert_eq!(collect(&deleting, &[], &[&pod(&["job!"])]), GcStep::Keep);
}
