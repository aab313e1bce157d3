//! Laws of decoding, tried on many inputs: whatever comes is answered.

use proptest::{prelude::*, test_runner::Config};
use serde_json::{Map, Number, Value};

use super::*;
use crate::{batch::Job, core::Pod};

/// Any JSON value, keys from a small set so that some mean something.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        "[a-z0-9./:=-]{0,8}".prop_map(Value::from),
        "\\PC{0,4}".prop_map(Value::from),
    ];
    scalar.prop_recursive(6, 64, 6, |inner| {
        let entries = prop::collection::vec((field_name(), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            entries.prop_map(|entries| entries.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

fn field_name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "apiVersion",
            "kind",
            "metadata",
            "name",
            "labels",
            "spec",
            "template",
            "containers",
            "command",
            "resources",
            "limits",
            "cpu",
            "ports",
            "containerPort",
            "parallelism",
            "suspend",
            "status",
            "conditions",
            "creationTimestamp",
            "managedFields",
            "fieldsV1",
            "initialDelaySeconds",
            "httpGet",
            "port",
            "readinessProbe",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ]
}

fn tried_as_all(bytes: &[u8]) {
    for format in [BodyFormat::Json, BodyFormat::Yaml] {
        for validation in [
            FieldValidation::Ignore,
            FieldValidation::Warn,
            FieldValidation::Strict,
        ] {
            for result in [
                decode::<Job>(bytes, format, validation).err(),
                decode::<Pod>(bytes, format, validation).err(),
            ] {
                assert!(result.is_none_or(|error| error.code() == 400));
            }
        }
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 200, ..Config::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        tried_as_all(&bytes);
        let _ = documents(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_that_looks_like_a_manifest_is_answered(
        text in "([a-c]|[ \n:\\-,\\[\\]{}&*!|>'\"#%@`~0-9]|kind|spec|<<){0,60}"
    ) {
        tried_as_all(text.as_bytes());
        let _ = documents(&text);
    }

    #[test]
    fn any_json_is_answered(value in any_json()) {
        tried_as_all(value.to_string().as_bytes());
    }

    /// Our parser and serde_json's read the same.
    #[test]
    fn json_is_read_as_others_read_it(value in any_json()) {
        for text in [value.to_string(), format!("{value:#}")] {
            let read = json::parse(text.as_bytes()).map(Node::into_value);
            prop_assert_eq!(read, Ok(value.clone()));
        }
    }

    /// And they refuse the same, bounds and numbers beyond a float apart.
    #[test]
    fn what_is_no_json_is_refused(text in "[\\[\\]{}\",:0-9a-z\\\\ .+-]{0,12}") {
        let theirs = serde_json::from_str::<Value>(&text);
        let ours = json::parse(text.as_bytes());
        if let (Err(error), Ok(_)) = (&theirs, &ours) {
            prop_assert!(error.to_string().contains("out of range") || error.to_string().contains("surrogate"), "{text}: {error}");
        } else {
            prop_assert_eq!(theirs.is_ok(), ours.is_ok(), "{}", text);
        }
    }

    /// An object we wrote is read back whole, under the strictest rules.
    #[test]
    fn what_was_decoded_is_decoded_again(value in any_json()) {
        let text = serde_json::json!({"metadata": {"labels": value}, "spec": value}).to_string();
        if let Ok(first) = decode::<Pod>(text.as_bytes(), BodyFormat::Json, FieldValidation::Ignore) {
            let text = serde_json::to_vec(&first.object).expect("objects can be written");
            let again = decode::<Pod>(&text, BodyFormat::Json, FieldValidation::Strict).expect("our own form");
            prop_assert_eq!(again, Decoded { object: first.object, warnings: vec![] });
        }
    }
}

/// As deep as may be, through every step, on the stack of a worker thread.
#[test]
fn the_deepest_body_fits_the_stack() {
    let nested = |depth: usize| {
        format!(
            r#"{{"metadata":{{"managedFields":[{{"fieldsV1":{}{}}}]}}}}"#,
            r#"{"f:a":"#.repeat(depth),
            "1".to_owned() + &"}".repeat(depth)
        )
    };
    let deepest = nested(json::DEPTH_MAX - 4);
    let read = decode::<Pod>(
        deepest.as_bytes(),
        BodyFormat::Json,
        FieldValidation::Strict,
    );
    let text = serde_json::to_vec(&read.expect("as deep as may be").object).expect("written");
    serde_json::from_slice::<Pod>(&text).expect("read back from the store");
    let error = decode::<Pod>(
        nested(200).as_bytes(),
        BodyFormat::Json,
        FieldValidation::Ignore,
    );
    assert!(
        error
            .expect_err("too deep")
            .message()
            .contains("exceeded max depth")
    );
}
