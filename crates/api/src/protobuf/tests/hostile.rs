//! Bodies that nobody should send, and the words that answer them.

use super::*;
use crate::protobuf::MAGIC;

/// A field of this wire type, and what follows its key.
fn field(number: u32, wire_type: u8, rest: &[u8]) -> Vec<u8> {
    let key = number << 3 | u32::from(wire_type);
    assert!(key < 0x80, "a short key");
    [&[key as u8], rest].concat()
}

/// A field of bytes with its length.
fn bytes(number: u32, content: &[u8]) -> Vec<u8> {
    let mut rest = Vec::new();
    let mut length = content.len();
    while length >= 0x80 {
        rest.push(length as u8 | 0x80);
        length >>= 7;
    }
    rest.push(length as u8);
    rest.extend(content);
    field(number, 2, &rest)
}

fn envelope(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let type_meta = [bytes(1, api_version.as_bytes()), bytes(2, kind.as_bytes())].concat();
    [&MAGIC[..], &bytes(1, &type_meta), &bytes(2, raw)].concat()
}

fn error(kind: Kind, body: &[u8]) -> String {
    let error = read(kind, body, BodyFormat::Protobuf).expect_err("refused");
    assert_eq!(
        (error.code(), error.0.reason.as_deref()),
        (400, Some("BadRequest"))
    );
    error.message().to_owned()
}

fn job_error(raw: &[u8]) -> String {
    error(JOB, &envelope("batch/v1", "Job", raw))
}

const UNRECOGNIZED: &str = "the object provided is unrecognized (must be of type Job): ";
const REFUSED: &str = r#"Job in version "v1" cannot be handled as a Job: "#;

#[test]
fn what_is_no_envelope_is_not_recognized() {
    let prefix =
        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]";
    for (body, why) in [
        (&b""[..], "empty data (<empty>)".to_owned()),
        (b"{}", format!("{prefix} ({{}})")),
        (b"k8s", format!("{prefix} (6b3873)")),
        (b"k8s\x01abc", format!("{prefix} (6b387301616263)")),
        (b"k8s\0", "empty body (6b387300)".to_owned()),
        // A length beyond the end.
        (b"k8s\0\x12\x7f", "unexpected EOF (6b387300127f)".to_owned()),
        (
            b"k8s\0\x0a\x01\x0a",
            "unexpected EOF (6b3873000a010a)".to_owned(),
        ),
        (
            b"k8s\0\x10\x01",
            "proto: wrong wireType = 0 for field Raw (6b3873001001)".to_owned(),
        ),
    ] {
        assert_eq!(error(JOB, body), format!("{UNRECOGNIZED}{why}"));
    }
}

#[test]
fn a_body_says_what_it_is_or_is_what_the_path_says() {
    for (api_version, kind) in [("", ""), ("batch/v1", ""), ("", "Job"), ("a/b/c", "Job")] {
        let body = envelope(api_version, kind, &[]);
        assert!(
            read(JOB, &body, BodyFormat::Protobuf).is_ok(),
            "{api_version} {kind}"
        );
    }
    assert_eq!(
        error(JOB, &envelope("v1", "Pod", &[])),
        r#"Pod in version "v1" cannot be handled as a Job: converting (v1.Pod) to (batch.Job): unknown conversion"#
    );
    assert_eq!(
        error(JOB, &envelope("batch/v2", "Job", &[])),
        r#"Job in version "v2" cannot be handled as a Job: no kind "Job" is registered for version "batch/v2" in scheme "pkg/runtime/scheme.go:111""#
    );
}

