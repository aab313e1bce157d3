//! Update rules of the main endpoint.

use jobyard_api::batch::Job;
use serde_json::{Value, json};

use crate::{
    causes, created, generation, in_state, manifest, patch, patch_status, refused, refused_at,
    with_spec,
};

/// A Job with this spec, as created.
fn job(spec: &Value) -> Job {
    created(&with_spec(spec))
}

fn indexed(completions: i32, parallelism: i32) -> Job {
    job(&json!({
        "completionMode": "Indexed", "completions": completions, "parallelism": parallelism,
    }))
}

/// A suspended Job that never started, with this in its Pods' spec.
fn suspended(pod: &Value) -> Job {
    job(&json!({"suspend": true, "template": {"spec": pod}}))
}

/// A patch of the template's Pods.
fn pods(patch: &Value) -> Value {
    json!({"spec": {"template": {"spec": patch}}})
}

fn node_affinity() -> Value {
    json!({"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
        {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]},
    ]}})
}

fn pod_affinity() -> Value {
    json!({"requiredDuringSchedulingIgnoredDuringExecution": [
        {"topologyKey": "zone", "labelSelector": {"matchLabels": {"a": "b"}}},
    ]})
}

const IMMUTABLE: &str = ": field is immutable";

#[test]
fn b01_completions_of_non_indexed_are_fixed() {
    refused(
        &patch(
            &job(&json!({"completions": 3})),
            &json!({"spec": {"completions": 4}}),
        ),
        &["spec.completions: Invalid value: 4: field is immutable"],
    );
}

#[test]
fn b02_parallelism_is_free() {
    let (after, _) = patch(&job(&json!({})), &json!({"spec": {"parallelism": 5}})).unwrap();
    assert_eq!(after.spec.as_ref().unwrap().parallelism, Some(5));
    assert_eq!(generation(&after), 2);
}

#[test]
fn b03_labels_do_not_raise_the_generation() {
    let change = json!({"metadata": {"labels": {"a": "b"}}});
    let (after, _) = patch(&job(&json!({})), &change).unwrap();
    assert_eq!(generation(&after), 1);
    assert!(after.metadata.labels.unwrap().contains_key("a"));
}

#[test]
fn b04_completions_alone_of_indexed() {
    refused(
        &patch(&indexed(3, 3), &json!({"spec": {"completions": 5}})),
        &[
            "spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism",
        ],
    );
}

#[test]
fn b05_completions_with_parallelism_of_indexed() {
    patch(
        &indexed(3, 3),
        &json!({"spec": {"completions": 5, "parallelism": 5}}),
    )
    .unwrap();
}

#[test]
fn b06_only_the_new_numbers_must_match() {
    patch(
        &indexed(5, 2),
        &json!({"spec": {"completions": 3, "parallelism": 3}}),
    )
    .unwrap();
}

#[test]
fn b07_template_of_a_running_job_is_fixed() {
    let running = in_state(
        job(&json!({})),
        &json!({"startTime": "2026-01-02T03:04:05Z", "active": 1}),
    );
    let image = json!([{"name": "c", "image": "perl:6"}]);
    refused_at(
        &patch(&running, &pods(&json!({"containers": image}))),
        &[("spec.template", IMMUTABLE)],
    );
}

#[test]
fn b08_scheduling_directives_of_a_suspended_job() {
    let before = suspended(&json!({}));
    for directive in [
        pods(&json!({"nodeSelector": {"disk": "ssd"}})),
        pods(&json!({"tolerations": [{"operator": "Exists"}]})),
        pods(&json!({"affinity": {"nodeAffinity": node_affinity()}})),
        pods(&json!({"schedulingGates": [{"name": "acme.io/hold"}]})),
        json!({"spec": {"template": {"metadata": {"labels": {"a": "b"}}}}}),
        json!({"spec": {"template": {"metadata": {"annotations": {"a": "b"}}}}}),
    ] {
        let (after, _) = patch(&before, &directive).unwrap();
        assert_eq!(generation(&after), 2, "{directive}");
    }
}

