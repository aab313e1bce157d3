//! Whose a Pod is, and what becomes of it with its Job: rows of section M.

use serde_json::{Value, json};

use crate::place::{Place, Pod, controller_of, is_tracked, on_a_node, text, until};

in_each_arrangement![
    a_running_orphan_is_adopted,
    a_pod_that_no_longer_matches_is_let_go_and_replaced,
    a_pod_of_another_controller_is_left_alone,
    two_jobs_of_one_selector_count_their_own,
    deleting_without_options_orphans_the_pods,
    deleting_in_the_background_ends_the_pods,
    deleting_in_the_foreground_ends_the_pods_first,
    orphans_of_one_job_are_adopted_by_the_next,
    a_terminating_orphan_is_not_adopted,
    a_failed_orphan_is_adopted_and_counted,
    pods_of_another_controllers_job_go_with_it,
];

/// A Job that takes the Pods with this label.
fn selecting(label: &str) -> Value {
    json!({
        "manualSelector": true, "selector": {"matchLabels": {"app": label}},
        "template": {"metadata": {"labels": {"app": label}}},
    })
}

fn bare_pod(place: &Place, name: &str, label: &str, owners: &Value) -> Pod {
    let pod = place.post(
        "pods",
        &json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "labels": {"app": label}, "ownerReferences": owners},
            "spec": {"restartPolicy": "Never", "schedulerName": "nobody", "containers": [{"name": "main", "image": "none.invalid/none"}]},
        }),
    );
    Pod::of(&pod)
}

