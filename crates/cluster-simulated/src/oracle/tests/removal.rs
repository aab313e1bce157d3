//! Deletion, Release, Ownership of Pods.

use jobyard_api::meta::OwnerReference;
use serde_json::json;

use super::world::{World, breaks, passes};
use crate::oracle::Law;

fn two_running() -> World {
    let mut world = World::with(&json!({"completions": 4, "parallelism": 2}));
    passes(world.creates("a"));
    passes(world.creates("b"));
    world.begins();
    world
}

#[test]
fn no_pod_is_deleted_that_is_wanted() {
    let mut world = two_running();
    breaks(world.deletes("a"), Law::Deletion);
    let mut world = two_running();
    breaks(world.releases("a"), Law::Release);
}

#[test]
fn one_too_many_goes_without_its_finalizer() {
    let mut world = two_running();
    world.user_sets("parallelism", &json!(1));
    world.begins();
    passes(world.releases("a"));
    passes(world.deletes("a"));
    breaks(world.releases("b"), Law::Release);
    let mut world = two_running();
    world.user_sets("parallelism", &json!(1));
    world.begins();
    breaks(world.deletes("a"), Law::Deletion);
}

#[test]
fn an_index_keeps_one_of_its_pods() {
    let mut world = World::with(&json!({
        "completions": 2, "parallelism": 2, "completionMode": "Indexed",
    }));
    world.answers = false;
    passes(world.creates_index("a", 0, None));
    world.answers = true;
    passes(world.creates_index("b", 0, None));
    world.begins();
    passes(world.releases("a"));
    passes(world.deletes("a"));
    breaks(world.deletes("b"), Law::Deletion);
}

#[test]
fn pods_of_a_suspended_job_go() {
    let mut world = two_running();
    world.user_sets("suspend", &json!(true));
    world.begins();
    for name in ["a", "b"] {
        passes(world.releases(name));
        passes(world.deletes(name));
    }
}

#[test]
fn an_ended_pod_is_written_down_before_its_finalizer_goes() {
    for phase in ["Succeeded", "Failed"] {
        let mut world = two_running();
        world.reports("a", phase);
        world.begins();
        breaks(world.releases("a"), Law::Release);
    }
}

#[test]
fn a_pod_that_ended_unseen_may_be_given_up() {
    let mut world = two_running();
    world.user_sets("parallelism", &json!(1));
    world.begins();
    world.reports("a", "Succeeded");
    passes(world.releases("a"));
}

#[test]
fn a_strictly_replaced_pod_is_waited_for() {
    let mut world = World::with(&json!({"completions": 1, "podReplacementPolicy": "Failed"}));
    passes(world.creates("a"));
    world.user_deletes("a");
    world.begins();
    breaks(world.releases("a"), Law::Release);
}

#[test]
fn pods_of_a_deleted_job_are_released() {
    let mut world = two_running();
    world.user_deletes_job();
    world.begins();
    passes(world.releases("a"));
    world.job_vanishes();
    passes(world.releases("b"));
}

fn index_failed_once() -> World {
    let mut world = World::with(&json!({
        "completions": 1, "completionMode": "Indexed", "backoffLimitPerIndex": 3,
    }));
    passes(world.creates_index("a", 0, Some(0)));
    world.reports("a", "Failed");
    world.begins();
    let uncounted = json!({"failed": ["a"]});
    let status = json!({"failedIndexes": "", "uncountedTerminatedPods": uncounted});
    passes(world.writes(&status));
    world
}

#[test]
fn the_failed_pod_of_an_index_stays_until_it_is_replaced() {
    let mut world = index_failed_once();
    breaks(world.releases("a"), Law::Release);
    let mut world = index_failed_once();
    world.passes_time(10);
    world.begins();
    passes(world.creates_index("b", 0, Some(1)));
    passes(world.releases("a"));
}

#[test]
fn a_failed_pod_that_is_gone_carries_its_index_while_the_cache_shows_it() {
    let replaced = || {
        let mut world = index_failed_once();
        world.passes_time(10);
        world.begins();
        passes(world.creates_index("b", 0, Some(1)));
        world.reports("b", "Failed");
        world.begins();
        world.vanishes("b");
        world
    };
    let mut world = replaced();
    passes(world.releases("a"));
    let mut world = replaced();
    world.begins();
    breaks(world.releases("a"), Law::Release);
}

#[test]
fn pods_that_no_selector_matches_are_let_go() {
    let mut world = two_running();
    breaks(world.lets_go("a"), Law::Ownership);
    let mut world = two_running();
    world.user_relabels("a");
    world.begins();
    passes(world.lets_go("a"));
}

#[test]
fn an_orphan_is_adopted_after_a_live_read() {
    let mut world = two_running();
    world.orphans("a");
    world.begins();
    world.reads_job();
    passes(world.adopts("a"));
    let mut world = two_running();
    world.orphans("a");
    world.begins();
    breaks(world.adopts("a"), Law::Ownership);
}

#[test]
fn an_adopted_pod_may_have_been_relabelled_unseen() {
    let mut world = two_running();
    world.orphans("a");
    world.begins();
    world.reads_job();
    world.user_relabels("a");
    passes(world.adopts("a"));
    let mut world = two_running();
    world.orphans("a");
    world.user_relabels("a");
    world.begins();
    world.reads_job();
    breaks(world.adopts("a"), Law::Ownership);
}

#[test]
fn an_adopted_pod_may_have_been_taken_again_unseen() {
    let suspended_with_orphan = || {
        let mut world = two_running();
        world.orphans("a");
        world.user_sets("suspend", &json!(true));
        world.begins();
        world.reads_job();
        world
    };
    let mut world = suspended_with_orphan();
    passes(world.adopts("a"));
    world.orphans("a");
    passes(world.deletes("a"));
    let mut world = suspended_with_orphan();
    breaks(world.deletes("a"), Law::Deletion);
}

#[test]
fn a_job_that_is_being_deleted_adopts_nothing() {
    let mut world = two_running();
    world.orphans("a");
    world.begins();
    world.user_deletes_job();
    world.reads_job();
    breaks(world.adopts("a"), Law::Ownership);
    // What happens after the read cannot be known.
    let mut world = two_running();
    world.orphans("a");
    world.begins();
    world.reads_job();
    world.user_deletes_job();
    passes(world.adopts("a"));
}

#[test]
fn pods_of_other_controllers_are_left_alone() {
    let mut world = two_running();
    let mut pod = world.pod("c", "pi");
    pod.metadata.owner_references = Some(vec![OwnerReference {
        kind: "ReplicaSet".to_owned(),
        controller: Some(true),
        ..OwnerReference::default()
    }]);
    passes(world.puts_pod(crate::history::Author::User, "c", Some(pod)));
    world.begins();
    breaks(world.releases("c"), Law::Ownership);
}

#[test]
fn pods_of_jobs_of_others_are_left_alone() {
    let mut world = World::with(&json!({"managedBy": "example.com/other"}));
    let pod = world.pod("a", "pi");
    passes(world.puts_pod(crate::history::Author::User, "a", Some(pod)));
    world.reports("a", "Succeeded");
    world.begins();
    breaks(world.releases("a"), Law::Ownership);
    let mut world = World::with(&json!({"managedBy": "example.com/other"}));
    breaks(world.writes(&json!({"active": 0})), Law::Ownership);
}
