//! Jobs that go well: rows of section D.

use serde_json::{Value, json};

use crate::place::{
    FINALIZER, INDEX, Place, condition, controller_of, on_a_node, text, until, why,
};

in_each_arrangement![
    a_job_makes_its_pod_with_owner_labels_and_finalizer,
    a_ready_pod_is_counted,
    a_succeeded_pod_completes_its_job,
    no_more_pods_than_completions,
    a_success_makes_room_for_the_next_pod,
    the_last_completion_gets_no_second_pod,
    more_parallelism_makes_more_pods,
    less_parallelism_gives_up_the_least_work,
    no_parallelism_ends_all_pods_and_not_the_job,
    a_job_may_begin_without_parallelism,
    zero_completions_are_complete_at_once,
    a_work_queue_starts_no_pod_after_its_first_success,
    a_work_queue_with_a_success_is_complete_when_its_last_pod_fails,
    a_smaller_work_queue_with_a_success_keeps_its_pods,
    a_work_queue_without_success_grows,
    a_job_of_more_pods_than_one_sync_creates_gets_them_all,
    refused_pods_are_tried_again,
    a_finished_job_stays_as_it_is_when_its_pod_goes,
    finished_orphans_are_adopted_and_counted,
    a_job_of_another_controller_is_left_alone,
    kubernetes_own_name_as_manager_is_like_none,
    a_long_name_is_cut_for_its_pods,
    a_variable_of_the_users_own_is_not_overwritten,
];

// D01
fn a_job_makes_its_pod_with_owner_labels_and_finalizer(place: &Place) {
    let job = place.job("pi", &json!({}));
    let uid = text(&job["metadata"]["uid"]);
    place.until_status("pi", &json!({"active": 1, "ready": 0, "terminating": 0}));
    let pods = place.pod_objects();
    assert_eq!(pods.len(), 1);
    let metadata = &pods[0]["metadata"];
    let name = text(&metadata["name"]);
    assert!(name.starts_with("pi-") && name.len() == 8, "{name}");
    assert_eq!(metadata["finalizers"], json!([FINALIZER]));
    assert_eq!(
        metadata["ownerReferences"],
        json!([{"apiVersion": "batch/v1", "kind": "Job", "name": "pi", "uid": uid, "controller": true, "blockOwnerDeletion": true}])
    );
    assert_eq!(
        metadata["labels"],
        json!({
            "job-name": "pi", "controller-uid": uid,
            "batch.kubernetes.io/job-name": "pi", "batch.kubernetes.io/controller-uid": uid,
        })
    );
    assert!(!place.status("pi")["startTime"].is_null());
    let message = place.until_event("pi", "SuccessfulCreate");
    assert_eq!(message, format!("Created pod: {name}"));
}

// D02
fn a_ready_pod_is_counted(place: &Place) {
    place.job("pi", &json!({}));
    let pods = place.until_active(1);
    place.ready(&pods[0]);
    place.until_status("pi", &json!({"active": 1, "ready": 1}));
}

// D03
fn a_succeeded_pod_completes_its_job(place: &Place) {
    place.job("pi", &json!({}));
    let pods = place.until_active(1);
    place.succeed(&pods[0]);
    let complete = place.until_condition("pi", "Complete");
    let reached = (
        "CompletionsReached".to_owned(),
        "Reached expected number of succeeded pods".to_owned(),
    );
    assert_eq!(why(&complete), reached);
    let status = place.until_status(
        "pi",
        &json!({"succeeded": 1, "active": 0, "failed": 0, "terminating": 0, "uncountedTerminatedPods": {}}),
    );
    let met = condition(&status, "SuccessCriteriaMet").expect("it came first");
    assert_eq!(why(&met), reached);
    assert_eq!(status["conditions"][1], complete, "it comes second");
    assert!(!status["completionTime"].is_null());
    place.until_released(&pods[0]);
    assert!(place.pod(&pods[0]).is_some(), "a finished Pod stays");
    assert_eq!(place.until_event("pi", "Completed"), "Job completed");
}

// D04
fn no_more_pods_than_completions(place: &Place) {
    place.job("pi", &json!({"completions": 5, "parallelism": 10}));
    place.until_status("pi", &json!({"active": 5}));
    assert_eq!(place.pods().len(), 5);
}

// D05
fn a_success_makes_room_for_the_next_pod(place: &Place) {
    place.job("pi", &json!({"completions": 5, "parallelism": 2}));
    let pods = place.until_active(2);
    place.succeed(&pods[0]);
    place.until_status("pi", &json!({"succeeded": 1, "active": 2}));
    assert_eq!(place.pods().len(), 3);
}