#[test]
fn b09_pod_affinity_is_fixed() {
    let affinity = json!({"affinity": {"podAffinity": pod_affinity()}});
    refused_at(
        &patch(&suspended(&json!({})), &pods(&affinity)),
        &[("spec.template.spec", IMMUTABLE)],
    );
}

#[test]
fn b10_node_affinity_can_be_taken_away() {
    let before = suspended(&json!({"affinity": {"nodeAffinity": node_affinity()}}));
    patch(&before, &pods(&json!({"affinity": null}))).unwrap();
}

#[test]
fn b11_other_affinity_cannot_be_taken_away() {
    let before = suspended(&json!({"affinity": {
        "nodeAffinity": node_affinity(), "podAntiAffinity": pod_affinity(),
    }}));
    refused_at(
        &patch(&before, &pods(&json!({"affinity": null}))),
        &[("spec.template.spec", IMMUTABLE)],
    );
}

#[test]
fn b12_directives_of_a_job_suspended_again() {
    let before = in_state(
        suspended(&json!({})),
        &json!({
            "startTime": "2026-01-02T03:04:05Z",
            "conditions": [{"type": "Suspended", "status": "True"}],
        }),
    );
    patch(&before, &pods(&json!({"nodeSelector": {"disk": "ssd"}}))).unwrap();
}

#[test]
fn b13_directives_while_pods_may_be_left() {
    let told = json!([{"type": "Suspended", "status": "True"}]);
    let start = "2026-01-02T03:04:05Z";
    for status in [
        json!({"startTime": start, "active": 2}),
        json!({"startTime": start, "active": 2, "conditions": told}),
        json!({"startTime": start}),
    ] {
        let before = in_state(suspended(&json!({})), &status);
        let answer = patch(&before, &pods(&json!({"nodeSelector": {"disk": "ssd"}})));
        refused_at(&answer, &[("spec.template", IMMUTABLE)]);
    }
}

#[test]
fn b14_directives_and_resume_at_once() {
    let change = json!({"spec": {
        "suspend": false, "template": {"spec": {"nodeSelector": {"disk": "ssd"}}},
    }});
    let (after, _) = patch(&suspended(&json!({})), &change).unwrap();
    assert_eq!(after.spec.unwrap().suspend, Some(false));
}

#[test]
fn b15_resources_of_a_suspended_job() {
    let containers = json!([{
        "name": "c", "image": "perl:5.34.0",
        "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "2"}},
    }]);
    let (after, _) = patch(
        &suspended(&json!({})),
        &pods(&json!({"containers": containers})),
    )
    .unwrap();
    assert_eq!(generation(&after), 2);
}

#[test]
fn b16_resources_and_image() {
    let containers = json!([{
        "name": "c", "image": "perl:6", "resources": {"requests": {"cpu": "2"}},
    }]);
    let answer = patch(
        &suspended(&json!({})),
        &pods(&json!({"containers": containers})),
    );
    refused_at(&answer, &[("spec.template.spec", IMMUTABLE)]);
}

#[test]
fn b17_generated_labels_stay() {
    let answer = patch(
        &suspended(&json!({})),
        &json!({"spec": {"template": {"metadata": {"labels": {
            "batch.kubernetes.io/job-name": null,
        }}}}}),
    );
    refused(
        &answer,
        &[
            "spec.template.metadata.labels[batch.kubernetes.io/job-name]: Required value: must be 'pi'",
        ],
    );
}

#[test]
fn b18_what_is_free_at_any_time() {
    let running = in_state(
        job(&json!({"completionMode": "Indexed", "completions": 3, "backoffLimitPerIndex": 1})),
        &json!({"startTime": "2026-01-02T03:04:05Z", "active": 1}),
    );
    for change in [
        json!({"backoffLimit": 1}),
        json!({"activeDeadlineSeconds": 60}),
        json!({"ttlSecondsAfterFinished": 0}),
        json!({"suspend": true}),
        json!({"maxFailedIndexes": 2}),
        json!({"podReplacementPolicy": "Failed"}),
    ] {
        let (after, _) = patch(&running, &json!({"spec": change})).unwrap();
        assert_eq!(generation(&after), 2, "{change}");
    }
}

