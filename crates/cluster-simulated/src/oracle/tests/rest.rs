//! Rest and Quiet.

use serde_json::json;

use super::world::{World, breaks, complete, met, nearly_complete, passes};
use crate::oracle::Law;

fn running() -> World {
    let mut world = World::with(&json!({"completions": 2, "parallelism": 1}));
    passes(world.creates("a"));
    world.reports("a", "Running");
    world.begins();
    passes(world.writes(&json!({"active": 1, "ready": 1, "uncountedTerminatedPods": {}})));
    world
}

fn completed() -> World {
    let mut world = nearly_complete();
    passes(world.writes(&json!({
        "uncountedTerminatedPods": {}, "succeeded": 1, "conditions": [met(), complete()],
        "completionTime": "2026-01-01T00:01:00Z",
    })));
    world
}

#[test]
fn as_many_pods_as_wanted() {
    passes(running().rests());
    let mut world = running();
    world.user_sets("parallelism", &json!(2));
    breaks(world.rests(), Law::Rest);
    let mut world = running();
    world.user_sets("parallelism", &json!(0));
    breaks(world.rests(), Law::Rest);
}

#[test]
fn a_pod_of_a_completed_index_may_run_on_but_replaces_no_other() {
    let completed_while_replaced = |parallelism: u32| {
        let mut world = World::with(&json!({
            "completions": 3, "parallelism": parallelism, "completionMode": "Indexed",
        }));
        passes(world.creates_index("a", 0, None));
        world.user_deletes("a");
        world.passes_time(10);
        world.begins();
        passes(world.creates_index("b", 0, None));
        world.reports("a", "Succeeded");
        world.begins();
        passes(world.writes(&json!({
            "active": 1, "ready": 0, "terminating": 0, "succeeded": 1, "completedIndexes": "0",
        })));
        passes(world.releases("a"));
        world.vanishes("a");
        world
    };
    passes(completed_while_replaced(1).rests());
    breaks(completed_while_replaced(2).rests(), Law::Rest);
}

#[test]
fn what_has_ended_is_counted() {
    let mut world = running();
    world.reports("a", "Failed");
    breaks(world.rests(), Law::Rest);
}

#[test]
fn what_is_done_is_finished() {
    passes(completed().rests());
    let mut world = World::with(&json!({"completions": 0}));
    breaks(world.rests(), Law::Rest);
}

#[test]
fn an_announced_end_comes() {
    let mut world = World::with(&json!({"completions": 0}));
    passes(world.writes(&json!({"conditions": [met()]})));
    breaks(world.rests(), Law::Rest);
}

#[test]
fn listed_pods_are_counted() {
    let mut world = World::with(&json!({"completions": 2, "parallelism": 1}));
    passes(world.creates("a"));
    world.reports("a", "Failed");
    world.begins();
    passes(world.writes(&json!({"uncountedTerminatedPods": {"failed": ["a"]}})));
    passes(world.releases("a"));
    world.passes_time(20);
    world.begins();
    passes(world.creates("b"));
    breaks(world.rests(), Law::Rest);
}

/// An index whose first Pod failed, and was listed because the second was there.
fn index_replaced() -> World {
    let mut world = World::with(&json!({
        "completions": 1, "completionMode": "Indexed", "backoffLimitPerIndex": 3,
    }));
    passes(world.creates_index("a", 0, Some(0)));
    world.reports("a", "Failed");
    world.passes_time(10);
    world.begins();
    passes(world.creates_index("b", 0, Some(1)));
    world.begins();
    let uncounted = json!({"failed": ["a"]});
    passes(world.writes(&json!({
        "active": 1, "ready": 0, "failedIndexes": "", "uncountedTerminatedPods": uncounted,
    })));
    world
}

/// The same, but it is suspended before the finalizer of the first has gone.
fn replacement_given_up(second: &str) -> World {
    let mut world = index_replaced();
    world.reports("b", second);
    world.user_sets("suspend", &json!(true));
    world.begins();
    if second == "Running" {
        passes(world.releases("b"));
        passes(world.deletes("b"));
        world.vanishes("b");
    }
    world.begins();
    let suspended = json!([{"type": "Suspended", "status": "True"}]);
    passes(world.writes(&json!({"active": 0, "ready": 0, "conditions": suspended})));
    world
}

#[test]
fn a_listed_pod_may_carry_its_index_again() {
    passes(replacement_given_up("Running").rests());
    breaks(index_replaced().rests(), Law::Rest);
    breaks(replacement_given_up("Failed").rests(), Law::Rest);
}

#[test]
fn the_status_shows_the_living() {
    let mut world = running();
    world.reports("a", "Pending");
    breaks(world.rests(), Law::Rest);
}

#[test]
fn a_suspended_job_says_so_and_has_no_pods() {
    let mut world = running();
    world.user_sets("suspend", &json!(true));
    breaks(world.rests(), Law::Rest);
    let mut world = World::with(&json!({"completions": 1, "suspend": true}));
    breaks(world.rests(), Law::Rest);
    let mut world = World::with(&json!({"completions": 1, "suspend": true}));
    let suspended = json!([{"type": "Suspended", "status": "True"}]);
    world.begins();
    passes(world.writes(&json!({"startTime": null, "conditions": suspended})));
    passes(world.rests());
}

#[test]
fn no_finalizer_is_left_where_nobody_counts() {
    let mut world = running();
    world.job_vanishes();
    breaks(world.rests(), Law::Rest);
    let mut world = running();
    world.job_vanishes();
    world.begins();
    passes(world.releases("a"));
    passes(world.rests());
    let mut world = completed();
    let pod = world.pod("b", "pi");
    passes(world.puts_pod(crate::history::Author::User, "b", Some(pod)));
    breaks(world.rests(), Law::Rest);
}

#[test]
fn a_pod_without_job_and_finalizer_may_stay() {
    let mut world = running();
    world.user_strips("a");
    world.job_vanishes();
    passes(world.rests());
    world.vanishes("a");
    passes(world.rests());
}

#[test]
fn jobs_of_others_may_be_as_they_like() {
    let mut world = World::with(&json!({"managedBy": "example.com/other", "completions": 0}));
    passes(world.rests());
}

#[test]
fn nothing_is_written_when_all_is_done() {
    let mut world = running();
    passes(world.rests());
    world.begins();
    breaks(world.writes(&json!({"ready": 1})), Law::Quiet);
}

#[test]
fn what_others_do_ends_the_rest() {
    let mut world = running();
    passes(world.rests());
    world.reports("a", "Succeeded");
    world.begins();
    let uncounted = json!({"succeeded": ["a"]});
    let status = json!({"active": 0, "ready": 0, "uncountedTerminatedPods": uncounted});
    passes(world.writes(&status));
}
