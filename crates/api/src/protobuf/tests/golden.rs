//! Bytes that kubectl 1.32 sent, recorded by a server that kept them.

use serde_json::json;

use super::*;
use crate::protobuf::{encode, encode_list, encode_watch_event};

/// `kubectl create job x --image=i -- a b`
const CREATE_JOB: &str = "
    6b387300 0a0f 0a0862617463682f7631 12034a6f62
    1278 0a11 0a0178 1200 1a00 2200 2a00 3200 3800 4200
    1259 3257 0a10 0a00 1200 1a00 2200 2a00 3200 3800 4200
    1243 1220 0a0178 120169 1a0161 1a0162 2a00 4200 6a00 7200 800100 880100 900100 a20100
    1a054e65766572 3200 4200 4a00 5200 5800 6000 6800 820100 8a0100 9a0100 c20100
    1a08 2000 2800 3000 3a00 1a00 2200";

/// `kubectl create cronjob cj --image=i --schedule='* * * * *'`
const CREATE_CRON_JOB: &str = "
    6b387300 0a13 0a0862617463682f7631 120743726f6e4a6f62
    129501 0a12 0a02636a 1200 1a00 2200 2a00 3200 3800 4200
    127d 0a092a202a202a202a202a 1a00
    2a6e 0a12 0a02636a 1200 1a00 2200 2a00 3200 3800 4200
    1258 3256 0a10 0a00 1200 1a00 2200 2a00 3200 3800 4200
    1242 121b 0a02636a 120169 2a00 4200 6a00 7200 800100 880100 900100 a20100
    1a094f6e4661696c757265 3200 4200 4a00 5200 5800 6000 6800 820100 8a0100 9a0100 c20100
    1a00 1a00 2200";

/// `kubectl create secret generic s --from-literal=p=q`
const CREATE_SECRET: &str = "
    6b387300 0a0c 0a027631 1206536563726574
    121d 0a11 0a0173 1200 1a00 2200 2a00 3200 3800 4200
    1206 0a0170 120171 1a00 1a00 2200";

/// `kubectl auth can-i list pods`
const CAN_I: &str = "
    6b387300 0a32 0a17 617574686f72697a6174696f6e2e6b38732e696f2f7631
    1217 53656c665375626a656374416363657373526576696577
    123d 0a10 0a00 1200 1a00 2200 2a00 3200 3800 4200
    121f 0a1d 0a0764656661756c74 12046c697374 1a00 2200 2a04706f6473 3200 3a00
    1a08 0800 1200 1a00 2000 1a00 2200";

#[test]
fn what_kubectl_sends_is_read_as_its_json() {
    for (kind, body, expected) in [
        (
            JOB,
            CREATE_JOB,
            json!({
                "metadata": {"name": "x"},
                "spec": {"template": {
                    "metadata": {},
                    "spec": {
                        "containers": [
                            {"name": "x", "image": "i", "command": ["a", "b"], "resources": {}}
                        ],
                        "restartPolicy": "Never",
                    },
                }},
                "status": {},
            }),
        ),
        (
            ("batch", "v1", "CronJob"),
            CREATE_CRON_JOB,
            json!({
                "metadata": {"name": "cj"},
                "spec": {
                    "schedule": "* * * * *",
                    "jobTemplate": {
                        "metadata": {"name": "cj"},
                        "spec": {"template": {
                            "metadata": {},
                            "spec": {
                                "containers": [{"name": "cj", "image": "i", "resources": {}}],
                                "restartPolicy": "OnFailure",
                            },
                        }},
                    },
                },
                "status": {},
            }),
        ),
        (
            ("", "v1", "Secret"),
            CREATE_SECRET,
            json!({"metadata": {"name": "s"}, "data": {"p": "cQ=="}}),
        ),
        (
            ("authorization.k8s.io", "v1", "SelfSubjectAccessReview"),
            CAN_I,
            json!({
                "metadata": {},
                "spec": {"resourceAttributes":
                    {"namespace": "default", "verb": "list", "resource": "pods"}},
                "status": {"allowed": false},
            }),
        ),
    ] {
        let read = read(kind, &hex(body), BodyFormat::Protobuf).expect(kind.2);
        assert_eq!(read, expected, "{kind:?}");
    }
}

