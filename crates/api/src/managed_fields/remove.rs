//! An object without some of its fields.
//!
//! Source: structured-merge-diff `typed/remove.go`.

use serde_json::{Map, Value};

use super::{element::PathElement, field_set::FieldSet, shape::Shape};

/// The value without these fields and all below them. A list or map of which
/// nothing stays is null.
pub(super) fn remove(value: &Value, fields: &FieldSet, shape: Shape) -> Value {
    match (shape, value) {
        (Shape::Struct(_) | Shape::Map(_), Value::Object(entries)) => {
            let mut rest = Map::new();
            for (name, entry) in entries {
                let element = PathElement::field(name);
                if let Some(kept) = part(&element, entry, fields, shape) {
                    rest.insert(name.clone(), kept);
                }
            }
            if rest.is_empty() {
                Value::Null
            } else {
                Value::Object(rest)
            }
        }
        (Shape::Set | Shape::Keyed(..), Value::Array(items)) => {
            let kept = items
                .iter()
                .filter_map(|item| match shape.element_of(item) {
                    Ok(element) => part(&element, item, fields, shape),
                    Err(_) => Some(item.clone()),
                });
            let kept: Vec<Value> = kept.collect();
            if kept.is_empty() {
                Value::Null
            } else {
                Value::Array(kept)
            }
        }
        (_, value) => value.clone(),
    }
}

fn part(element: &PathElement, value: &Value, fields: &FieldSet, shape: Shape) -> Option<Value> {
    if fields.has_member(element) {
        return None;
    }
    Some(match fields.below(element) {
        Some(below) => remove(value, below, shape.of_element(element)),
        None => value.clone(),
    })
}