// D06
fn the_last_completion_gets_no_second_pod(place: &Place) {
    place.job("pi", &json!({"completions": 3, "parallelism": 2}));
    let first = place.until_active(2);
    place.succeed(&first[0]);
    place.until_status("pi", &json!({"succeeded": 1, "active": 2}));
    place.succeed(&first[1]);
    place.until_status("pi", &json!({"succeeded": 2, "active": 1}));
    assert_eq!(place.pods().len(), 3);
    let last = place.active_pods();
    place.succeed(&last[0]);
    place.until_condition("pi", "Complete");
    place.until_status("pi", &json!({"succeeded": 3, "active": 0}));
    assert_eq!(place.pods().len(), 3);
}

// D07
fn more_parallelism_makes_more_pods(place: &Place) {
    place.job("pi", &json!({"completions": 5, "parallelism": 2}));
    let first = place.until_active(2);
    place.patch_job("pi", &json!({"parallelism": 4}));
    place.until_status("pi", &json!({"active": 4}));
    place.until_new(2, &first);
}

// D08
fn less_parallelism_gives_up_the_least_work(place: &Place) {
    place.job("pi", &json!({"completions": 5, "parallelism": 3}));
    let pods = place.until_active(3);
    place.run(&pods[1]);
    place.ready(&pods[2]);
    place.until_status("pi", &json!({"active": 3, "ready": 1}));
    place.patch_job("pi", &json!({"parallelism": 1}));
    place.until_status(
        "pi",
        &json!({"active": 1, "ready": 1, "failed": 0, "terminating": 0}),
    );
    assert_eq!(place.active_pods(), [pods[2].clone()]);
    for pod in &pods[..2] {
        // Without a node they end at once, which only a Pod without finalizer can.
        place.until_gone(pod);
    }
    place.until_event("pi", "SuccessfulDelete");
    place.until_status("pi", &json!({"failed": 0}));
}

// D09
fn no_parallelism_ends_all_pods_and_not_the_job(place: &Place) {
    place.job(
        "pi",
        &on_a_node(json!({"completions": 5, "parallelism": 2})),
    );
    let pods = place.until_active(2);
    for pod in &pods {
        place.ready(pod);
    }
    place.until_status("pi", &json!({"ready": 2}));
    place.patch_job("pi", &json!({"parallelism": 0}));
    place.until_status(
        "pi",
        &json!({"active": 0, "ready": 0, "terminating": 2, "failed": 0}),
    );
    for pod in &pods {
        place.finish_deletion(pod);
    }
    let status = place.until_status("pi", &json!({"terminating": 0, "failed": 0}));
    assert_eq!(status["conditions"], Value::Null);
}

// D10
fn a_job_may_begin_without_parallelism(place: &Place) {
    place.job("pi", &json!({"parallelism": 0}));
    let status = until("the Job has started", || {
        Some(place.status("pi")).filter(|status| !status["startTime"].is_null())
    });
    assert_eq!(status["ready"], 0);
    assert_eq!(place.pods(), []);
    place.patch_job("pi", &json!({"parallelism": 1}));
    place.until_active(1);
}

// D11
fn zero_completions_are_complete_at_once(place: &Place) {
    place.job("pi", &json!({"completions": 0}));
    place.until_condition("pi", "Complete");
    place.until_event("pi", "Completed");
    assert_eq!(place.pods(), []);
}

// D12, D13
fn a_work_queue_starts_no_pod_after_its_first_success(place: &Place) {
    place.job("pi", &json!({"parallelism": 3}));
    let pods = place.until_active(3);
    place.succeed(&pods[0]);
    place.until_status("pi", &json!({"succeeded": 1, "active": 2}));
    assert_eq!(place.pods().len(), 3);
}

// D14, D15
fn a_work_queue_with_a_success_is_complete_when_its_last_pod_fails(place: &Place) {
    place.job("pi", &json!({"parallelism": 3}));
    let pods = place.until_active(3);
    place.succeed(&pods[0]);
    place.until_status("pi", &json!({"succeeded": 1, "active": 2}));
    place.fail(&pods[1], 1);
    place.until_status("pi", &json!({"succeeded": 1, "active": 1, "failed": 1}));
    place.fail(&pods[2], 1);
    place.until_condition("pi", "Complete");
    place.until_status("pi", &json!({"succeeded": 1, "active": 0, "failed": 2}));
    assert_eq!(place.pods().len(), 3);
}

// D16
fn a_smaller_work_queue_with_a_success_keeps_its_pods(place: &Place) {
    place.job("pi", &json!({"parallelism": 3}));
    let pods = place.until_active(3);
    place.succeed(&pods[0]);
    place.until_status("pi", &json!({"succeeded": 1, "active": 2}));
    place.patch_job("pi", &json!({"parallelism": 1}));
    // What follows is seen after the patch: had it ended a Pod, there would be one less.
    place.ready(&pods[1]);
    place.until_status("pi", &json!({"ready": 1, "active": 2}));
    assert_eq!(place.active_pods().len(), 2);
}

// D17
fn a_work_queue_without_success_grows(place: &Place) {
    place.job("pi", &json!({"parallelism": 2}));
    place.until_active(2);
    place.patch_job("pi", &json!({"parallelism": 4}));
    place.until_status("pi", &json!({"active": 4}));
}

