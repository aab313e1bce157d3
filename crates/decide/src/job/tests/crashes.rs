//! The controller dies before each of its requests in turn: the end is the same.

use crate::job::{JobStatus, PodView};

use super::world::World;

/// With which code each Pod ends: its number, and what it says of itself.
type Fate = fn(usize, &PodView) -> i32;

/// Plays a Job to its end. The controller dies before the request of number
/// `fuse`, if it makes that many, and is started again. Returns the end, and
/// whether it died.
fn play(words: &str, fate: Fate, fuse: Option<usize>) -> (JobStatus, bool) {
    let mut world = World::job(words);
    world.fuse = fuse;
    let mut died = false;
    let mut now = 0;
    for _ in 0..50 {
        world.settle();
        if world.is_dead {
            died = true;
            world.restart().settle();
        }
        if world.status().is_finished() {
            return (world.status(), died);
        }
        for pod in world.active() {
            let code = fate(pod, &PodView::from(world.stored_pod(pod)));
            world.exits(pod, code);
        }
        world.end_terminating();
        now = world.wakes_at().map_or(now, |wake| now.max(wake)) + 1;
        world.at(now);
    }
    panic!("the Job does not end: {:?}", world.status());
}

/// What must not depend on when the controller dies.
fn end(status: &JobStatus) -> String {
    let conditions: Vec<String> = status
        .conditions
        .iter()
        .map(|condition| format!("{} {:?}", condition.type_, condition.reason))
        .collect();
    format!(
        "succeeded={} failed={} completed={:?} failedIndexes={:?} {conditions:?}",
        status.succeeded, status.failed, status.completed_indexes, status.failed_indexes
    )
}

fn dies_everywhere(words: &str, fate: Fate) {
    let (undisturbed, _) = play(words, fate, None);
    let mut deaths = 0;
    loop {
        let (status, died) = play(words, fate, Some(deaths));
        assert_eq!(
            end(&status),
            end(&undisturbed),
            "died before request {deaths}"
        );
        if !died {
            break;
        }
        deaths += 1;
    }
    assert!(deaths > 5, "it makes more than {deaths} requests");
}

#[test]
fn a_job_of_some_pods_of_which_some_fail() {
    dies_everywhere("P=3 C=5", |number, _| i32::from(number % 3 == 1));
}

#[test]
fn a_work_queue() {
    dies_everywhere("P=4", |number, _| i32::from(number == 2));
}

#[test]
fn an_indexed_job() {
    dies_everywhere("P=2 C=5 IX", |number, _| i32::from(number == 1));
}

#[test]
fn an_indexed_job_whose_indexes_fail_for_good() {
    dies_everywhere("P=4 C=4 IX BLPI=1", |_, pod| {
        let fails = match pod.completion_index {
            Some(0) => pod.index_failure_count == 0,
            Some(2) => true,
            _ => false,
        };
        i32::from(fails)
    });
}

#[test]
fn a_job_that_fails() {
    dies_everywhere("P=3 C=9 BL=1", |number, _| i32::from(number < 3));
}

#[test]
fn a_job_with_strict_replacement() {
    dies_everywhere("P=3 C=4 PRP=Failed", |number, _| i32::from(number == 0));
}
