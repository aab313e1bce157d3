//! From client-side to server-side apply.
//!
//! `kubectl apply` used to note in an annotation what it applied last. When
//! kubectl comes to apply on the server, the fields that still are as noted are
//! its own, whoever the entry says owns them; and while the annotation is there
//! it is kept in step, so that the way back stays open.
//!
//! Source: apimachinery
//! `pkg/util/managedfields/internal/{lastappliedmanager,lastappliedupdater,lastapplied}.go`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Subject, compare::compare, extract::field_set, field_set::FieldSet};

/// The manager that the annotation belongs to.
pub(super) const KUBECTL: &str = "kubectl";
const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Longest annotations in all, in bytes; one that would not fit is dropped.
const ANNOTATIONS_BYTES_MAX: usize = 256 * 1024;

/// The fields of which the annotation says what the live object still holds;
/// `None` without an annotation that can be read.
pub(super) fn still_as_noted(subject: &Subject, live: &Value) -> Option<FieldSet> {
    let noted = live.pointer("/metadata/annotations")?.get(ANNOTATION)?;
    let noted: Value = serde_json::from_str(noted.as_str()?).ok()?;
    let version = noted.get("apiVersion").and_then(Value::as_str);
    if version != Some(&subject.api_version) {
        return None;
    }
    super::check::check(&noted, subject.definition).ok()?;
    let comparison = compare(&noted, live, subject.shape());
    let unchanged = field_set(&noted, subject.shape())
        .difference(&comparison.said())
        .difference(&comparison.removed);
    Some(unchanged)
}

/// Notes the applied configuration, if the object carries the annotation.
pub(super) fn note(annotations: Option<&mut BTreeMap<String, String>>, config: &Value) {
    let Some(annotations) = annotations else {
        return;
    };
    if annotations.get(ANNOTATION).is_none_or(String::is_empty) {
        return;
    }
    let mut config = config.clone();
    let own = config.pointer_mut("/metadata/annotations");
    if let Some(own) = own.and_then(Value::as_object_mut) {
        own.remove(ANNOTATION);
    }
    annotations.insert(ANNOTATION.to_owned(), format!("{config}\n"));
    let bytes = |(key, value): (&String, &String)| key.len() + value.len();
    if annotations.iter().map(bytes).sum::<usize>() > ANNOTATIONS_BYTES_MAX {
        annotations.remove(ANNOTATION);
    }
}
