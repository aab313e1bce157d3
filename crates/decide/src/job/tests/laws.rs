//! The laws of the Job controller under random faults.
//!
//! Users, nodes, crashes, lagging caches and refused requests in any order. The
//! world checks the laws at every write and creation; here, that whatever
//! happened before, a Job ends once the trouble ends, and stays as it is.
//!
//! Source of the laws: specification of the Job controller, section 20.

use proptest::prelude::*;

use super::world::{Crash, World};

#[derive(Clone, Debug)]
enum Step {
    Settle,
    Sync,
    Run(usize),
    Ready(usize),
    Exit(usize, i32),
    Restart(usize, i32),
    Delete(usize),
    Strip(usize),
    Duplicate(usize),
    EndTerminating,
    Wait(i64),
    Patch(&'static str),
    Scale(u32),
    Crash(bool),
    RefuseDelete(usize),
    RefuseRelease(usize),
    Quota(usize),
    Heal,
    Lag,
    CatchUp,
}

fn step() -> impl Strategy<Value = Step> {
    let pod = 0..12_usize;
    prop_oneof![
        6 => Just(Step::Settle),
        3 => Just(Step::Sync),
        4 => pod.clone().prop_map(Step::Run),
        3 => pod.clone().prop_map(Step::Ready),
        6 => (pod.clone(), prop::sample::select(vec![0, 0, 1, 42])).prop_map(|(pod, code)| Step::Exit(pod, code)),
        1 => (pod.clone(), 0..3).prop_map(|(pod, count)| Step::Restart(pod, count)),
        2 => pod.clone().prop_map(Step::Delete),
        1 => pod.clone().prop_map(Step::Strip),
        1 => pod.clone().prop_map(Step::Duplicate),
        3 => Just(Step::EndTerminating),
        3 => (1..60_i64).prop_map(Step::Wait),
        2 => prop::sample::select(vec!["suspend", "resume", "BL=0", "BL=20", "ADS=500", "PRP=Failed", "PRP=TerminatingOrFailed"]).prop_map(Step::Patch),
        1 => (0..6_u32).prop_map(Step::Scale),
        2 => any::<bool>().prop_map(Step::Crash),
        1 => pod.clone().prop_map(Step::RefuseDelete),
        1 => pod.prop_map(Step::RefuseRelease),
        1 => (0..4_usize).prop_map(Step::Quota),
        2 => Just(Step::Heal),
        2 => Just(Step::Lag),
        2 => Just(Step::CatchUp),
    ]
}

fn kind() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "P=2",
        "P=1 C=1",
        "P=3 C=5",
        "P=3 C=5 OnFailure BL=3",
        "P=3 C=3 IX",
        "P=2 C=5 IX PRP=Failed",
        "P=3 C=4 IX BLPI=1",
        "P=3 C=4 IX BLPI=1 MFI=1 PRP=Failed",
        "P=2 C=3 suspend ADS=100",
        "P=2 C=4 Ignore=42 BL=2",
        "P=2 C=4 FailJob=42",
        "P=3 C=5 IX BLPI=1 FailIndex=42",
        "P=3 C=5 IX BLPI=2 Ignore=42 Enough=0,3",
        "P=4 C=4 IX Enough=1-2",
    ])
}

/// A Pod that has not ended, if there is one: the choice falls on the next in turn.
fn living(world: &World, choice: usize) -> Option<usize> {
    let active = world.active();
    let place = choice % active.len().max(1);
    active.get(place).copied()
}

fn take(world: &mut World, step: &Step, now: &mut i64) {
    match step {
        Step::Settle => drop(world.settle()),
        Step::Sync => drop(world.sync_once()),
        Step::Run(choice) => drop(living(world, *choice).map(|pod| world.run(pod).status())),
        Step::Ready(choice) => drop(living(world, *choice).map(|pod| world.ready(pod).status())),
        Step::Exit(choice, code) => {
            drop(living(world, *choice).map(|pod| world.exits(pod, *code).status()));
        }
        Step::Restart(choice, count) => {
            drop(living(world, *choice).map(|pod| world.restarts(pod, *count).status()));
        }
        Step::Delete(choice) => {
            drop(living(world, *choice).map(|pod| world.delete_pod(pod).status()));
        }
        Step::Strip(choice) => {
            drop(living(world, *choice).map(|pod| world.strip_finalizer(pod).status()));
        }
        Step::Duplicate(choice) => drop(living(world, *choice).map(|pod| world.duplicate(pod))),
        Step::EndTerminating => drop(world.end_terminating().status()),
        Step::Wait(seconds) => {
            *now += seconds;
            world.at(*now);
        }
        Step::Patch(words) => drop(world.patch(words).status()),
        Step::Scale(to) => {
            let words = if world.is_elastic() {
                format!("P={to} C={to}")
            } else {
                format!("P={to}")
            };
            world.patch(&words);
        }
        Step::Crash(after_write) => {
            let crash = if *after_write {
                Crash::AfterWrite1
            } else {
                Crash::AfterRelease
            };
            world.crash = Some(crash);
            world.sync_once();
            world.restart();
        }
        Step::RefuseDelete(pod) => drop(world.undeletable.insert(*pod)),
        Step::RefuseRelease(pod) => drop(world.unreleasable.insert(*pod)),
        Step::Quota(count) => world.quota = *count,
        Step::Heal => heal(world),
        Step::Lag => drop(world.freeze_cache().status()),
        Step::CatchUp => drop(world.thaw_cache().status()),
    }
}

fn heal(world: &mut World) {
    world.undeletable.clear();
    world.unreleasable.clear();
    world.quota = usize::MAX;
}

/// Without further trouble every Pod succeeds, until the Job has ended.
fn run_to_the_end(world: &mut World, now: &mut i64) {
    heal(world);
    world.thaw_cache().patch("resume");
    if world.parallelism() == 0 && !world.is_elastic() {
        world.patch("P=1");
    }
    for _ in 0..100 {
        world.settle();
        if world.status().is_finished() {
            return;
        }
        for pod in world.active() {
            world.succeeds(pod);
        }
        world.end_terminating().settle();
        if let Some(wake) = world.wakes_at() {
            *now = (*now).max(wake);
            world.at(*now);
        }
    }
    panic!("the Job does not end: {:?}", world.status());
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_job_ends_and_stays_ended(
        words in kind(),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut world = World::job(words);
        let mut now = 0;
        for step in &steps {
            take(&mut world, step, &mut now);
        }
        run_to_the_end(&mut world, &mut now);
        prop_assert!(!world.has_ended_pod_with_finalizer());

        let status = world.status();
        world.patch("P=9").settle();
        world.at(now + 10_000).settle();
        prop_assert_eq!(world.status(), status);
    }
}