#[test]
fn b19_what_is_fixed() {
    let indexed = job(&json!({
        "completionMode": "Indexed", "completions": 3, "backoffLimitPerIndex": 1,
    }));
    for (change, field) in [
        (
            json!({"backoffLimitPerIndex": 2}),
            "spec.backoffLimitPerIndex",
        ),
        (
            json!({"successPolicy": {"rules": [{"succeededCount": 1}]}}),
            "spec.successPolicy",
        ),
        (json!({"managedBy": "acme.io/foo"}), "spec.managedBy"),
    ] {
        refused_at(
            &patch(&indexed, &json!({"spec": change})),
            &[(field, IMMUTABLE)],
        );
    }
    let plain = job(&json!({}));
    let mode = json!({"spec": {"completionMode": "Indexed"}});
    refused_at(&patch(&plain, &mode), &[("spec.completionMode", IMMUTABLE)]);
    let policy = json!({"spec": {"podFailurePolicy": {"rules": []}}});
    let replacement = (
        "spec.podReplacementPolicy",
        "Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\"",
    );
    refused_at(
        &patch(&plain, &policy),
        &[
            replacement,
            replacement,
            ("spec.podFailurePolicy", IMMUTABLE),
        ],
    );
    let selector = json!({"spec": {"selector": {"matchLabels": {"a": "b"}}}});
    let mismatch = (
        "spec.template.metadata.labels",
        "`selector` does not match template `labels`",
    );
    refused_at(
        &patch(&plain, &selector),
        &[
            ("spec.selector", "`selector` not auto-generated"),
            mismatch,
            mismatch,
            ("spec.selector", IMMUTABLE),
        ],
    );
}

#[test]
fn b22_status_endpoint_keeps_the_spec() {
    let before = job(&json!({}));
    let change = json!({"spec": {"parallelism": 5}, "status": {"active": 1}});
    let (after, _) = patch_status(&before, &change).unwrap();
    assert_eq!(after.spec, before.spec);
    assert_eq!(generation(&after), 1);
    assert_eq!(after.status.unwrap().active, Some(1));
}

#[test]
fn b23_finished_job_still_takes_parallelism() {
    let finished = in_state(
        created(&manifest(&json!({}))),
        &json!({
            "startTime": "2026-01-02T03:04:05Z", "completionTime": "2026-01-02T03:05:05Z",
            "succeeded": 1,
            "conditions": [
                {"type": "SuccessCriteriaMet", "status": "True"},
                {"type": "Complete", "status": "True"},
            ],
        }),
    );
    let (after, _) = patch(&finished, &json!({"spec": {"parallelism": 5}})).unwrap();
    assert_eq!(after.status, finished.status);
}

#[test]
fn b24_completions_of_indexed_cannot_go() {
    let answer = patch(&indexed(3, 3), &json!({"spec": {"completions": null}}));
    let required = "spec.completions: Required value: when completion mode is Indexed";
    assert_eq!(causes(&answer), [required, required]);
    assert_eq!(
        answer.unwrap_err().message(),
        format!("Job.batch \"pi\" is invalid: {required}")
    );
}

#[test]
fn faults_of_the_metadata() {
    let mut before = job(&json!({}));
    before.metadata.uid = Some("a".to_owned());
    let owner = |name: &str| {
        json!({
            "apiVersion": "v1", "kind": "A", "name": name, "uid": name, "controller": true,
        })
    };
    let owners = json!({"metadata": {"ownerReferences": [owner("x"), owner("y")]}});
    let message = patch(&job(&json!({})), &owners).unwrap_err();
    assert!(message.message().ends_with(
        ": Only one reference can have Controller set to true. Found \"true\" in references for A/x and A/y"
    ));
    let bad_label = json!({"metadata": {"labels": {"a b": "c"}}});
    let answer = patch(&job(&json!({})), &bad_label);
    assert!(causes(&answer)[0].starts_with("metadata.labels: Invalid value: \"a b\": name part"));
}
