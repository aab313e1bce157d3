//! Creation, Replacement, Backoff, Ownership of creations.

use serde_json::json;

use super::world::{World, backoff_limit, breaks, nearly_complete, passes};
use crate::oracle::Law;

#[test]
fn no_more_pods_than_parallelism() {
    let mut world = World::with(&json!({"parallelism": 2, "completions": 5}));
    passes(world.creates("a"));
    passes(world.creates("b"));
    breaks(world.creates("c"), Law::Creation);
}

#[test]
fn no_more_pods_than_completions_that_are_missing() {
    let mut world = World::with(&json!({"parallelism": 3, "completions": 3}));
    for name in ["a", "b", "c"] {
        passes(world.creates(name));
    }
    world.reports("a", "Succeeded");
    world.begins();
    breaks(world.creates("d"), Law::Creation);
}

#[test]
fn own_creations_are_known_while_the_cache_does_not_show_them() {
    let mut world = World::with(&json!({"parallelism": 2, "completions": 5}));
    passes(world.creates("a"));
    passes(world.creates("b"));
    world.passes_time(2);
    world.begins_with_old_pods();
    breaks(world.creates("c"), Law::Creation);
}

#[test]
fn a_creation_without_answer_may_be_repeated() {
    let mut world = World::with(&json!({"completions": 1}));
    world.answers = false;
    passes(world.creates("a"));
    world.answers = true;
    world.passes_time(1);
    world.begins_with_old_pods();
    passes(world.creates("b"));
}

#[test]
fn a_restarted_controller_knows_what_its_first_list_shows() {
    let mut world = World::with(&json!({"completions": 1}));
    passes(world.creates("a"));
    world.restarts();
    breaks(world.creates("b"), Law::Creation);
}

#[test]
fn after_five_minutes_a_cache_is_believed() {
    let mut world = World::with(&json!({"completions": 1}));
    passes(world.creates("a"));
    world.passes_time(301);
    world.begins_with_old_pods();
    passes(world.creates("b"));
}

#[test]
fn a_work_queue_with_a_success_starts_no_pod() {
    let spec = json!({"parallelism": 2, "completions": null});
    let mut world = World::with(&spec);
    passes(world.creates("a"));
    passes(world.creates("b"));
    world.reports("a", "Succeeded");
    world.begins();
    breaks(world.creates("c"), Law::Creation);
}

#[test]
fn no_pod_for_a_suspended_job_unless_the_cache_did_not_show_it() {
    let mut world = World::with(&json!({"completions": 3, "parallelism": 2}));
    world.user_sets("suspend", &json!(true));
    passes(world.creates("a"));
    world.begins();
    breaks(world.creates("b"), Law::Creation);
}

#[test]
fn no_pod_for_a_job_that_is_being_deleted() {
    let mut world = World::with(&json!({"completions": 1}));
    world.user_deletes_job();
    world.begins();
    breaks(world.creates("a"), Law::Creation);
}

#[test]
fn no_pod_after_the_end_was_written_down_even_if_the_cache_is_old() {
    let mut world = nearly_complete();
    world.passes_time(1);
    world.begins_with_old_jobs();
    breaks(world.creates("b"), Law::Creation);
}

#[test]
fn no_pod_when_the_end_is_due() {
    let mut world = World::with(&json!({"completions": 1, "backoffLimit": 0}));
    passes(world.creates("a"));
    world.reports("a", "Failed");
    world.passes_time(100);
    world.begins();
    breaks(world.creates("b"), Law::Creation);
}

#[test]
fn no_pod_after_failure_target() {
    let mut world = World::with(&json!({"completions": 1, "backoffLimit": 0}));
    passes(world.creates("a"));
    world.reports("a", "Failed");
    world.begins();
    let uncounted = json!({"failed": ["a"]});
    let conditions = json!([backoff_limit()]);
    passes(world.writes(&json!({"uncountedTerminatedPods": uncounted, "conditions": conditions})));
    world.passes_time(100);
    world.begins();
    breaks(world.creates("b"), Law::Creation);
}

