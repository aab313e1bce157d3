//! Which fields an object sets.
//!
//! Source: structured-merge-diff `typed/tofieldset.go`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{element::PathElement, field_set::FieldSet, shape::Shape};

/// The fields that `value` sets.
///
/// Entries of maps and elements of lists are in it themselves; a struct field is
/// there with what is in it, unless nothing is.
pub(super) fn field_set(value: &Value, shape: Shape) -> FieldSet {
    let mut walk = Walk::default();
    walk.value(value, shape);
    walk.set
}

#[derive(Default)]
struct Walk {
    set: FieldSet,
    path: Vec<PathElement>,
}

impl Walk {
    fn value(&mut self, value: &Value, shape: Shape) {
        match (shape, value) {
            (Shape::Struct(_) | Shape::Map(_), Value::Object(entries)) => {
                for (name, entry) in entries {
                    let element = PathElement::field(name);
                    let is_nothing =
                        entry.is_null() || entry.as_object().is_some_and(serde_json::Map::is_empty);
                    let is_member = is_nothing || !shape.is_named_field(&element);
                    self.part(element, entry, shape, is_member);
                }
            }
            (Shape::Keyed(..) | Shape::Set, Value::Array(items)) => self.list(items, shape),
            // Null is what a list or map is that is not there.
            (Shape::Struct(_) | Shape::Map(_) | Shape::Keyed(..) | Shape::Set, _) => {}
            (Shape::Whole, _) => self.set.insert(&self.path),
        }
    }

    /// Of elements that stand twice only the place is owned: which of them a
    /// field below belongs to cannot be said.
    fn list(&mut self, items: &[Value], shape: Shape) {
        let elements: Vec<_> = items
            .iter()
            .map(|item| shape.element_of(item).ok())
            .collect();
        let (mut seen, mut doubled) = (BTreeSet::new(), BTreeSet::new());
        for element in elements.iter().flatten() {
            if !seen.insert(element.clone()) {
                doubled.insert(element.clone());
            }
        }
        for (item, element) in items.iter().zip(elements) {
            let Some(element) = element else { continue };
            if doubled.contains(&element) {
                self.path.push(element);
                self.set.insert(&self.path);
                self.path.pop();
            } else {
                self.part(element, item, shape, true);
            }
        }
    }

    fn part(&mut self, element: PathElement, value: &Value, shape: Shape, is_member: bool) {
        let below = shape.of_element(&element);
        self.path.push(element);
        self.value(value, below);
        if is_member {
            self.set.insert(&self.path);
        }
        self.path.pop();
    }
}
