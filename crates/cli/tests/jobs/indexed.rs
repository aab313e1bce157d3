//! Jobs whose Pods have an index: rows of section G.

use serde_json::{Value, json};

use crate::place::{INDEX, Place, Pod, is_tracked, until};

in_each_arrangement![
    each_index_has_a_pod_that_knows_it,
    successes_are_counted_by_index,
    the_lowest_missing_index_comes_next,
    of_two_pods_of_one_index_the_better_stays,
    a_running_pod_that_loses_its_index_is_replaced,
    a_second_success_of_an_index_does_not_count,
    fewer_completions_forget_the_indexes_beyond,
    more_completions_start_the_indexes_beyond,
    a_job_shrunk_to_what_is_done_is_complete,
    failures_of_indexes_beyond_stay_counted,
];

/// The spec of an Indexed Job.
pub(crate) fn indexed(completions: u32, parallelism: u32) -> Value {
    json!({"completionMode": "Indexed", "completions": completions, "parallelism": parallelism})
}

fn indexes(pods: &[Pod]) -> Vec<Option<u32>> {
    pods.iter().map(|pod| pod.index).collect()
}

// G01
fn each_index_has_a_pod_that_knows_it(place: &Place) {
    place.job("ix", &indexed(3, 3));
    let pods = place.until_active(3);
    assert_eq!(indexes(&pods), [Some(0), Some(1), Some(2)]);
    for (index, pod) in pods.iter().enumerate() {
        assert!(
            pod.name.starts_with(&format!("ix-{index}-")),
            "{}",
            pod.name
        );
        let found = place.pod(pod).expect("it is there");
        assert_eq!(found["metadata"]["labels"][INDEX], index.to_string());
        assert_eq!(found["spec"]["hostname"], format!("ix-{index}"));
        let env = &found["spec"]["containers"][0]["env"][0];
        assert_eq!(env["name"], "JOB_COMPLETION_INDEX");
        assert_eq!(
            env["valueFrom"]["fieldRef"]["fieldPath"],
            format!("metadata.labels['{INDEX}']")
        );
    }
}

// G02, G03
fn successes_are_counted_by_index(place: &Place) {
    place.job("ix", &indexed(3, 3));
    let pods = place.until_active(3);
    for (pod, done, count) in [(0, "0", 1), (2, "0,2", 2), (1, "0-2", 3)] {
        place.succeed(&pods[pod]);
        place.until_status("ix", &json!({"completedIndexes": done, "succeeded": count}));
        place.until_released(&pods[pod]);
    }
    place.until_condition("ix", "Complete");
}

// G06
fn the_lowest_missing_index_comes_next(place: &Place) {
    place.job("ix", &indexed(4, 2));
    let first = place.until_active(2);
    assert_eq!(indexes(&first), [Some(0), Some(1)]);
    place.succeed(&first[0]);
    let active = until("index 2 is started", || {
        Some(place.active_pods()).filter(|pods| indexes(pods).contains(&Some(2)))
    });
    assert_eq!(indexes(&active), [Some(1), Some(2)]);
}

// G08
fn of_two_pods_of_one_index_the_better_stays(place: &Place) {
    let job = place.job("ix", &indexed(2, 2));
    let pods = place.until_active(2);
    for pod in &pods {
        place.ready(pod);
    }
    place.until_status("ix", &json!({"active": 2, "ready": 2}));
    let second = place.owned_pod(&job, "again", Some(0), &json!({}));
    place.until_gone(&second);
    place.until_status("ix", &json!({"active": 2, "ready": 2, "failed": 0}));
    assert_eq!(place.active_pods(), pods);
}

