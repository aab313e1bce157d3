//! What is refused, in the words of Kubernetes.

use super::*;
use crate::core::Pod;

fn read(body: &str, validation: FieldValidation) -> Result<Vec<String>, String> {
    match Configuration::read(body.as_bytes(), validation) {
        Ok(decoded) => Ok(decoded.warnings),
        Err(error) => Err(format!("{} {}", error.code(), error.message())),
    }
}

#[test]
fn a_key_that_stands_twice_is_refused_warned_of_or_ignored() {
    let body = "apiVersion: batch/v1\nkind: Job\nspec:\n  parallelism: 1\n  suspend: true\n  parallelism: 2\n";
    let line = "line 6: key \"parallelism\" already set in map";
    let refused = format!(
        "400 error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  {line}"
    );
    assert_eq!(read(body, FieldValidation::Strict), Err(refused));
    assert_eq!(read(body, FieldValidation::Warn), Ok(vec![line.to_owned()]));
    assert_eq!(read(body, FieldValidation::Ignore), Ok(vec![]));
}

#[test]
fn what_is_no_map_is_no_configuration() {
    for body in ["[1]", "a: [", "x"] {
        let refused = read(body, FieldValidation::Warn).expect_err(body);
        assert!(
            refused.starts_with("400 error decoding YAML: "),
            "{refused}"
        );
    }
}

#[test]
fn only_the_kind_of_the_path_is_applied() {
    for (body, shown) in [
        ("{apiVersion: batch/v2, kind: Job}", "batch/v2, Kind=Job"),
        ("{apiVersion: v1, kind: Pod}", "/v1, Kind=Pod"),
        ("{kind: Job}", "/, Kind=Job"),
        ("{}", "/, Kind="),
        ("{apiVersion: a/b/c, kind: Job}", "/, Kind="),
        ("{apiVersion: 1, kind: [x]}", "/, Kind="),
    ] {
        let config = Configuration::read(body.as_bytes(), FieldValidation::Warn).expect("YAML");
        let writer = job().writer("me", "");
        let error = apply::<Job>(None, &config.object, &writer, false).expect_err(body);
        assert_eq!(error.code(), 400);
        assert_eq!(error.message(), format!("invalid object type: {shown}"));
    }
}

#[test]
fn an_applier_does_not_say_who_owns_what() {
    for entries in ["[]", "[{manager: me}]"] {
        let error = job().refused("me", &format!("metadata: {{managedFields: {entries}}}"));
        assert_eq!(
            (error.code(), error.message()),
            (400, "metadata.managedFields must be nil")
        );
    }
}

#[test]
fn what_does_not_fit_the_schema_is_refused_under_any_directive() {
    for (yaml, why) in [
        (
            "spec: {bogus: 1}",
            ".spec.bogus: field not declared in schema",
        ),
        (
            "spec: {parallelism: x}",
            ".spec.parallelism: expected numeric (int or float), got string",
        ),
        (
            "spec: {suspend: 'yes'}",
            ".spec.suspend: expected boolean, got \"yes\"",
        ),
        (
            "spec: {managedBy: 5}",
            ".spec.managedBy: expected string, got 5",
        ),
        ("spec: [1]", ".spec: expected map, got &{[1]}"),
        (
            "spec: {template: {spec: {containers: {a: b}}}}",
            ".spec.template.spec.containers: expected list, got &{map[a:b]}",
        ),
        (
            "spec: {template: {spec: {containers: [{name: a}, {name: a}]}}}",
            ".spec.template.spec.containers: duplicate entries for key [name=\"a\"]",
        ),
        (
            "spec: {template: {spec: {containers: [{image: x}]}}}",
            ".spec.template.spec.containers: element 0: associative list with keys has an element \
             that omits all key fields [\"name\"] (and doesn't have default values for any key fields)",
        ),
        (
            "metadata: {finalizers: [x/a, x/a]}",
            ".metadata.finalizers: duplicate entries for key [=\"x/a\"]",
        ),
        (
            "metadata: {labels: {a: 1}}\nspec: {parallelism: x}",
            "errors:\n  .metadata.labels.a: expected string, got 1\n  \
             .spec.parallelism: expected numeric (int or float), got string",
        ),
    ] {
        let error = job().refused("me", yaml);
        assert_eq!(
            (error.code(), error.0.reason.as_deref()),
            (500, None),
            "{yaml}"
        );
        assert_eq!(
            error.message(),
            format!("failed to create typed patch object (/a; batch/v1, Kind=Job): {why}")
        );
    }
}

#[test]
fn a_number_that_fits_the_schema_but_not_the_field_is_refused() {
    let error = job().refused("me", "spec: {parallelism: 99999999999}");
    assert_eq!(error.code(), 500);
    assert!(
        error
            .message()
            .starts_with("failed to convert new typed object")
    );
}

#[test]
fn every_conflict_is_a_cause() {
    let mut world = World::<Pod>::default();
    world.apply("b", "metadata: {labels: {x: '1', y: '1'}}");
    world.update_part(("a", "status"), |pod| {
        pod.metadata
            .labels
            .get_or_insert_default()
            .insert("z".to_owned(), "1".to_owned());
    });
    let error = world.refused("me", "metadata: {labels: {x: '2', y: '2', z: '2'}}");
    assert_eq!(
        error.message(),
        "Apply failed with 3 conflicts: conflicts with \"a\" with subresource \"status\" using v1:\n\
         - .metadata.labels.z\n\
         conflicts with \"b\":\n- .metadata.labels.x\n- .metadata.labels.y"
    );
    let details = error.0.details.expect("details");
    assert_eq!(
        (details.name, details.kind, details.group),
        (None, None, None)
    );
    let causes = details.causes.expect("causes");
    let causes: Vec<_> = causes
        .iter()
        .map(|cause| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            (
                text(&cause.reason),
                text(&cause.message),
                text(&cause.field),
            )
        })
        .collect();
    let cause = |message: &str, field: &str| {
        (
            "FieldManagerConflict".to_owned(),
            message.to_owned(),
            field.to_owned(),
        )
    };
    assert_eq!(
        causes,
        [
            cause(
                "conflict with \"a\" with subresource \"status\" using v1",
                ".metadata.labels.z"
            ),
            cause("conflict with \"b\"", ".metadata.labels.x"),
            cause("conflict with \"b\"", ".metadata.labels.y"),
        ]
    );
}