// D18
fn a_job_of_more_pods_than_one_sync_creates_gets_them_all(place: &Place) {
    place.job("pi", &json!({"completions": 520, "parallelism": 520}));
    place.until_status("pi", &json!({"active": 520}));
    assert_eq!(place.pods().len(), 520);
}

// D19; refused for want of the account that they shall run as
fn refused_pods_are_tried_again(place: &Place) {
    let template = json!({"spec": {"serviceAccountName": "robot"}});
    place.job("pi", &json!({"template": template}));
    let message = place.until_event("pi", "FailedCreate");
    assert!(
        message.starts_with("Error creating: pods \"pi-"),
        "{message}"
    );
    assert!(
        message.contains("serviceaccount \"robot\" not found"),
        "{message}"
    );
    place.until_status("pi", &json!({"active": 0, "failed": 0}));
    let account =
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}});
    place.post("serviceaccounts", &account);
    place.until_status("pi", &json!({"active": 1, "failed": 0}));
}

// D21
fn a_finished_job_stays_as_it_is_when_its_pod_goes(place: &Place) {
    place.job("pi", &json!({}));
    let pods = place.until_active(1);
    place.succeed(&pods[0]);
    place.until_condition("pi", "Complete");
    place.until_released(&pods[0]);
    let finished = place.status("pi");
    place.delete_pod(&pods[0]);
    place.until_gone(&pods[0]);
    // Another Job, made later, has its Pod: the first would have had it by now.
    place.job("later", &json!({}));
    place.until_status("later", &json!({"active": 1}));
    assert_eq!(place.status("pi"), finished);
    assert_eq!(place.pods().len(), 1);
}

// D22
fn finished_orphans_are_adopted_and_counted(place: &Place) {
    for name in ["a", "b"] {
        place.post(
            "pods",
            &json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": name, "labels": {"app": "orphan"}},
                "spec": {"restartPolicy": "Never", "schedulerName": "nobody", "containers": [{"name": "main", "image": "none.invalid/none"}]},
            }),
        );
    }
    let pods = place.pods();
    for pod in &pods {
        place.succeed(pod);
    }
    let template = json!({"metadata": {"labels": {"app": "orphan"}}});
    place.job(
        "pi",
        &json!({"completions": 1, "manualSelector": true, "selector": {"matchLabels": {"app": "orphan"}}, "template": template}),
    );
    place.until_condition("pi", "Complete");
    place.until_status("pi", &json!({"succeeded": 2}));
    assert_eq!(
        place.until_event("pi", "TooManySucceededPods"),
        "Too many succeeded pods running after completion count reached"
    );
    place.until_event("pi", "Completed");
    for pod in place.pod_objects() {
        assert_eq!(controller_of(&pod).as_deref(), Some("pi"));
    }
    assert_eq!(place.pods(), pods, "none is created");
}

// D24
fn a_job_of_another_controller_is_left_alone(place: &Place) {
    place.job("theirs", &json!({"managedBy": "acme.io/x"}));
    place.job("ours", &json!({}));
    place.until_status("ours", &json!({"active": 1}));
    place.until_event("ours", "SuccessfulCreate");
    assert_eq!(place.status("theirs"), json!({}));
    assert_eq!(place.events("theirs"), [] as [Value; 0]);
    assert_eq!(place.pods().len(), 1);
}

// D25
fn kubernetes_own_name_as_manager_is_like_none(place: &Place) {
    place.job("pi", &json!({"managedBy": "kubernetes.io/job-controller"}));
    let pods = place.until_active(1);
    place.succeed(&pods[0]);
    place.until_condition("pi", "Complete");
}

// D26
fn a_long_name_is_cut_for_its_pods(place: &Place) {
    let name = "n".repeat(63);
    place.job(&name, &json!({}));
    let pods = place.until_active(1);
    assert_eq!(pods[0].name.len(), 63);
    assert!(pods[0].name.starts_with(&name[..58]), "{}", pods[0].name);
}

// D27
fn a_variable_of_the_users_own_is_not_overwritten(place: &Place) {
    let containers = json!([
        {"name": "main", "image": "none.invalid/none", "env": [{"name": "JOB_COMPLETION_INDEX", "value": "z"}]},
        {"name": "side", "image": "none.invalid/none"},
    ]);
    let template = json!({"spec": {"containers": containers}});
    place.job(
        "ix",
        &json!({"completionMode": "Indexed", "completions": 1, "template": template}),
    );
    place.until_active(1);
    let pod = &place.pod_objects()[0];
    let env = |container: usize| pod["spec"]["containers"][container]["env"].clone();
    assert_eq!(
        env(0),
        json!([{"name": "JOB_COMPLETION_INDEX", "value": "z"}])
    );
    assert_eq!(
        env(1)[0]["valueFrom"]["fieldRef"]["fieldPath"],
        format!("metadata.labels['{INDEX}']")
    );
}