#[test]
fn a_message_that_breaks_off_is_refused_in_gos_words() {
    let overlong = [0xff; 10];
    let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let negative = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    for (raw, why) in [
        // A key, a length, a content and a number that are cut.
        (vec![0x8a], "unexpected EOF"),
        (field(1, 2, &[]), "unexpected EOF"),
        (field(1, 2, &[5, 0]), "unexpected EOF"),
        (field(1, 2, &huge), "unexpected EOF"),
        (bytes(2, &field(1, 0, &[0x80])), "unexpected EOF"),
        // In fields nobody knows, too.
        (field(9, 0, &[0x80]), "unexpected EOF"),
        (field(9, 1, &[0; 7]), "unexpected EOF"),
        (field(9, 5, &[0; 3]), "unexpected EOF"),
        (field(9, 2, &[4, 0]), "unexpected EOF"),
        (overlong.to_vec(), "proto: integer overflow"),
        (field(1, 2, &overlong), "proto: integer overflow"),
        (
            field(1, 2, &negative),
            "proto: negative length found during unmarshaling",
        ),
        (
            field(9, 2, &negative),
            "proto: negative length found during unmarshaling",
        ),
        (field(0, 2, &[0]), "proto: Job: illegal tag 0 (wire type 2)"),
        (
            bytes(2, &field(0, 0, &[0])),
            "proto: JobSpec: illegal tag 0 (wire type 0)",
        ),
        (
            field(1, 0, &[1]),
            "proto: wrong wireType = 0 for field ObjectMeta",
        ),
        (
            bytes(2, &bytes(1, b"x")),
            "proto: wrong wireType = 2 for field Parallelism",
        ),
        (
            bytes(2, &field(1, 3, &[])),
            "proto: wrong wireType = 3 for field Parallelism",
        ),
        // Groups.
        (
            field(1, 4, &[]),
            "proto: Job: wiretype end group for non-group",
        ),
        (field(9, 3, &[]), "unexpected EOF"),
        (field(9, 3, &field(9, 6, &[])), "proto: illegal wireType 6"),
        (field(9, 7, &[]), "proto: illegal wireType 7"),
    ] {
        assert_eq!(job_error(&raw), format!("{REFUSED}{why}"), "{raw:02x?}");
    }
}

#[test]
fn fields_nobody_knows_are_left_out() {
    let unknown = [
        field(15, 0, &[0x80, 0x01]),
        field(15, 1, &[0; 8]),
        bytes(15, b"of a later Kubernetes"),
        // In it a number, and another group.
        field(15, 3, &[0x50, 0x01, 0x53, 0x54, 0x7c]),
        field(15, 5, &[0; 4]),
    ]
    .concat();
    // JobSpec has a field 15, but no 99.
    let far = [0x98, 0x06, 0x01];
    let spec = bytes(2, &[&far, &field(1, 0, &[3])[..], &far].concat());
    let raw = [unknown.clone(), spec, unknown].concat();
    let body = envelope("batch/v1", "Job", &raw);
    let read = read(JOB, &body, BodyFormat::Protobuf).expect("a Job");
    assert_eq!(read, serde_json::json!({"spec": {"parallelism": 3}}));
}

#[test]
fn what_stands_twice_is_read_as_go_reads_it() {
    let metadata = |fields: Vec<Vec<u8>>| bytes(1, &fields.concat());
    let label = |key: &str, value: &str| {
        let entry = [bytes(1, key.as_bytes()), bytes(2, value.as_bytes())].concat();
        bytes(11, &entry)
    };
    let raw = [
        metadata(vec![bytes(1, b"first"), label("a", "1"), bytes(14, b"f1")]),
        metadata(vec![bytes(1, b"last"), label("a", "2"), bytes(14, b"f2")]),
        bytes(2, &[field(1, 0, &[1]), field(1, 0, &[2])].concat()),
    ]
    .concat();
    let read = read(
        JOB,
        &envelope("batch/v1", "Job", &raw),
        BodyFormat::Protobuf,
    );
    assert_eq!(
        read.expect("a Job"),
        serde_json::json!({
            "metadata": {"name": "last", "labels": {"a": "2"}, "finalizers": ["f1", "f2"]},
            "spec": {"parallelism": 2},
        })
    );
}

