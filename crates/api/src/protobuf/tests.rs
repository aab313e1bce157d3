//! Bodies as kubectl sends them, bodies that nobody should send, and the law
//! that an object means the same in both forms.

mod golden;
mod hostile;
mod laws;

use serde_json::Value;

use crate::{
    StatusError,
    decode::{BodyFormat, FieldValidation, decode_as},
};

/// Group, version and kind.
type Kind = (&'static str, &'static str, &'static str);

const JOB: Kind = ("batch", "v1", "Job");
const POD: Kind = ("", "v1", "Pod");

/// The body as the schema reads it, without what is absent.
fn read(kind: Kind, bytes: &[u8], format: BodyFormat) -> Result<Value, StatusError> {
    let read = decode_as::<Value>(kind, bytes, format, FieldValidation::Strict)?;
    Ok(without_null(read.object))
}

fn without_null(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(without_null).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_null(value)))
            .collect(),
        scalar => scalar,
    }
}

/// Bytes written as hexadecimal digits, with any white space between.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("digits");
            u8::from_str_radix(pair, 16).expect("two digits")
        })
        .collect()
}
