//! Create: defaults and validation.

use std::collections::BTreeMap;

use jobyard_api::batch::{Job, JobSpec, JobStatus};
use serde_json::{Value, json};

use crate::{UID, create, created, manifest, refused, refused_at, with_spec};

fn spec(job: &Job) -> &JobSpec {
    job.spec.as_ref().unwrap()
}

fn template_labels(job: &Job) -> BTreeMap<String, String> {
    let metadata = spec(job).template.metadata.clone().unwrap();
    metadata.labels.unwrap_or_default()
}

fn labels(own: &[(&str, &str)], generated: bool) -> BTreeMap<String, String> {
    let names = ["job-name", "batch.kubernetes.io/job-name"];
    let uids = ["controller-uid", "batch.kubernetes.io/controller-uid"];
    let mut all: Vec<(&str, &str)> = own.to_vec();
    if generated {
        all.extend(names.map(|key| (key, "pi")));
        all.extend(uids.map(|key| (key, UID)));
    }
    all.into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// An Indexed Job with this in its spec.
fn indexed(patch: &Value) -> Value {
    let mut spec = json!({"completionMode": "Indexed"});
    json_patch::merge(&mut spec, patch);
    with_spec(&spec)
}

/// A Job with one rule in its podFailurePolicy.
fn with_failure_rule(rule: &Value) -> Value {
    with_spec(&json!({"podFailurePolicy": {"rules": [rule]}}))
}

/// An Indexed Job of five completions with one rule in its successPolicy.
fn with_success_rule(rule: &Value) -> Value {
    indexed(&json!({"completions": 5, "successPolicy": {"rules": [rule]}}))
}

fn named(name: &str, patch: &Value) -> Value {
    let mut job = with_spec(patch);
    job["metadata"]["name"] = name.into();
    job
}

#[test]
fn a01_minimal_template() {
    let job = created(&manifest(&json!({})));
    let spec = spec(&job);
    assert_eq!((spec.completions, spec.parallelism), (Some(1), Some(1)));
    assert_eq!(spec.backoff_limit, Some(6));
    assert_eq!(spec.completion_mode.as_deref(), Some("NonIndexed"));
    assert_eq!(
        (spec.suspend, spec.manual_selector),
        (Some(false), Some(false))
    );
    assert_eq!(
        spec.pod_replacement_policy.as_deref(),
        Some("TerminatingOrFailed")
    );
    assert_eq!(job.metadata.generation, Some(1));
    assert_eq!(job.status, Some(JobStatus::default()));
}

#[test]
fn a02_parallelism_without_completions() {
    let job = created(&with_spec(&json!({"parallelism": 5})));
    assert_eq!(
        (spec(&job).completions, spec(&job).parallelism),
        (None, Some(5))
    );
}

#[test]
fn a03_completions_without_parallelism() {
    let job = created(&with_spec(&json!({"completions": 5})));
    assert_eq!(
        (spec(&job).completions, spec(&job).parallelism),
        (Some(5), Some(1))
    );
}

#[test]
fn a04_backoff_by_index_lifts_the_limit() {
    let job = created(&indexed(
        &json!({"completions": 3, "backoffLimitPerIndex": 1}),
    ));
    assert_eq!(spec(&job).backoff_limit, Some(2_147_483_647));
}

#[test]
fn a05_failure_policy_replaces_failed_pods_only() {
    let job = created(&with_failure_rule(&json!({
        "action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]},
    })));
    assert_eq!(spec(&job).pod_replacement_policy.as_deref(), Some("Failed"));
}

#[test]
fn a06_generated_labels_and_selector() {
    let job = created(&manifest(&json!({})));
    assert_eq!(template_labels(&job), labels(&[], true));
    assert_eq!(job.metadata.labels, Some(labels(&[], true)));
    assert_eq!(
        serde_json::to_value(&spec(&job).selector).unwrap(),
        json!({"matchLabels": {"batch.kubernetes.io/controller-uid": UID}})
    );
}

#[test]
fn a07_job_without_labels_takes_the_templates() {
    let job = created(&with_spec(
        &json!({"template": {"metadata": {"labels": {"app": "x"}}}}),
    ));
    assert_eq!(template_labels(&job), labels(&[("app", "x")], true));
    assert_eq!(job.metadata.labels, Some(labels(&[("app", "x")], true)));
}

#[test]
fn a08_job_with_labels_keeps_its_own() {
    let job = created(&manifest(&json!({
        "metadata": {"labels": {"team": "y"}},
        "spec": {"template": {"metadata": {"labels": {"app": "x"}}}},
    })));
    assert_eq!(job.metadata.labels, Some(labels(&[("team", "y")], false)));
    assert_eq!(template_labels(&job), labels(&[("app", "x")], true));
}

#[test]
fn a09_foreign_job_name_label() {
    let answer = create(&with_spec(
        &json!({"template": {"metadata": {"labels": {"job-name": "other"}}}}),
    ));
    refused(
        &answer,
        &["spec.template.metadata.labels[job-name]: Invalid value: \"other\": must be 'pi'"],
    );
}

#[test]
fn a10_foreign_controller_uid_label() {
    let answer = create(&with_spec(
        &json!({"template": {"metadata": {"labels": {"controller-uid": "abc"}}}}),
    ));
    refused(
        &answer,
        &[&format!(
            "spec.template.metadata.labels[controller-uid]: Invalid value: \"abc\": must be '{UID}'"
        )],
    );
}

#[test]
fn a11_own_selector_without_manual_selector() {
    let answer = create(&with_spec(
        &json!({"selector": {"matchLabels": {"foo": "bar"}}}),
    ));
    refused_at(
        &answer,
        &[
            ("spec.selector", "`selector` not auto-generated"),
            (
                "spec.template.metadata.labels",
                "`selector` does not match template `labels`",
            ),
        ],
    );
}

#[test]
fn a12_manual_selector() {
    let job = created(&with_spec(&json!({
        "manualSelector": true,
        "selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}},
    })));
    assert_eq!(template_labels(&job), labels(&[("a", "b")], false));
    assert_eq!(
        serde_json::to_value(&spec(&job).selector).unwrap(),
        json!({"matchLabels": {"a": "b"}})
    );
}

#[test]
fn a13_manual_selector_without_selector() {
    let answer = create(&with_spec(&json!({"manualSelector": true})));
    refused(
        &answer,
        &[
            "spec.selector: Required value",
            "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
        ],
    );
}

/// What a Job says of a Pod that is restarted for ever.
const RESTART_POLICY: &str =
    "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"";

#[test]
fn a14_restart_policy_omitted() {
    let answer = create(&with_spec(
        &json!({"template": {"spec": {"restartPolicy": null}}}),
    ));
    refused(&answer, &[RESTART_POLICY]);
}

#[test]
fn a15_restart_policy_always() {
    let always = json!({"template": {"spec": {"restartPolicy": "Always"}}});
    refused(&create(&with_spec(&always)), &[RESTART_POLICY]);
    let mut with_policy = with_spec(&always);
    with_policy["spec"]["podFailurePolicy"] = json!({"rules": []});
    refused(&create(&with_policy), &[RESTART_POLICY]);
}

#[test]
fn a16_on_failure_with_failure_policy() {
    let answer = create(&with_spec(&json!({
        "podFailurePolicy": {"rules": []},
        "template": {"spec": {"restartPolicy": "OnFailure"}},
    })));
    refused(
        &answer,
        &[
            "spec.template.spec.restartPolicy: Invalid value: \"OnFailure\": only \"Never\" is supported when podFailurePolicy is specified",
        ],
    );
}

#[test]
fn a17_negative_completions() {
    let answer = create(&with_spec(&json!({"completions": -1})));
    assert_eq!(
        answer.unwrap_err().message(),
        "Job.batch \"pi\" is invalid: spec.completions: Invalid value: -1: must be greater than or equal to 0"
    );
}

#[test]
fn a18_indexed_without_completions() {
    refused(
        &create(&indexed(&json!({"parallelism": 2}))),
        &["spec.completions: Required value: when completion mode is Indexed"],
    );
}

#[test]
fn a19_indexed_parallelism_is_bounded() {
    refused(
        &create(&indexed(&json!({"completions": 1, "parallelism": 100_001}))),
        &[
            "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed",
        ],
    );
}

#[test]
fn a20_backoff_by_index_of_non_indexed() {
    refused(
        &create(&with_spec(&json!({"backoffLimitPerIndex": 1}))),
        &["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"],
    );
}

#[test]
fn a21_max_failed_indexes_without_backoff_by_index() {
    refused(
        &create(&indexed(&json!({"completions": 3, "maxFailedIndexes": 1}))),
        &["spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"],
    );
}

#[test]
fn a22_max_failed_indexes_above_completions() {
    refused(
        &create(&indexed(
            &json!({"completions": 3, "backoffLimitPerIndex": 1, "maxFailedIndexes": 4}),
        )),
        &["spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions"],
    );
}

#[test]
fn a23_many_completions_need_max_failed_indexes() {
    refused(
        &create(&indexed(
            &json!({"completions": 100_001, "parallelism": 1, "backoffLimitPerIndex": 1}),
        )),
        &[
            "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
        ],
    );
}

#[test]
fn a24_name_too_long_for_the_last_index() {
    let name = "a".repeat(62);
    let patch = json!({"completionMode": "Indexed", "completions": 10});
    refused(
        &create(&named(&name, &patch)),
        &[&format!(
            "metadata.name: Invalid value: \"{name}\": will not able to create pod with invalid DNS label: {name}-9"
        )],
    );
}

#[test]
fn a25_longest_name_for_the_last_index() {
    let patch = json!({"completionMode": "Indexed", "completions": 10});
    created(&named(&"a".repeat(61), &patch));
}

#[test]
fn a26_name_with_dots_warns() {
    let (_, warnings) = create(&named("a.b", &json!({}))).unwrap();
    assert_eq!(
        warnings,
        [
            "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"
        ]
    );
}

#[test]
fn a27_name_with_dots_and_indexes() {
    let patch = json!({"completionMode": "Indexed", "completions": 1});
    refused(
        &create(&named("a.b", &patch)),
        &[
            "metadata.name: Invalid value: \"a.b\": will not able to create pod with invalid DNS label: a.b-0",
        ],
    );
}

#[test]
fn a28_name_too_long_for_a_label() {
    let name = "a".repeat(64);
    let labels =
        format!("spec.template.labels: Invalid value: \"{name}\": must be no more than 63 bytes");
    let answer = create(&named(&name, &json!({})));
    let causes = crate::causes(&answer);
    assert_eq!(causes.iter().filter(|cause| **cause == labels).count(), 2);
    assert!(answer.unwrap_err().message().contains(&labels));
}

#[test]
fn a29_exit_code_zero_is_no_failure() {
    refused(
        &create(&with_failure_rule(&json!({
            "action": "FailJob", "onExitCodes": {"operator": "In", "values": [0, 1]},
        }))),
        &[
            "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
        ],
    );
}

#[test]
fn a30_exit_codes_ascend() {
    refused(
        &create(&with_failure_rule(&json!({
            "action": "FailJob", "onExitCodes": {"operator": "In", "values": [3, 1, 1]},
        }))),
        &[
            "spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 1",
            "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,1,1]: must be ordered",
        ],
    );
}

#[test]
fn a31_rule_with_two_requirements() {
    refused(
        &create(&with_failure_rule(&json!({
            "action": "FailJob",
            "onExitCodes": {"operator": "In", "values": [1]},
            "onPodConditions": [{"type": "DisruptionTarget"}],
        }))),
        &[
            "spec.podFailurePolicy.rules[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
        ],
    );
}

#[test]
fn a32_rule_without_requirement() {
    refused(
        &create(&with_failure_rule(&json!({"action": "FailJob"}))),
        &[
            "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
        ],
    );
}

#[test]
fn a33_fail_index_without_backoff_by_index() {
    refused(
        &create(&with_failure_rule(&json!({
            "action": "FailIndex", "onExitCodes": {"operator": "In", "values": [1]},
        }))),
        &[
            "spec.podFailurePolicy.rules[0].action: Invalid value: \"FailIndex\": requires the backoffLimitPerIndex to be set",
        ],
    );
}

#[test]
fn a34_pod_condition_is_true_by_default() {
    let job = created(&with_failure_rule(&json!({
        "action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}],
    })));
    let policy = spec(&job).pod_failure_policy.as_ref().unwrap();
    let patterns = policy.rules[0].on_pod_conditions.as_ref().unwrap();
    assert_eq!(patterns[0].status.as_deref(), Some("True"));
}

#[test]
fn a35_failure_policy_with_early_replacement() {
    let answer = create(&with_spec(&json!({
        "podFailurePolicy": {"rules": []},
        "podReplacementPolicy": "TerminatingOrFailed",
    })));
    refused(
        &answer,
        &[
            "spec.podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\"",
        ],
    );
}

#[test]
fn a36_success_policy_of_non_indexed() {
    let answer = create(&with_spec(
        &json!({"successPolicy": {"rules": [{"succeededCount": 1}]}}),
    ));
    refused_at(
        &answer,
        &[("spec.successPolicy", ": requires indexed completion mode")],
    );
}

#[test]
fn a37_success_policy_without_rules() {
    let answer = create(&indexed(
        &json!({"completions": 5, "successPolicy": {"rules": []}}),
    ));
    refused(
        &answer,
        &[
            "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified",
        ],
    );
}

#[test]
fn a38_succeeded_count_above_its_indexes() {
    refused(
        &create(&with_success_rule(
            &json!({"succeededIndexes": "0-2", "succeededCount": 4}),
        )),
        &[
            "spec.successPolicy.rules[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)",
        ],
    );
}

#[test]
fn a39_succeeded_indexes_descend() {
    refused(
        &create(&with_success_rule(&json!({"succeededIndexes": "3-1"}))),
        &[
            "spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"3-1\": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1",
        ],
    );
}

#[test]
fn a40_succeeded_index_out_of_range() {
    refused(
        &create(&with_success_rule(&json!({"succeededIndexes": "0,5"}))),
        &[
            "spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"0,5\": error parsing succeededIndexes: too large index: \"5\"",
        ],
    );
}

#[test]
fn a41_manager_without_domain() {
    refused(
        &create(&with_spec(&json!({"managedBy": "foo"}))),
        &[
            "spec.managedBy: Invalid value: \"foo\": must be a domain-prefixed path (such as \"acme.io/foo\")",
        ],
    );
}

#[test]
fn a42_status_of_a_new_job_is_empty() {
    let job = created(&manifest(&json!({"status": {"succeeded": 9}})));
    assert_eq!(job.status, Some(JobStatus::default()));
}

#[test]
fn a44_two_faults_at_once() {
    let answer = create(&with_spec(&json!({
        "completions": -1,
        "template": {"spec": {"restartPolicy": "Always"}},
    })));
    assert_eq!(crate::causes(&answer).len(), 2);
    assert_eq!(
        answer.unwrap_err().message(),
        format!(
            "Job.batch \"pi\" is invalid: [spec.completions: Invalid value: -1: must be greater than or equal to 0, {RESTART_POLICY}]"
        )
    );
}

/// Faults of the tables in job-api.md 6.1 to 6.4 that no row names.
#[test]
fn other_faults_of_the_spec() {
    let patterns: Vec<Value> = (0..21).map(|_| json!({"type": "X"})).collect();
    let cases: Vec<(Value, Vec<&str>)> = vec![
        (
            json!({"managedBy": ""}),
            vec!["spec.managedBy: Required value"],
        ),
        (
            json!({"managedBy": "acme.io/a b"}),
            vec![
                r#"spec.managedBy: Invalid value: "a b": Invalid path (regex used for validation is '[A-Za-z0-9/\-._~%!$&'()*+,;=:]+')"#,
            ],
        ),
        (
            json!({"completionMode": "Other"}),
            vec![
                "spec.completionMode: Unsupported value: \"Other\": supported values: \"NonIndexed\", \"Indexed\"",
            ],
        ),
        (
            json!({"podReplacementPolicy": "Never"}),
            vec![
                "spec.podReplacementPolicy: Unsupported value: \"Never\": supported values: \"Failed\", \"TerminatingOrFailed\"",
            ],
        ),
        (
            json!({"template": {"spec": {"restartPolicy": "Maybe"}}}),
            vec![
                "spec.template.spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"OnFailure\", \"Never\"",
                "spec.template.spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"OnFailure\", \"Never\"",
            ],
        ),
        (
            json!({"podFailurePolicy": {"rules": [{"action": "", "onPodConditions": patterns}]}}),
            vec![
                "spec.podFailurePolicy.rules[0].action: Required value: valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]",
                "spec.podFailurePolicy.rules[0].onPodConditions: Too many: 21: must have at most 20 items",
            ],
        ),
        (
            json!({"podFailurePolicy": {"rules": [{"action": "Ignore", "onExitCodes": {
                "operator": "Is", "values": [], "containerName": "other",
            }}]}}),
            vec![
                "spec.podFailurePolicy.rules[0].onExitCodes.operator: Unsupported value: \"Is\": supported values: \"In\", \"NotIn\"",
                "spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: \"other\": must be one of the container or initContainer names in the pod template",
                "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: []: at least one value is required",
            ],
        ),
        (
            json!({
                "completionMode": "Indexed", "completions": 100_001, "parallelism": 10_001,
                "backoffLimitPerIndex": 1, "maxFailedIndexes": 10_001,
            }),
            vec![
                "spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
                "spec.maxFailedIndexes: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
            ],
        ),
    ];
    for (patch, expected) in cases {
        refused(&create(&with_spec(&patch)), &expected);
    }
}

#[test]
fn faults_of_a_manual_selector() {
    let expression = |patch: Value| {
        let mut expression = json!({"key": "a", "operator": "In", "values": ["b"]});
        json_patch::merge(&mut expression, &patch);
        json!({
            "manualSelector": true,
            "selector": {"matchExpressions": [expression]},
            "template": {"metadata": {"labels": {"a": "b"}}},
        })
    };
    created(&with_spec(&expression(json!({}))));
    for (patch, expected) in [
        (
            json!({"values": []}),
            "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        ),
        (
            json!({"operator": "Exists"}),
            "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
        (
            json!({"operator": "Like"}),
            "spec.selector.matchExpressions[0].operator: Invalid value: \"Like\": not a valid selector operator",
        ),
    ] {
        refused(&create(&with_spec(&expression(patch))), &[expected]);
    }
}

#[test]
fn many_completions_and_parallelism_warn() {
    let (_, warnings) = create(&indexed(
        &json!({"completions": 100_001, "parallelism": 10_001}),
    ))
    .unwrap();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("spec: In Indexed Jobs with a number of completions"));
}

#[test]
fn warnings_about_the_template_name_its_place() {
    let template = json!({"template": {
        "metadata": {"annotations": {"scheduler.alpha.kubernetes.io/critical-pod": ""}},
        "spec": {"nodeSelector": {"beta.kubernetes.io/os": "linux"}},
    }});
    let warnings = [
        "spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ];
    let (job, told) = create(&with_spec(&template)).unwrap();
    assert_eq!(told, warnings);
    // Again when the spec changes, and only then.
    let (_, told) = crate::patch(&job, &json!({"spec": {"parallelism": 2}})).unwrap();
    assert_eq!(told, warnings);
    let (_, told) = crate::patch(&job, &json!({"metadata": {"labels": {"a": "b"}}})).unwrap();
    assert_eq!(told, [""; 0]);
}

/// The manifests that come with Jobyard, most of them from the Jobs page of the
/// documentation, are taken as they stand, without a word.
#[test]
fn manifests_of_the_documentation() {
    use jobyard_api::decode::{BodyFormat, FieldValidation, decode};
    for (name, yaml) in [
        ("pi", include_str!("../../../../examples/pi.yaml")),
        ("pi-host", include_str!("../../../../examples/pi-host.yaml")),
        (
            "pi-backoff-0",
            include_str!("../../../../examples/pi-backoff-0.yaml"),
        ),
        (
            "pi-with-timeout",
            include_str!("../../../../examples/pi-with-timeout.yaml"),
        ),
        (
            "pi-with-ttl",
            include_str!("../../../../examples/pi-with-ttl.yaml"),
        ),
        ("myjob", include_str!("../../../../examples/myjob.yaml")),
        (
            "suspended",
            include_str!("../../../../examples/suspended.yaml"),
        ),
        ("old", include_str!("../../../../examples/old.yaml")),
        ("new", include_str!("../../../../examples/new.yaml")),
    ] {
        let decoded = decode::<Job>(yaml.as_bytes(), BodyFormat::Yaml, FieldValidation::Strict)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut job = serde_json::to_value(&decoded.object).unwrap();
        job["metadata"]["namespace"] = "default".into();
        let (_, warnings) = create(&job).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(warnings, [""; 0], "{name}");
    }
}
