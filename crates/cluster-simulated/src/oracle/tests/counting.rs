//! CountedOnce, CountsNeverFall, Indexes, UncountedLists.

use serde_json::json;

use super::world::{World, breaks, passes};
use crate::oracle::Law;

/// Three completions, two Pods; the first has ended like this, and the sync sees it.
fn ended(phase: &str) -> World {
    let mut world = World::with(&json!({"completions": 3, "parallelism": 2}));
    passes(world.creates("a"));
    passes(world.creates("b"));
    world.reports("b", "Running");
    world.reports("a", phase);
    world.begins();
    world
}

/// The numbers of living Pods in those worlds.
fn live(mut status: serde_json::Value) -> serde_json::Value {
    status["active"] = json!(1);
    status["ready"] = json!(1);
    status["terminating"] = json!(0);
    status
}

#[test]
fn listed_released_counted() {
    let mut world = ended("Succeeded");
    let listed = live(json!({"uncountedTerminatedPods": {"succeeded": ["a"]}}));
    passes(world.writes(&listed));
    passes(world.releases("a"));
    passes(world.writes(&live(
        json!({"uncountedTerminatedPods": {}, "succeeded": 1}),
    )));
}

#[test]
fn not_counted_while_the_finalizer_is_there() {
    let mut world = ended("Succeeded");
    let listed = live(json!({"uncountedTerminatedPods": {"succeeded": ["a"]}}));
    passes(world.writes(&listed));
    let counted = live(json!({"uncountedTerminatedPods": {}, "succeeded": 1}));
    breaks(world.writes(&counted), Law::CountedOnce);
}

#[test]
fn a_counter_does_not_rise_by_itself() {
    let mut world = ended("Failed");
    breaks(world.writes(&live(json!({"failed": 1}))), Law::CountedOnce);
}

#[test]
fn a_uid_does_not_leave_the_list_for_nothing() {
    let mut world = ended("Failed");
    passes(world.writes(&live(json!({"uncountedTerminatedPods": {"failed": ["a"]}}))));
    passes(world.releases("a"));
    let lost = live(json!({"uncountedTerminatedPods": {}}));
    breaks(world.writes(&lost), Law::CountedOnce);
}

#[test]
fn a_counted_pod_is_not_listed_again() {
    let mut world = ended("Failed");
    let before_release = |world: &mut World| {
        passes(world.writes(&live(json!({"uncountedTerminatedPods": {"failed": ["a"]}}))));
        passes(world.releases("a"));
        passes(world.writes(&live(json!({"uncountedTerminatedPods": {}, "failed": 1}))));
    };
    before_release(&mut world);
    world.passes_time(1);
    world.begins_with_old_pods();
    let again = live(json!({"uncountedTerminatedPods": {"failed": ["a"]}}));
    breaks(world.writes(&again), Law::CountedOnce);
}

#[test]
fn a_pod_is_listed_as_what_it_is() {
    let mut world = ended("Failed");
    let listed = live(json!({"uncountedTerminatedPods": {"succeeded": ["a"]}}));
    breaks(world.writes(&listed), Law::CountedOnce);
    let mut world = ended("Succeeded");
    let listed = live(json!({"uncountedTerminatedPods": {"failed": ["a"]}}));
    breaks(world.writes(&listed), Law::CountedOnce);
    let mut world = ended("Succeeded");
    let listed = live(json!({"uncountedTerminatedPods": {"failed": ["b"]}}));
    breaks(world.writes(&listed), Law::CountedOnce);
}

