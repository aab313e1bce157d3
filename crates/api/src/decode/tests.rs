//! Exact errors of decoding, checked against a running v1.36.2 where the
//! specification says so.

use serde_json::json;

use super::*;
use crate::{batch::Job, core, meta::DeleteOptions, resource};

fn json_job(text: &str, validation: FieldValidation) -> Result<Decoded<Job>, StatusError> {
    decode(text.as_bytes(), BodyFormat::Json, validation)
}

fn error(text: &str) -> String {
    let error = json_job(text, FieldValidation::Strict).expect_err(text);
    assert_eq!(
        (error.code(), error.0.reason.as_deref()),
        (400, Some("BadRequest")),
        "{text}"
    );
    error.message().to_owned()
}

#[test]
fn every_served_kind_has_a_schema() {
    for info in resource::ALL {
        let definition = Target::of(info).definition;
        for field in ["apiVersion", "kind", "metadata"] {
            assert!(
                definition.field(field).is_some(),
                "{}.{field}",
                definition.name
            );
        }
    }
}

#[test]
fn strict_errors_read_as_upstreams() {
    let prefix = r#"Job in version "v1" cannot be handled as a Job: strict decoding error: "#;
    for (text, expected) in [
        (
            r#"{"spec":{"template":{"spec":{"bogus":1}}}}"#,
            r#"unknown field "spec.template.spec.bogus""#,
        ),
        (
            r#"{"spec":{"template":{"spec":{"containers":[{"name":"a"},{"imagee":"x"}]}}}}"#,
            r#"unknown field "spec.template.spec.containers[1].imagee""#,
        ),
        (
            r#"{"metadata":{"labels":{"a":"1","a":"2"}}}"#,
            r#"duplicate field "metadata.labels.a""#,
        ),
        (
            r#"{"zeta":1,"spec":{"parallelism":1,"parallelism":2},"alpha":{}}"#,
            r#"unknown field "zeta", duplicate field "spec.parallelism", unknown field "alpha""#,
        ),
        // Upper and lower case differ, and what differs is unknown.
        (
            r#"{"spec":{"Parallelism":1}}"#,
            r#"unknown field "spec.Parallelism""#,
        ),
        (r#"{"a":1,"a":2}"#, r#"unknown field "a""#),
    ] {
        assert_eq!(error(text), format!("{prefix}{expected}"), "{text}");
    }
}

#[test]
fn unknown_and_duplicate_fields_are_dropped_unless_strict() {
    let text = r#"{"metadata":{"name":"a","name":"b"},"spec":{"bogus":{"x":1},"parallelism":3}}"#;
    let expected: Job = serde_json::from_value(json!({
        "metadata": {"name": "b"}, "spec": {"parallelism": 3, "template": {}}
    }))
    .expect("a job");
    let warned = json_job(text, FieldValidation::Warn).expect("tolerable");
    assert_eq!(warned.object, expected);
    assert_eq!(
        warned.warnings,
        [
            r#"duplicate field "metadata.name""#,
            r#"unknown field "spec.bogus""#
        ]
    );
    let ignored = json_job(text, FieldValidation::Ignore).expect("tolerable");
    assert_eq!((ignored.object, ignored.warnings), (expected, vec![]));
}

#[test]
fn type_errors_read_as_gos() {
    let prefix = r#"Job in version "v1" cannot be handled as a Job: "#;
    for (text, expected) in [
        (
            r#"{"spec":{"parallelism":"two"}}"#,
            "json: cannot unmarshal string into Go struct field JobSpec.spec.parallelism of type int32",
        ),
        (
            r#"{"spec":{"parallelism":1.5}}"#,
            "json: cannot unmarshal number 1.5 into Go struct field JobSpec.spec.parallelism of type int32",
        ),
        (
            r#"{"spec":{"parallelism":2147483648}}"#,
            "json: cannot unmarshal number 2147483648 into Go struct field JobSpec.spec.parallelism of type int32",
        ),
        (
            r#"{"spec":[]}"#,
            "json: cannot unmarshal array into Go struct field Job.spec of type v1.JobSpec",
        ),
        (
            r#"{"spec":{"template":{"spec":{"containers":{}}}}}"#,
            "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
        ),
        (
            r#"{"spec":{"template":{"spec":{"containers":[{"command":["a",1]}]}}}}"#,
            "json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.command of type string",
        ),
        (
            r#"{"spec":{"template":{"spec":{"restartPolicy":true}}}}"#,
            "json: cannot unmarshal bool into Go struct field PodSpec.spec.template.spec.restartPolicy of type v1.RestartPolicy",
        ),
        (
            r#"{"metadata":{"labels":{"a":1}}}"#,
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        (
            r#"{"metadata":{"labels":"a"}}"#,
            "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        ),
        (
            r#"{"spec":{"suspend":"true"}}"#,
            "json: cannot unmarshal string into Go struct field JobSpec.spec.suspend of type bool",
        ),
        (
            r#"{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"lots"}}}]}}}}"#,
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
        // The first wrong value is named, whatever unknown fields there are.
        (
            r#"{"spec":{"bogus":1,"completions":"a","parallelism":"b"}}"#,
            "json: cannot unmarshal string into Go struct field JobSpec.spec.completions of type int32",
        ),
    ] {
        assert_eq!(error(text), format!("{prefix}{expected}"), "{text}");
        json_job(text, FieldValidation::Ignore).expect_err("wrong types always fail");
    }
}

#[test]
fn bodies_that_are_no_object_are_shown() {
    let prefix = "the object provided is unrecognized (must be of type Job): couldn't get version/kind; json parse error: ";
    for (text, expected) in [
        (
            "hello",
            "invalid character 'h' looking for beginning of value (68656c6c6f)",
        ),
        ("", "unexpected end of JSON input (<empty>)"),
        ("{\"a\":", "unexpected end of JSON input ({\"a\":)"),
        (
            "[\"0123456789012345678901234567890\"]",
            concat!(
                "json: cannot unmarshal array into Go value of type struct { APIVersion string ",
                r#""json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" } "#,
                "(5b2230313233343536373839303132333435363738393031323334353637 ...)"
            ),
        ),
        (
            r#"{"kind":1}"#,
            r#"json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1})"#,
        ),
    ] {
        assert_eq!(error(text), format!("{prefix}{expected}"), "{text}");
    }
}

#[test]
fn other_kinds_and_versions_are_refused() {
    for (text, expected) in [
        (
            r#"{"kind":"Pod","apiVersion":"v1"}"#,
            r#"Pod in version "v1" cannot be handled as a Job: converting (v1.Pod) to (batch.Job): unknown conversion"#,
        ),
        (
            r#"{"kind":"Deployment","apiVersion":"apps/v1"}"#,
            r#"Deployment in version "v1" cannot be handled as a Job: converting (v1.Deployment) to (batch.Job): unknown conversion"#,
        ),
        (
            r#"{"kind":"Job","apiVersion":"batch/v2"}"#,
            r#"Job in version "v2" cannot be handled as a Job: no kind "Job" is registered for version "batch/v2" in scheme "pkg/runtime/scheme.go:111""#,
        ),
        (
            r#"{"kind":"Job","apiVersion":"a/b/c"}"#,
            r#"the object provided is unrecognized (must be of type Job): unexpected GroupVersion string: a/b/c ({"kind":"Job","apiVersion":"a/ ...)"#,
        ),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
}

#[test]
fn missing_kind_and_version_are_those_of_the_url() {
    for text in [
        "{}",
        r#"{"kind":"Job"}"#,
        r#"{"apiVersion":"batch/v1"}"#,
        "null",
        r#"{"kind":null}"#,
    ] {
        json_job(text, FieldValidation::Strict).expect(text);
    }
}

#[test]
fn yaml_bodies_are_read_as_json() {
    let text = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: pi\nspec:\n  parallelism: 2\n";
    let read: Decoded<Job> =
        decode(text.as_bytes(), BodyFormat::Yaml, FieldValidation::Strict).expect("YAML");
    assert_eq!(read.object.spec.and_then(|spec| spec.parallelism), Some(2));

    let twice = format!("{text}  parallelism: 3\n");
    let error = decode::<Job>(twice.as_bytes(), BodyFormat::Yaml, FieldValidation::Strict)
        .expect_err("twice");
    assert_eq!(
        error.message(),
        "Job in version \"v1\" cannot be handled as a Job: strict decoding error: yaml: unmarshal errors:\n  line 7: key \"parallelism\" already set in map"
    );
    let read: Decoded<Job> =
        decode(twice.as_bytes(), BodyFormat::Yaml, FieldValidation::Warn).expect("YAML");
    assert_eq!(read.object.spec.and_then(|spec| spec.parallelism), Some(3));
    assert_eq!(
        read.warnings,
        ["line 7: key \"parallelism\" already set in map"]
    );
}

#[test]
fn what_go_reads_is_read() {
    let pod = |text: &str| {
        let text = format!(r#"{{"spec":{{"containers":[{text}]}}}}"#);
        let read: Decoded<core::Pod> =
            decode(text.as_bytes(), BodyFormat::Json, FieldValidation::Strict).expect(&text);
        read.object.spec.expect("a spec").containers.remove(0)
    };
    // A number is a quantity, and keeps its digits.
    let limits = pod(r#"{"resources":{"limits":{"cpu":2,"memory":1e9}}}"#)
        .resources
        .expect("resources")
        .limits
        .expect("limits");
    assert_eq!(
        (limits["cpu"].0.as_str(), limits["memory"].0.as_str()),
        ("2", "1e9")
    );
    // Null is what Go leaves there.
    assert_eq!(pod("null"), core::Container::default());
    assert_eq!(
        pod(r#"{"name":null,"args":[null,"a"]}"#).args,
        Some(vec![String::new(), "a".to_owned()])
    );
    // base64 may be broken over lines.
    let secret: Decoded<core::Secret> = decode(
        br#"{"data":{"a":"aGVs\nbG8=\n"}}"#,
        BodyFormat::Json,
        FieldValidation::Strict,
    )
    .expect("a secret");
    assert_eq!(secret.object.data.expect("data")["a"].0, b"hello");
}

#[test]
fn wrong_base64_and_times_are_refused() {
    let secret = |data: &str| {
        let text = format!(r#"{{"data":{{"a":"{data}"}}}}"#);
        decode::<core::Secret>(text.as_bytes(), BodyFormat::Json, FieldValidation::Ignore)
            .expect_err(data)
            .message()
            .to_owned()
    };
    let prefix = r#"Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte"#;
    assert_eq!(secret("aGVs!"), format!("{prefix} 4"));
    assert_eq!(secret("aGV"), format!("{prefix} 3"));
    assert_eq!(
        error(r#"{"metadata":{"creationTimestamp":"yesterday"}}"#),
        r#"Job in version "v1" cannot be handled as a Job: parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006""#
    );
}

#[test]
fn delete_options_come_in_the_name_of_any_group() {
    for version in ["v1", "batch/v1", "meta.k8s.io/v1"] {
        let text = format!(
            r#"{{"kind":"DeleteOptions","apiVersion":"{version}","propagationPolicy":"Background"}}"#
        );
        let read: Decoded<DeleteOptions> = decode_as(
            ("meta.k8s.io", "v1", "DeleteOptions"),
            text.as_bytes(),
            BodyFormat::Json,
            FieldValidation::Warn,
        )
        .expect(&text);
        assert_eq!(
            read.object.propagation_policy.as_deref(),
            Some("Background")
        );
    }
}

/// A client of Go's types leaves out what another wrote down, and neither means a change.
#[test]
fn what_go_would_not_write_is_absent() {
    let text = r#"{
        "metadata": {"name": "pi", "generateName": "", "labels": {"empty": ""}, "annotations": {}},
        "spec": {
            "parallelism": 0, "completions": 0, "backoffLimit": 0, "suspend": false,
            "template": {"spec": {
                "hostNetwork": false, "hostname": "", "automountServiceAccountToken": false,
                "terminationGracePeriodSeconds": 0, "nodeSelector": {}, "tolerations": [],
                "containers": [{
                    "name": "c", "image": "", "args": [], "stdin": false, "tty": false,
                    "workingDir": "", "env": [{"name": "A", "value": ""}],
                    "ports": [{"containerPort": 0, "hostPort": 0, "hostIP": ""}],
                    "securityContext": {"privileged": false, "runAsUser": 0},
                    "volumeMounts": [{"name": "v", "mountPath": "/v", "readOnly": false, "subPath": ""}]
                }],
                "volumes": [{"name": "v", "emptyDir": {"medium": ""}}]
            }}
        },
        "status": {"active": 0, "ready": 0, "failedIndexes": "", "uncountedTerminatedPods": {}}
    }"#;
    let job = json_job(text, FieldValidation::Strict)
        .expect("a Job")
        .object;
    let mut written = serde_json::to_value(&job).expect("JSON");
    for field in ["apiVersion", "kind"] {
        written.as_object_mut().expect("an object").remove(field);
    }
    assert_eq!(
        written,
        json!({
            "metadata": {"name": "pi", "labels": {"empty": ""}},
            "spec": {
                "parallelism": 0, "completions": 0, "backoffLimit": 0, "suspend": false,
                "template": {"spec": {
                    "automountServiceAccountToken": false, "terminationGracePeriodSeconds": 0,
                    "containers": [{
                        "name": "c", "env": [{"name": "A"}], "ports": [{"containerPort": 0}],
                        "securityContext": {"privileged": false, "runAsUser": 0},
                        "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                    }],
                    "volumes": [{"name": "v", "emptyDir": {}}],
                }},
            },
            "status": {"ready": 0, "failedIndexes": "", "uncountedTerminatedPods": {}},
        })
    );
}

/// `kubectl get job pi -o yaml`, saved and applied: what the server added is known to it.
#[test]
fn what_kubectl_prints_can_be_sent_back() {
    let text = "
apiVersion: batch/v1
kind: Job
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {\"apiVersion\":\"batch/v1\",\"kind\":\"Job\"}
  creationTimestamp: \"2022-06-15T08:40:15Z\"
  generation: 1
  labels:
    controller-uid: 863452e6-270d-420e-9b94-53a54146c223
    job-name: pi
  name: pi
  namespace: default
  resourceVersion: \"987\"
  uid: 863452e6-270d-420e-9b94-53a54146c223
spec:
  backoffLimit: 4
  completionMode: NonIndexed
  completions: 1
  parallelism: 1
  selector:
    matchLabels:
      controller-uid: 863452e6-270d-420e-9b94-53a54146c223
  suspend: false
  template:
    metadata:
      creationTimestamp: null
      labels:
        job-name: pi
    spec:
      containers:
      - command: [perl, -Mbignum=bpi, -wle, print bpi(2000)]
        image: perl:5.34.0
        imagePullPolicy: Always
        name: pi
        resources: {}
        terminationMessagePath: /dev/termination-log
        terminationMessagePolicy: File
      dnsPolicy: ClusterFirst
      restartPolicy: Never
      schedulerName: default-scheduler
      securityContext: {}
      terminationGracePeriodSeconds: 30
status:
  active: 1
  ready: 1
  startTime: \"2022-06-15T08:40:15Z\"
";
    let read = decode::<Job>(text.as_bytes(), BodyFormat::Yaml, FieldValidation::Strict);
    let job = read.expect("a Job").object;
    assert_eq!(job.metadata.resource_version.as_deref(), Some("987"));
    assert_eq!(job.status.and_then(|status| status.ready), Some(1));
}