// M01
fn a_running_orphan_is_adopted(place: &Place) {
    let orphan = bare_pod(place, "orphan", "x", &json!([]));
    place.ready(&orphan);
    let job = place.job("pi", &selecting("x"));
    place.until_status("pi", &json!({"active": 1, "ready": 1}));
    let pod = place.pod(&orphan).expect("it stays");
    assert!(is_tracked(&pod));
    assert_eq!(
        pod["metadata"]["ownerReferences"],
        json!([{"apiVersion": "batch/v1", "kind": "Job", "name": "pi", "uid": job["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true}])
    );
    assert_eq!(place.pods(), [orphan]);
}

// M02
fn a_pod_that_no_longer_matches_is_let_go_and_replaced(place: &Place) {
    place.job("pi", &selecting("x"));
    let pods = place.until_active(1);
    place.ready(&pods[0]);
    place.until_status("pi", &json!({"ready": 1}));
    let relabel = json!({"metadata": {"labels": {"app": "y"}}});
    place.merge(&format!("pods/{}", pods[0].name), &relabel);
    until("the Pod is let go", || {
        let pod = place.pod(&pods[0]).expect("it stays");
        (controller_of(&pod).is_none() && !is_tracked(&pod)).then_some(())
    });
    place.until_new(1, &pods);
    place.until_status("pi", &json!({"active": 1, "ready": 0, "failed": 0}));
}

// M03
fn a_pod_of_another_controller_is_left_alone(place: &Place) {
    // An owner that exists, so that the Pod is no garbage.
    let owner = place.post(
        "configmaps",
        &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owner"}}),
    );
    let owners = json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"], "controller": true}]);
    let theirs = bare_pod(place, "theirs", "x", &owners);
    place.job("pi", &selecting("x"));
    place.until_status("pi", &json!({"active": 1}));
    let pod = place.pod(&theirs).expect("it stays");
    assert_eq!(controller_of(&pod).as_deref(), Some("owner"));
    assert!(!is_tracked(&pod));
    assert_eq!(place.pods().len(), 2);
}

// M04
fn two_jobs_of_one_selector_count_their_own(place: &Place) {
    place.job("a", &selecting("x"));
    place.until_status("a", &json!({"active": 1}));
    place.job("b", &selecting("x"));
    place.until_status("b", &json!({"active": 1}));
    let pods = place.until_active(2);
    let of_b =
        |pod: &&Pod| controller_of(&place.pod(pod).expect("it is there")).as_deref() == Some("b");
    let of_b = pods.iter().find(of_b).expect("b has its own");
    place.succeed(of_b);
    place.until_condition("b", "Complete");
    place.until_status("b", &json!({"succeeded": 1}));
    place.until_status("a", &json!({"active": 1, "succeeded": 0}));
}

// M05
fn deleting_without_options_orphans_the_pods(place: &Place) {
    place.job("pi", &json!({}));
    let pods = place.until_active(1);
    place.ready(&pods[0]);
    place.until_status("pi", &json!({"ready": 1}));
    place.delete("jobs/pi", &json!({"propagationPolicy": null}));
    until("the Job is gone", || {
        place.get("jobs/pi").is_none().then_some(())
    });
    until("the Pod is nobody's", || {
        let pod = place.pod(&pods[0]).expect("it stays");
        let is_free = pod["metadata"]["ownerReferences"].is_null() && !is_tracked(&pod);
        is_free.then_some(())
    });
    let pod = place.pod(&pods[0]).expect("it stays");
    assert_eq!(pod["status"]["phase"], "Running");
    assert!(pod["metadata"]["deletionTimestamp"].is_null());
    assert_eq!(pod["metadata"]["labels"]["job-name"], "pi");
}

// M06
fn deleting_in_the_background_ends_the_pods(place: &Place) {
    place.job(
        "pi",
        &on_a_node(json!({"completions": 2, "parallelism": 2})),
    );
    let pods = place.until_active(2);
    for pod in &pods {
        place.ready(pod);
    }
    place.until_status("pi", &json!({"ready": 2}));
    place.delete("jobs/pi", &json!({"propagationPolicy": "Background"}));
    assert!(place.get("jobs/pi").is_none(), "it is gone at once");
    for pod in &pods {
        until(&format!("{} is terminating", pod.name), || {
            let found = place.pod(pod)?;
            (!found["metadata"]["deletionTimestamp"].is_null()).then_some(())
        });
        place.until_released(pod);
        place.finish_deletion(pod);
        place.until_gone(pod);
    }
}

// M07, M08
fn deleting_in_the_foreground_ends_the_pods_first(place: &Place) {
    place.job("pi", &on_a_node(json!({})));
    let pods = place.until_active(1);
    place.ready(&pods[0]);
    place.until_status("pi", &json!({"ready": 1}));
    place.delete("jobs/pi", &json!({"propagationPolicy": "Foreground"}));
    until("the Pod is terminating", || {
        let found = place.pod(&pods[0])?;
        (!found["metadata"]["deletionTimestamp"].is_null()).then_some(())
    });
    place.until_released(&pods[0]);
    let job = place.get("jobs/pi").expect("it waits for its Pod");
    assert!(!job["metadata"]["deletionTimestamp"].is_null());
    assert_eq!(job["metadata"]["finalizers"], json!(["foregroundDeletion"]));
    assert_eq!(place.pods(), pods, "no new Pod");
    place.finish_deletion(&pods[0]);
    until("the Job is gone", || {
        place.get("jobs/pi").is_none().then_some(())
    });
}

// M09
fn orphans_of_one_job_are_adopted_by_the_next(place: &Place) {
    place.job("old", &selecting("x"));
    let pods = place.until_active(1);
    place.ready(&pods[0]);
    place.until_status("old", &json!({"ready": 1}));
    place.delete("jobs/old", &json!({"propagationPolicy": "Orphan"}));
    until("the Job is gone", || {
        place.get("jobs/old").is_none().then_some(())
    });
    place.job("new", &selecting("x"));
    place.until_status("new", &json!({"active": 1, "ready": 1}));
    let pod = place.pod(&pods[0]).expect("it stays");
    assert_eq!(controller_of(&pod).as_deref(), Some("new"));
    assert_eq!(place.pods(), pods);
    place.succeed(&pods[0]);
    place.until_condition("new", "Complete");
    place.until_released(&pods[0]);
}

// M12
fn a_terminating_orphan_is_not_adopted(place: &Place) {
    let pod = place.post(
        "pods",
        &json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "orphan", "labels": {"app": "x"}, "finalizers": ["example.com/keep"]},
            "spec": {"restartPolicy": "Never", "schedulerName": "nobody", "containers": [{"name": "main", "image": "none.invalid/none"}]},
        }),
    );
    let orphan = Pod::of(&pod);
    place.delete_pod(&orphan);
    place.job("pi", &selecting("x"));
    place.until_status("pi", &json!({"active": 1}));
    let found = place.pod(&orphan).expect("a finalizer keeps it");
    assert_eq!(controller_of(&found), None);
    assert!(!is_tracked(&found));
    place.merge("pods/orphan", &json!({"metadata": {"finalizers": null}}));
}

// M14
fn a_failed_orphan_is_adopted_and_counted(place: &Place) {
    let orphan = bare_pod(place, "orphan", "x", &json!([]));
    place.fail(&orphan, 1);
    place.job("pi", &selecting("x"));
    place.until_status("pi", &json!({"failed": 1, "active": 1}));
    place.until_released(&orphan);
    let found = place.pod(&orphan).expect("it stays");
    assert_eq!(controller_of(&found).as_deref(), Some("pi"));
}

// M15
fn pods_of_another_controllers_job_go_with_it(place: &Place) {
    let job = place.job("theirs", &json!({"managedBy": "acme.io/x"}));
    let owners = json!([{"apiVersion": "batch/v1", "kind": "Job", "name": "theirs", "uid": text(&job["metadata"]["uid"]), "controller": true, "blockOwnerDeletion": true}]);
    let pod = bare_pod(place, "theirs-1", "x", &owners);
    let keep = json!({"metadata": {"finalizers": [crate::place::FINALIZER]}});
    place.merge("pods/theirs-1", &keep);
    place.delete("jobs/theirs", &json!({"propagationPolicy": "Background"}));
    place.until_gone(&pod);
}