#[test]
fn pods_carry_the_finalizer_and_the_labels() {
    let mut world = World::with(&json!({"completions": 2, "parallelism": 2}));
    let mut pod = world.pod("a", "pi");
    pod.metadata.finalizers = None;
    let author = world.author();
    breaks(world.puts_pod(author, "a", Some(pod)), Law::Creation);
    let mut world = World::with(&json!({"completions": 2, "parallelism": 2}));
    let mut pod = world.pod("a", "pi");
    pod.metadata.labels = None;
    let author = world.author();
    breaks(world.puts_pod(author, "a", Some(pod)), Law::Creation);
}

#[test]
fn jobs_of_others_get_no_pods() {
    let mut world = World::with(&json!({"managedBy": "example.com/other"}));
    breaks(world.creates("a"), Law::Ownership);
}

#[test]
fn a_recreated_job_is_another_one() {
    let mut world = World::with(&json!({"completions": 1}));
    world.job_vanishes();
    passes(world.creates_job("pi", "tau", &json!({"completions": 1})));
    world.begins();
    breaks(world.creates("a"), Law::Creation);
}

#[test]
fn one_active_pod_for_an_index() {
    let mut world = World::with(&json!({
        "completions": 3, "parallelism": 3, "completionMode": "Indexed",
    }));
    passes(world.creates_index("a", 0, None));
    breaks(world.creates_index("b", 0, None), Law::Creation);
}

#[test]
fn an_adoption_that_is_repeated_shows_the_pod_as_it_is() {
    let adopted_without_answer = || {
        let mut world = World::with(&json!({"completions": 1, "completionMode": "Indexed"}));
        passes(world.creates_index("a", 0, None));
        world.orphans("a");
        world.begins();
        world.reads_job();
        world.answers = false;
        passes(world.adopts("a"));
        world.answers = true;
        world
    };
    let mut world = adopted_without_answer();
    world.reports("a", "Failed");
    world.passes_time(10);
    world.begins_with_old_pods();
    passes(world.creates_index("b", 0, None));
    let mut world = adopted_without_answer();
    world.passes_time(10);
    world.begins_with_old_pods();
    breaks(world.creates_index("b", 0, None), Law::Creation);
}

#[test]
fn an_index_of_the_job_that_is_not_complete() {
    let spec = json!({"completions": 3, "parallelism": 3, "completionMode": "Indexed"});
    let mut world = World::with(&spec);
    breaks(world.creates_index("a", 3, None), Law::Creation);
    let mut world = World::with(&spec);
    breaks(world.creates("a"), Law::Creation);
    let mut world = World::with(&spec);
    passes(world.creates_index("a", 0, None));
    world.reports("a", "Succeeded");
    world.begins();
    breaks(world.creates_index("b", 0, None), Law::Creation);
}

#[test]
fn a_terminating_pod_is_replaced_at_once_by_default() {
    let mut world = World::with(&json!({"completions": 1}));
    passes(world.creates("a"));
    world.user_deletes("a");
    world.passes_time(10);
    world.begins();
    passes(world.creates("b"));
}

#[test]
fn strict_replacement_waits_for_the_end() {
    let spec = json!({"completions": 1, "podReplacementPolicy": "Failed"});
    let mut world = World::with(&spec);
    passes(world.creates("a"));
    world.user_deletes("a");
    world.passes_time(60);
    world.begins();
    breaks(world.creates("b"), Law::Replacement);
}

#[test]
fn strict_replacement_follows_the_end() {
    let spec = json!({"completions": 1, "podReplacementPolicy": "Failed"});
    let mut world = World::with(&spec);
    passes(world.creates("a"));
    world.user_deletes("a");
    world.reports("a", "Failed");
    world.passes_time(10);
    world.begins();
    passes(world.creates("b"));
}

#[test]
fn the_first_failure_costs_ten_seconds() {
    let mut world = World::with(&json!({"completions": 1}));
    passes(world.creates("a"));
    world.reports("a", "Failed");
    world.passes_time(9);
    world.begins();
    breaks(world.creates("b"), Law::Backoff);
    let mut world = World::with(&json!({"completions": 1}));
    passes(world.creates("a"));
    world.reports("a", "Failed");
    world.passes_time(10);
    world.begins();
    passes(world.creates("b"));
}