#[test]
fn an_object_is_written_in_its_envelope_in_the_order_of_numbers() {
    let job = r#"{"apiVersion":"batch/v1","kind":"Job","status":{},
        "metadata":{"name":"x","creationTimestamp":"2026-01-02T03:04:05Z"},
        "spec":{"suspend":false,"parallelism":2}}"#;
    let expected = "
        6b387300 0a0f 0a0862617463682f7631 12034a6f62
        1217 0a0d 0a0178 4208 08a5ebdcca06 1000
        1204 0802 5000
        1a00
        1a00 2200";
    assert_eq!(encode(job.as_bytes()).expect("a Job"), hex(expected));
}

#[test]
fn errors_metadata_and_lists_have_their_messages() {
    let status = r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
        "message":"no","reason":"NotFound","details":{"name":"pi","causes":[{"field":"a"}]},"code":404}"#;
    let expected = "
        6b387300 0a0c 0a027631 1206537461747573
        1227 0a00 1207 4661696c757265 1a026e6f 22084e6f74466f756e64
        2a09 0a027069 2203 1a0161 309403
        1a00 2200";
    assert_eq!(encode(status.as_bytes()).expect("a Status"), hex(expected));

    let metadata =
        r#"{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"x"}}"#;
    let expected = "
        6b387300 0a27 0a0e 6d6574612e6b38732e696f2f7631
        1215 5061727469616c4f626a6563744d65746164617461
        1205 0a03 0a0178
        1a00 2200";
    let encoded = encode(metadata.as_bytes()).expect("metadata");
    assert_eq!(encoded, hex(expected));

    let list = r#"{"kind":"JobList","apiVersion":"batch/v1","metadata":{"resourceVersion":"7"},
        "items":[{"metadata":{"name":"x"}},{"metadata":{"name":"y"}}]}"#;
    let expected = "
        6b387300 0a13 0a0862617463682f7631 12074a6f624c697374
        1213 0a03 120137 1205 0a03 0a0178 1205 0a03 0a0179
        1a00 2200";
    assert_eq!(encode(list.as_bytes()).expect("a list"), hex(expected));
    let items = [
        r#"{"metadata":{"name":"x"}}"#,
        r#"{"metadata":{"name":"y"}}"#,
    ];
    let piecemeal = encode_list("batch/v1", "Job", br#"{"resourceVersion":"7"}"#, items);
    assert_eq!(piecemeal.expect("a list"), hex(expected));
}

#[test]
fn a_frame_has_its_length_and_an_object_in_its_own_envelope() {
    let pod = br#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"x"}}"#;
    let object = encode(pod).expect("a Pod");
    let frame = encode_watch_event("ADDED", &pod[..]).expect("a frame");
    let mut expected = hex("0a05 4144444544");
    let length = u8::try_from(object.len()).expect("short");
    expected.extend([0x12, length + 2, 0x0a, length]);
    expected.extend(&object);
    let length = u8::try_from(expected.len()).expect("short");
    assert_eq!(frame[..4], [0, 0, 0, length]);
    assert_eq!(frame[4..], expected);
}

#[test]
fn what_has_no_message_is_an_error() {
    for (json, expected) in [
        ("[]", "the text to transcode is no JSON object: array"),
        (
            r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1"}"#,
            "Table of meta.k8s.io/v1 has no protobuf message",
        ),
        (
            r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":1}}"#,
            "the field name holds what it cannot",
        ),
    ] {
        let error = encode(json.as_bytes()).expect_err(json);
        assert_eq!(error.to_string(), expected);
    }
}