#[test]
fn a_pod_that_flips_stays_where_it_was_listed() {
    let mut world = ended("Succeeded");
    passes(world.writes(&live(
        json!({"uncountedTerminatedPods": {"succeeded": ["a"]}}),
    )));
    world.reports("a", "Failed");
    world.begins();
    let both = live(json!({"uncountedTerminatedPods": {"succeeded": ["a"], "failed": ["a"]}}));
    breaks(world.writes(&both), Law::UncountedLists);
    let mut world = ended("Succeeded");
    passes(world.writes(&live(
        json!({"uncountedTerminatedPods": {"succeeded": ["a"]}}),
    )));
    world.reports("a", "Failed");
    world.begins();
    passes(world.releases("a"));
    passes(world.writes(&live(
        json!({"uncountedTerminatedPods": {}, "succeeded": 1}),
    )));
}

#[test]
fn a_terminating_pod_counts_as_failed_and_may_then_succeed() {
    let mut world = World::with(&json!({"completions": 3, "parallelism": 2}));
    passes(world.creates("a"));
    world.user_deletes("a");
    world.begins();
    let listed = json!({"terminating": 1, "uncountedTerminatedPods": {"failed": ["a"]}});
    passes(world.writes(&listed));
    passes(world.releases("a"));
    world.reports("a", "Succeeded");
    passes(world.writes(&json!({"uncountedTerminatedPods": {}, "failed": 1})));
}

#[test]
fn a_pod_without_finalizer_is_not_counted() {
    let mut world = World::with(&json!({"completions": 3, "parallelism": 2}));
    passes(world.creates("a"));
    world.user_strips("a");
    world.reports("a", "Failed");
    world.begins();
    let listed = json!({"uncountedTerminatedPods": {"failed": ["a"]}});
    breaks(world.writes(&listed), Law::CountedOnce);
}

#[test]
fn what_a_crash_left_listed_is_counted_by_the_next_life() {
    let mut world = ended("Failed");
    passes(world.writes(&live(json!({"uncountedTerminatedPods": {"failed": ["a"]}}))));
    passes(world.releases("a"));
    world.restarts();
    passes(world.writes(&live(json!({"uncountedTerminatedPods": {}, "failed": 1}))));
}

