//! Whether an applied configuration fits the schema.
//!
//! An applier says exactly what it wants to own, so nothing is dropped: unknown
//! fields and elements that stand twice are errors under any directive.
//!
//! Source: structured-merge-diff `typed/{validate,helpers}.go`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    element::{FieldPath, PathElement},
    shape::Shape,
};
use crate::{
    field::quoted,
    patch::{GoPrint, go_type},
    schema::{Definition, Type},
};

/// Most faults that are reported; a body may hold a million.
const FAULTS_MAX: usize = 100;

/// All that is wrong with the configuration, in upstream's words.
///
/// # Errors
/// One fault as `.spec.bogus: field not declared in schema`, several under `errors:`.
pub(super) fn check(config: &Value, definition: &'static Definition) -> Result<(), String> {
    let mut check = Check::default();
    check.value(
        config,
        &Type::Object(definition),
        Shape::of_object(definition),
    );
    match check.faults.as_slice() {
        [] => Ok(()),
        [fault] => Err(fault.clone()),
        faults => Err(format!("errors:\n  {}", faults.join("\n  "))),
    }
}

#[derive(Default)]
struct Check {
    path: FieldPath,
    faults: Vec<String>,
}

impl Check {
    fn value(&mut self, value: &Value, ty: &Type, shape: Shape) {
        match (ty, value) {
            (_, Value::Null)
            | (Type::Any, _)
            | (Type::Bool, Value::Bool(_))
            | (Type::Int32 | Type::Int64, Value::Number(_))
            | (Type::String | Type::Bytes | Type::Time | Type::MicroTime, Value::String(_))
            | (Type::Quantity | Type::IntOrString, Value::String(_) | Value::Number(_)) => {}
            (Type::Object(definition), Value::Object(entries)) => {
                for (name, entry) in entries {
                    let Some(field) = definition.field(name) else {
                        let what = "field not declared in schema";
                        self.below(PathElement::field(name), |check| check.fault(what));
                        return;
                    };
                    self.below(PathElement::field(name), |check| {
                        check.value(entry, &field.ty, Shape::of_field(field));
                    });
                }
            }
            (Type::Map(entry_type), Value::Object(entries)) => {
                for (name, entry) in entries {
                    let element = PathElement::field(name);
                    let below = shape.of_element(&element);
                    self.below(element, |check| check.value(entry, entry_type, below));
                }
            }
            (Type::List(item_type), Value::Array(items)) => self.list(items, item_type, shape),
            (Type::Object(_) | Type::Map(_), other) => {
                self.fault(&format!("expected map, got &{{{}}}", GoPrint(other)));
            }
            (Type::List(_), other) => {
                self.fault(&format!("expected list, got &{{{}}}", GoPrint(other)));
            }
            (Type::Bool, other) => self.fault(&format!("expected boolean, got {}", in_go(other))),
            (Type::Int32 | Type::Int64, other) => self.fault(&format!(
                "expected numeric (int or float), got {}",
                go_type(other)
            )),
            (Type::String | Type::Bytes | Type::Time | Type::MicroTime, other) => {
                self.fault(&format!("expected string, got {}", in_go(other)));
            }
            (Type::Quantity | Type::IntOrString, other) => {
                self.fault(&format!("expected scalar, got {}", in_go(other)));
            }
        }
    }

    fn list(&mut self, items: &[Value], item_type: &Type, shape: Shape) {
        let is_shared = matches!(shape, Shape::Set | Shape::Keyed(..));
        let mut seen = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            let element = if is_shared {
                match shape.element_of(item) {
                    Ok(element) => element,
                    Err(why) => {
                        self.fault(&format!("element {index}: {why}"));
                        return;
                    }
                }
            } else {
                PathElement::Index(index as i64)
            };
            if is_shared && !seen.insert(element.clone()) {
                self.fault(&format!("duplicate entries for key {element}"));
            }
            let below = shape.of_element(&element);
            self.below(element, |check| check.value(item, item_type, below));
        }
    }

    fn below(&mut self, element: PathElement, check: impl FnOnce(&mut Self)) {
        self.path.0.push(element);
        check(self);
        self.path.0.pop();
    }

    fn fault(&mut self, what: &str) {
        if self.faults.len() < FAULTS_MAX {
            let separator = if self.path.0.is_empty() { "" } else { ": " };
            self.faults.push(format!("{}{separator}{what}", self.path));
        }
    }
}

/// As Go's `%#v` prints a value that was read from JSON.
fn in_go(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Null => "interface {}(nil)".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(in_go).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Object(entries) => {
            let entries = entries.iter();
            let entries: Vec<String> = entries
                .map(|(name, value)| format!("{}:{}", quoted(name), in_go(value)))
                .collect();
            format!("map[string]interface {{}}{{{}}}", entries.join(", "))
        }
    }
}
