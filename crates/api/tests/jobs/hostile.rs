//! Jobs as a hostile client may send them: what is said of them, and the work
//! and memory that it takes, stays bounded.

use jobyard_api::{
    batch::Job,
    decode::{BodyFormat, FieldValidation, decode},
    field::ERRORS_MAX,
};
use serde_json::{Value, json};

use crate::{causes, create, created, patch, refused, with_spec};

/// As many as fit into a body of a few megabytes.
const MANY: usize = 100_000;

#[test]
fn very_many_faults_are_told_in_few_words() {
    let rules = vec![json!({"action": "Count"}); MANY];
    let codes =
        json!([{"action": "Count", "onExitCodes": {"operator": "In", "values": vec![0; MANY]}}]);
    let labels: serde_json::Map<String, Value> = (0..MANY)
        .map(|number| (format!("%{number}"), json!("")))
        .collect();
    for (spec, first) in [
        (
            json!({"podFailurePolicy": {"rules": rules}}),
            "spec.podFailurePolicy.rules: Too many: 100000: must have at most 20 items",
        ),
        (
            json!({"podFailurePolicy": {"rules": codes}}),
            "spec.podFailurePolicy.rules[0].onExitCodes.values: Too many: 100000: must have at most 255 items",
        ),
        (
            json!({"template": {"metadata": {"labels": labels}}}),
            "metadata.labels: Invalid value: \"%0\": name part must consist of",
        ),
    ] {
        let answer = create(&with_spec(&spec));
        let causes = causes(&answer);
        assert!(causes[0].starts_with(first), "{}", causes[0]);
        assert_eq!(causes.len(), ERRORS_MAX);
        let error = answer.unwrap_err();
        assert!(error.message().ends_with("] (the first 1000 faults found)"));
        assert!(error.message().len() < 1_000_000);
    }
}

/// An update tells each fault twice, and no more of them.
#[test]
fn very_many_faults_of_an_update() {
    let rules = vec![json!({"action": "Count"}); MANY];
    let job = created(&with_spec(&json!({})));
    let answer = patch(
        &job,
        &json!({"spec": {"podFailurePolicy": {"rules": rules}}}),
    );
    assert_eq!(causes(&answer).len(), ERRORS_MAX);
}

#[test]
fn very_many_structs_are_not_made() {
    let containers = vec!["{}"; 1_000_000].join(",");
    let body = format!(
        r#"{{"metadata":{{"name":"pi"}},"spec":{{"template":{{"spec":{{"containers":[{containers}]}}}}}}}}"#
    );
    let read = decode::<Job>(body.as_bytes(), BodyFormat::Json, FieldValidation::Ignore);
    let message = read.unwrap_err().message().to_owned();
    assert!(
        message.ends_with("an object may not hold more than 50000 structs"),
        "{message}"
    );
}

#[test]
fn numbers_out_of_range() {
    for (field, number, found) in [
        ("completions", "2147483648", "number 2147483648"),
        ("parallelism", "-2147483649", "number -2147483649"),
        ("completions", "1.5", "number 1.5"),
        ("completions", "1e3", "number 1e3"),
        ("completions", "\"3\"", "string"),
        (
            "backoffLimit",
            "99999999999999999999",
            "number 99999999999999999999",
        ),
    ] {
        let body = format!(r#"{{"spec":{{"{field}":{number}}}}}"#);
        let read = decode::<Job>(body.as_bytes(), BodyFormat::Json, FieldValidation::Ignore);
        let message = read.unwrap_err().message().to_owned();
        let expected = format!(
            "json: cannot unmarshal {found} into Go struct field JobSpec.spec.{field} of type int32"
        );
        assert!(message.ends_with(&expected), "{message}");
    }
}

#[test]
fn the_largest_job() {
    let largest = json!({
        "completionMode": "Indexed", "completions": i32::MAX, "parallelism": 100_000,
        "activeDeadlineSeconds": i64::MAX, "backoffLimit": i32::MAX,
        "ttlSecondsAfterFinished": i32::MAX,
    });
    created(&with_spec(&largest));
    let mut job = with_spec(&largest);
    job["metadata"]["name"] = "a".repeat(53).into();
    refused(
        &create(&job),
        &[&format!(
            "metadata.name: Invalid value: \"{0}\": will not able to create pod with invalid DNS label: {0}-2147483646",
            "a".repeat(53)
        )],
    );
    // Every other one of 100,000 indexes, five times as long as may be.
    let indexes: Vec<String> = (0..100_000)
        .step_by(2)
        .map(|one: i32| one.to_string())
        .collect();
    let answer = create(&with_spec(&json!({
        "completionMode": "Indexed", "completions": 100_000,
        "successPolicy": {"rules": [{"succeededIndexes": indexes.join(",")}]},
    })));
    refused(
        &answer,
        &[
            "spec.successPolicy.rules[0].succeededIndexes: Too long: may not be more than 65536 bytes",
        ],
    );
}