// G09, G19
fn a_running_pod_that_loses_its_index_is_replaced(place: &Place) {
    place.job("ix", &indexed(2, 2));
    let pods = place.until_active(2);
    place.ready(&pods[0]);
    place.until_status("ix", &json!({"active": 2, "ready": 1}));
    place.merge(
        &format!("pods/{}", pods[0].name),
        &json!({"metadata": {"annotations": {INDEX: null}}}),
    );
    place.until_gone(&pods[0]);
    let next = place.until_new(1, &pods);
    assert_eq!(next[0].index, Some(0));
    place.until_status("ix", &json!({"active": 2, "ready": 0, "failed": 0}));
}

// G11
fn a_second_success_of_an_index_does_not_count(place: &Place) {
    let job = place.job("ix", &indexed(2, 2));
    let pods = place.until_active(2);
    place.succeed(&pods[0]);
    place.until_status("ix", &json!({"succeeded": 1, "completedIndexes": "0"}));
    let second = place.owned_pod(&job, "again", Some(0), &json!({}));
    // Active it would be deleted, which is no failure; succeeded it is let go.
    place.try_merge(
        &format!("pods/{}/status", second.name),
        &json!({"status": {"phase": "Succeeded"}}),
    );
    place.until_released(&second);
    place.succeed(&pods[1]);
    place.until_condition("ix", "Complete");
    place.until_status(
        "ix",
        &json!({"succeeded": 2, "completedIndexes": "0,1", "failed": 0}),
    );
}

// G12, G13
fn fewer_completions_forget_the_indexes_beyond(place: &Place) {
    place.job("ix", &indexed(5, 5));
    let pods = place.until_active(5);
    for pod in [0, 1, 4] {
        place.succeed(&pods[pod]);
    }
    place.until_status(
        "ix",
        &json!({"completedIndexes": "0,1,4", "succeeded": 3, "active": 2}),
    );
    place.patch_job("ix", &json!({"completions": 3, "parallelism": 3}));
    place.until_status(
        "ix",
        &json!({"completedIndexes": "0,1", "succeeded": 2, "active": 1, "failed": 0}),
    );
    place.until_gone(&pods[3]);
    assert_eq!(place.active_pods(), [pods[2].clone()]);
    place.patch_job("ix", &json!({"completions": 5, "parallelism": 5}));
    let again = place.until_new(2, &pods);
    assert_eq!(indexes(&again), [Some(3), Some(4)]);
    place.until_status(
        "ix",
        &json!({"completedIndexes": "0,1", "succeeded": 2, "active": 3}),
    );
}

// G14
fn more_completions_start_the_indexes_beyond(place: &Place) {
    place.job("ix", &indexed(3, 3));
    let pods = place.until_active(3);
    place.patch_job("ix", &json!({"completions": 5, "parallelism": 5}));
    let more = place.until_new(2, &pods);
    assert_eq!(indexes(&more), [Some(3), Some(4)]);
}

// G15
fn a_job_shrunk_to_what_is_done_is_complete(place: &Place) {
    place.job("ix", &indexed(5, 5));
    let pods = place.until_active(5);
    for pod in &pods[..3] {
        place.succeed(pod);
    }
    place.until_status("ix", &json!({"completedIndexes": "0-2", "active": 2}));
    place.patch_job("ix", &json!({"completions": 3, "parallelism": 3}));
    place.until_condition("ix", "Complete");
    place.until_status(
        "ix",
        &json!({"completedIndexes": "0-2", "succeeded": 3, "failed": 0, "active": 0}),
    );
}

// G16
fn failures_of_indexes_beyond_stay_counted(place: &Place) {
    place.job("ix", &indexed(5, 5));
    let pods = place.until_active(5);
    place.fail(&pods[4], 1);
    place.until_status("ix", &json!({"failed": 1}));
    let next = place.until_new(1, &pods);
    place.patch_job("ix", &json!({"completions": 3, "parallelism": 3}));
    place.until_status("ix", &json!({"failed": 1, "active": 3}));
    for pod in pods[3..4].iter().chain(&next) {
        place.until_gone(pod);
    }
    let tracked = place.pod(&pods[4]).is_some_and(|pod| is_tracked(&pod));
    assert!(!tracked, "it was counted");
}
