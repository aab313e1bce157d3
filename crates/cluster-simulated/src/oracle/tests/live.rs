//! LiveCounts.

use serde_json::json;

use super::world::{World, breaks, passes};
use crate::oracle::Law;

fn two_running() -> World {
    let mut world = World::with(&json!({"completions": 4, "parallelism": 2}));
    passes(world.creates("a"));
    passes(world.creates("b"));
    world.reports("a", "Running");
    world.begins();
    world
}

#[test]
fn the_numbers_are_those_of_the_cache() {
    let status = json!({"active": 2, "ready": 1, "terminating": 0});
    passes(two_running().writes(&status));
    for wrong in [
        json!({"active": 0, "ready": 0, "terminating": 0}),
        json!({"active": 2, "ready": 0, "terminating": 0}),
        json!({"active": 2, "ready": 1, "terminating": 1}),
        json!({"active": 3, "ready": 1, "terminating": 0}),
        json!({"active": 0, "ready": 1, "terminating": 0}),
    ] {
        breaks(two_running().writes(&wrong), Law::LiveCounts);
    }
}

#[test]
fn what_happened_since_is_not_known() {
    let mut world = two_running();
    world.reports("b", "Running");
    world.user_deletes("a");
    passes(world.writes(&json!({"active": 2, "ready": 1, "terminating": 0})));
}

#[test]
fn an_unanswered_creation_may_be_known_or_not() {
    for active in [1, 2] {
        let mut world = World::with(&json!({"completions": 4, "parallelism": 2}));
        passes(world.creates("a"));
        world.answers = false;
        passes(world.creates("b"));
        world.answers = true;
        passes(world.writes(&json!({"active": active, "ready": 0, "terminating": 0})));
    }
}

#[test]
fn a_pod_that_was_deleted_is_terminating() {
    let mut world = two_running();
    world.user_sets("suspend", &json!(true));
    world.begins();
    for name in ["a", "b"] {
        passes(world.releases(name));
        passes(world.deletes(name));
    }
    let suspended = json!([{"type": "Suspended", "status": "True"}]);
    let status = json!({"active": 0, "ready": 0, "terminating": 2, "conditions": suspended});
    passes(world.writes(&status));
}

#[test]
fn what_another_job_adopted_since_is_not_known() {
    let (both, one) = (
        json!({"active": 2, "ready": 1, "terminating": 0}),
        json!({"active": 1, "ready": 1, "terminating": 0}),
    );
    let mut world = two_running();
    world.another_job_adopts("b");
    passes(world.writes(&both));
    let mut world = two_running();
    world.another_job_adopts("b");
    breaks(world.writes(&one), Law::LiveCounts);
    let mut world = two_running();
    world.another_job_adopts("b");
    world.begins();
    breaks(world.writes(&both), Law::LiveCounts);
}