/// A Job whose first Pod failed and was counted, 15 s ago; the second has just failed.
fn twice_failed() -> World {
    let mut world = World::with(&json!({"completions": 1}));
    passes(world.creates("a"));
    world.reports("a", "Failed");
    world.begins();
    passes(world.writes(&json!({"uncountedTerminatedPods": {"failed": ["a"]}})));
    passes(world.releases("a"));
    passes(world.writes(&json!({"uncountedTerminatedPods": {}, "failed": 1})));
    world.passes_time(15);
    world.begins();
    passes(world.creates("b"));
    world.reports("b", "Failed");
    world
}

#[test]
fn the_second_failure_in_a_row_costs_twenty_seconds() {
    let mut world = twice_failed();
    world.passes_time(19);
    world.begins();
    breaks(world.creates("c"), Law::Backoff);
    let mut world = twice_failed();
    world.passes_time(20);
    world.begins();
    passes(world.creates("c"));
}

#[test]
fn an_ignored_failure_is_found_again_unless_its_pod_is_gone() {
    let ignore = json!({"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1]}});
    let found_once = || {
        let policy = json!({"rules": [ignore]});
        let mut world = World::with(&json!({"completions": 1, "podFailurePolicy": policy}));
        passes(world.creates("a"));
        world.reports("a", "Failed");
        world.begins();
        passes(world.writes(&json!({"active": 0, "uncountedTerminatedPods": {}})));
        world.passes_time(10);
        world
    };
    let mut world = found_once();
    world.begins_with_old_pods();
    breaks(world.creates("b"), Law::Backoff);
    let mut world = found_once();
    world.vanishes("a");
    world.begins_with_old_pods();
    passes(world.creates("b"));
}

#[test]
fn a_restart_forgets_failures_that_were_counted() {
    let mut world = twice_failed();
    world.passes_time(10);
    world.restarts();
    passes(world.creates("c"));
}

#[test]
fn the_back_off_goes_by_the_clock_of_the_controller() {
    let mut world = twice_failed();
    world.begins();
    world.is_ahead(20);
    passes(world.creates("c"));
}

#[test]
fn a_success_forgives() {
    let mut world = World::with(&json!({"completions": 3, "parallelism": 2}));
    passes(world.creates("a"));
    passes(world.creates("b"));
    world.reports("a", "Failed");
    world.passes_time(1);
    world.reports("b", "Succeeded");
    world.passes_time(1);
    world.begins();
    passes(world.creates("c"));
}

fn per_index() -> World {
    let mut world = World::with(&json!({
        "completions": 2, "parallelism": 2, "completionMode": "Indexed", "backoffLimitPerIndex": 3,
    }));
    passes(world.creates_index("a", 0, Some(0)));
    passes(world.creates_index("b", 1, Some(0)));
    world.reports("a", "Failed");
    world
}

#[test]
fn an_index_waits_for_its_own_failures() {
    let mut world = per_index();
    world.passes_time(9);
    world.begins();
    breaks(world.creates_index("c", 0, Some(1)), Law::Backoff);
    let mut world = per_index();
    world.passes_time(10);
    world.begins();
    passes(world.creates_index("c", 0, Some(1)));
}

#[test]
fn a_replacement_carries_the_count_of_its_index() {
    let mut world = per_index();
    world.passes_time(10);
    world.begins();
    breaks(world.creates_index("c", 0, Some(0)), Law::Backoff);
}

#[test]
fn a_failed_index_gets_no_pod() {
    let mut world = World::with(&json!({
        "completions": 2, "parallelism": 2, "completionMode": "Indexed", "backoffLimitPerIndex": 0,
    }));
    passes(world.creates_index("a", 0, Some(0)));
    world.reports("a", "Failed");
    world.passes_time(100);
    world.begins();
    breaks(world.creates_index("c", 0, Some(1)), Law::Creation);
}