#[test]
fn an_ignored_failure_is_not_counted() {
    let mut world = World::with(&json!({
        "completions": 3, "parallelism": 2,
        "podFailurePolicy": {"rules": [
            {"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1]}},
        ]},
    }));
    passes(world.creates("a"));
    world.reports("a", "Failed");
    world.begins();
    let listed = json!({"uncountedTerminatedPods": {"failed": ["a"]}});
    breaks(world.writes(&listed), Law::CountedOnce);
}

#[test]
fn failed_does_not_fall() {
    let mut world = ended("Failed");
    passes(world.writes(&live(json!({"uncountedTerminatedPods": {"failed": ["a"]}}))));
    passes(world.releases("a"));
    passes(world.writes(&live(json!({"uncountedTerminatedPods": {}, "failed": 1}))));
    world.begins();
    breaks(
        world.writes(&live(json!({"failed": 0}))),
        Law::CountsNeverFall,
    );
}

#[test]
fn a_list_holds_no_uid_twice_and_not_more_than_five_hundred() {
    let mut world = ended("Failed");
    let twice = live(json!({"uncountedTerminatedPods": {"failed": ["a", "a"]}}));
    breaks(world.writes(&twice), Law::UncountedLists);
    let mut world = ended("Failed");
    let many: Vec<String> = (0..501).map(|number| number.to_string()).collect();
    let many = live(json!({"uncountedTerminatedPods": {"failed": many}}));
    breaks(world.writes(&many), Law::UncountedLists);
}

/// An Indexed Job of 4 with Pods of the indexes 0 and 2 that succeeded.
fn indexed() -> World {
    let mut world = World::with(&json!({
        "completions": 4, "parallelism": 4, "completionMode": "Indexed",
    }));
    passes(world.creates_index("a", 0, None));
    passes(world.creates_index("c", 2, None));
    world.reports("a", "Succeeded");
    world.reports("c", "Succeeded");
    world.begins();
    world
}

#[test]
fn completed_indexes_are_those_that_succeeded() {
    passes(indexed().writes(&json!({"completedIndexes": "0,2", "succeeded": 2})));
    let wrong = json!({"completedIndexes": "0-2", "succeeded": 3});
    breaks(indexed().writes(&wrong), Law::CountedOnce);
    let wrong = json!({"completedIndexes": "0,2", "succeeded": 3});
    breaks(indexed().writes(&wrong), Law::Indexes);
}

#[test]
fn index_texts_are_in_their_normal_form_and_in_range() {
    for text in ["2,0", "0,0,2", "0-0,2", "0, 2", "0,2,"] {
        let wrong = json!({"completedIndexes": text, "succeeded": 2});
        breaks(indexed().writes(&wrong), Law::Indexes);
    }
    let wrong = json!({"completedIndexes": "0,2,4", "succeeded": 3});
    breaks(indexed().writes(&wrong), Law::Indexes);
}

#[test]
fn completed_indexes_fall_by_a_shrink_only() {
    let mut world = indexed();
    passes(world.writes(&json!({"completedIndexes": "0,2", "succeeded": 2})));
    world.begins();
    let fewer = json!({"completedIndexes": "0", "succeeded": 1});
    breaks(world.writes(&fewer), Law::CountsNeverFall);
    let mut world = indexed();
    passes(world.writes(&json!({"completedIndexes": "0,2", "succeeded": 2})));
    world.user_sets("completions", &json!(2));
    world.user_sets("parallelism", &json!(2));
    world.begins();
    passes(world.writes(&json!({"completedIndexes": "0", "succeeded": 1})));
}

#[test]
fn a_failed_index_is_not_completed() {
    let mut world = World::with(&json!({
        "completions": 2, "parallelism": 2, "completionMode": "Indexed", "backoffLimitPerIndex": 0,
    }));
    passes(world.creates_index("a", 0, Some(0)));
    world.reports("a", "Failed");
    world.begins();
    let uncounted = json!({"failed": ["a"]});
    let failed = json!({"failedIndexes": "0", "uncountedTerminatedPods": uncounted});
    passes(world.writes(&failed));
    let both = json!({"failedIndexes": "0", "completedIndexes": "0", "succeeded": 1});
    breaks(world.writes(&both), Law::Indexes);
}

#[test]
fn an_index_does_not_fail_while_it_has_attempts_left() {
    let mut world = World::with(&json!({
        "completions": 2, "parallelism": 2, "completionMode": "Indexed", "backoffLimitPerIndex": 1,
    }));
    passes(world.creates_index("a", 0, Some(0)));
    world.reports("a", "Failed");
    world.begins();
    breaks(
        world.writes(&json!({"failedIndexes": "0"})),
        Law::CountedOnce,
    );
}

/// A Pod that somebody took from the Job and that has succeeded since; the next
/// sync has read the Job.
fn orphan_succeeded() -> World {
    let mut world = World::with(&json!({"completions": 2}));
    passes(world.creates("a"));
    world.orphans("a");
    world.reports("a", "Succeeded");
    world.begins();
    world.reads_job();
    world
}

#[test]
fn an_adopted_pod_counts_by_the_labels_of_the_cache() {
    let listed = json!({"uncountedTerminatedPods": {"succeeded": ["a"]}});
    let mut world = orphan_succeeded();
    world.user_relabels("a");
    passes(world.adopts("a"));
    passes(world.writes(&listed));
    let mut world = orphan_succeeded();
    passes(world.adopts("a"));
    world.user_relabels("a");
    world.begins();
    breaks(world.writes(&listed), Law::CountedOnce);
}

#[test]
fn what_another_job_adopted_since_is_counted() {
    let listed = live(json!({"uncountedTerminatedPods": {"succeeded": ["a"]}}));
    let mut world = ended("Succeeded");
    world.another_job_adopts("a");
    passes(world.writes(&listed));
    let mut world = ended("Succeeded");
    world.another_job_adopts("a");
    world.begins();
    breaks(world.writes(&listed), Law::CountedOnce);
}