#[test]
fn numbers_are_cut_as_go_cuts_them_and_lists_may_be_packed() {
    let minus_one = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let two_to_32_and_5 = [0x85, 0x80, 0x80, 0x80, 0x10];
    // spec.podFailurePolicy.rules.onExitCodes.values
    let packed = [&[1, 2][..], &minus_one].concat();
    let values = [bytes(3, &packed), field(3, 0, &[9])].concat();
    let policy = bytes(11, &bytes(1, &bytes(2, &values)));
    let raw = bytes(
        2,
        &[
            field(1, 0, &minus_one),
            field(2, 0, &two_to_32_and_5),
            field(3, 0, &two_to_32_and_5),
            policy,
        ]
        .concat(),
    );
    let read = read(
        JOB,
        &envelope("batch/v1", "Job", &raw),
        BodyFormat::Protobuf,
    );
    assert_eq!(
        read.expect("a Job"),
        serde_json::json!({"spec": {
            "parallelism": -1,
            "completions": 5,
            "activeDeadlineSeconds": 4_294_967_301_i64,
            "podFailurePolicy": {"rules": [{"onExitCodes": {"values": [1, 2, -1, 9]}}]},
        }})
    );
}

#[test]
fn values_that_are_none_are_refused() {
    let created = |time: &[u8]| bytes(1, &bytes(8, time));
    let far = [&[0x08][..], &[0xff; 8], &[0x7f, 0x10, 0]].concat();
    assert_eq!(
        job_error(&created(&far)),
        format!("{REFUSED}Time.MarshalJSON: year outside of range [0,9999]")
    );
    // metadata.managedFields.fieldsV1
    let managed = |json: &[u8]| {
        let entry = bytes(7, &bytes(1, json));
        bytes(1, &[&[0x8a, 0x01, entry.len() as u8][..], &entry].concat())
    };
    assert_eq!(
        job_error(&managed(b"{")),
        format!("{REFUSED}unexpected end of JSON input")
    );
    let deep = b"[".repeat(110);
    assert_eq!(
        job_error(&managed(&deep)),
        format!("{REFUSED}exceeded max depth")
    );
    // spec.template.spec.overhead
    let overhead = |quantity: &[u8]| {
        let entry = [bytes(1, b"cpu"), bytes(2, &bytes(1, quantity))].concat();
        let spec = [&[0x82, 0x02, entry.len() as u8][..], &entry].concat();
        bytes(2, &bytes(6, &bytes(2, &spec)))
    };
    assert!(job_error(&overhead(b"1 apple")).starts_with(&format!(
        "{REFUSED}quantities must match the regular expression"
    )));
}

#[test]
fn text_that_is_no_utf8_gets_replacement_characters() {
    let raw = bytes(1, &bytes(1, b"a\xffb"));
    let read = read(
        JOB,
        &envelope("batch/v1", "Job", &raw),
        BodyFormat::Protobuf,
    );
    assert_eq!(
        read.expect("a Job"),
        serde_json::json!({"metadata": {"name": "a\u{fffd}b"}})
    );
}

/// Three megabytes, each two bytes another thing.
#[test]
fn many_small_things_are_refused() {
    const COUNT: usize = 1_500_000;
    // metadata.finalizers, spec.template.spec.containers, metadata.labels
    let finalizers = bytes(1, &[0x72, 0].repeat(COUNT));
    let containers = bytes(2, &bytes(6, &bytes(2, &[0x12, 0].repeat(COUNT))));
    let labels = bytes(1, &[0x5a, 0].repeat(COUNT));
    for raw in [finalizers, containers, labels] {
        assert_eq!(
            job_error(&raw),
            format!("{REFUSED}an object may not hold more than 500000 values")
        );
    }
    // Fields without meaning are no things.
    let skipped = field(9, 0, &[0]).repeat(COUNT);
    let body = envelope("batch/v1", "Job", &skipped);
    assert!(read(JOB, &body, BodyFormat::Protobuf).is_ok());
}

/// A group in a group, a million times: no stack is needed.
#[test]
fn deep_groups_are_left_out() {
    const DEPTH: usize = 1_000_000;
    let groups = [vec![0x4b; DEPTH], vec![0x4c; DEPTH]].concat();
    let body = envelope("batch/v1", "Job", &groups);
    assert!(read(JOB, &body, BodyFormat::Protobuf).is_ok());
    let body = envelope("batch/v1", "Job", &groups[..DEPTH]);
    assert_eq!(error(JOB, &body), format!("{REFUSED}unexpected EOF"));
}
