//! What differs between two versions of an object, field by field.
//!
//! Source: structured-merge-diff `typed/compare.go`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde_json::{Map, Value};

use super::{element::PathElement, field_set::FieldSet, shape::Shape};
use crate::schema::{Definition, Field, Type};

/// The difference between an old and a new version.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Only in the new one.
    pub(super) added: FieldSet,
    /// In both, and not the same.
    pub(super) modified: FieldSet,
    /// Only in the old one.
    pub(super) removed: FieldSet,
}

impl Comparison {
    /// What the new version says anew: added or modified.
    pub(super) fn said(&self) -> FieldSet {
        self.modified.clone().union(&self.added)
    }

    /// The difference but for these fields and all below them.
    pub(super) fn without(&self, ignored: &FieldSet) -> Self {
        Self {
            added: self.added.recursive_difference(ignored),
            modified: self.modified.recursive_difference(ignored),
            removed: self.removed.recursive_difference(ignored),
        }
    }
}

/// Compares two versions.
pub(super) fn compare(old: &Value, new: &Value, shape: Shape) -> Comparison {
    let mut walk = Walk::default();
    walk.value(Some(old), Some(new), shape);
    walk.comparison
}

#[derive(Default)]
struct Walk {
    comparison: Comparison,
    path: Vec<PathElement>,
}

impl Walk {
    fn value(&mut self, old: Option<&Value>, new: Option<&Value>, shape: Shape) {
        // What both hold nothing in is one leaf: so null and empty differ.
        let nothing = is_nothing(old) && is_nothing(new);
        match shape {
            Shape::Whole => return self.leaf(old, new),
            _ if nothing => return self.leaf(old, new),
            // Most of an object stays as it was.
            _ if old == new => return,
            Shape::Struct(definition) => self.fields(old, new, shape, Some(definition)),
            Shape::Map(_) => self.fields(old, new, shape, None),
            Shape::Set | Shape::Keyed(..) => self.list(old, new, shape),
        }
        match (old, new) {
            (None, _) => self.comparison.added.insert(&self.path),
            (_, None) => self.comparison.removed.insert(&self.path),
            (Some(_), Some(_)) => {}
        }
    }

    fn leaf(&mut self, old: Option<&Value>, new: Option<&Value>) {
        match (old, new) {
            (None, None) => {}
            (None, Some(_)) => self.comparison.added.insert(&self.path),
            (Some(_), None) => self.comparison.removed.insert(&self.path),
            (Some(old), Some(new)) if old == new => {}
            (Some(_), Some(_)) => self.comparison.modified.insert(&self.path),
        }
    }

    fn fields(
        &mut self,
        old: Option<&Value>,
        new: Option<&Value>,
        shape: Shape,
        definition: Option<&'static Definition>,
    ) {
        let mut names: BTreeSet<&str> = entries(old).chain(entries(new)).collect();
        if let (None, _) | (_, None) = (old, new) {
            // With the struct comes or goes what is always in it.
            let fields = definition.map_or(&[][..], |definition| definition.fields);
            let inside = fields
                .iter()
                .filter(|field| is_struct_inside(definition, field));
            names.extend(inside.map(|field| field.name));
        }
        for name in names {
            let before = held(old, name, definition);
            let after = held(new, name, definition);
            let element = PathElement::field(name);
            let below = shape.of_element(&element);
            self.path.push(element);
            self.value(before, after, below);
            self.path.pop();
        }
    }

    fn list(&mut self, old: Option<&Value>, new: Option<&Value>, shape: Shape) {
        let (old, new) = (by_element(old, shape), by_element(new, shape));
        let elements: BTreeSet<&PathElement> = old.keys().chain(new.keys()).collect();
        for element in elements {
            let below = shape.of_element(element);
            self.path.push(element.clone());
            self.value(old.get(element).copied(), new.get(element).copied(), below);
            self.path.pop();
        }
    }
}

/// The items of a list. Of those that stand twice the first counts.
fn by_element(list: Option<&Value>, shape: Shape) -> BTreeMap<PathElement, &Value> {
    let mut found = BTreeMap::new();
    for item in list.and_then(Value::as_array).into_iter().flatten() {
        if let Ok(element) = shape.element_of(item) {
            found.entry(element).or_insert(item);
        }
    }
    found
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let entries = value.and_then(Value::as_object).into_iter();
    entries.flat_map(Map::keys).map(String::as_str)
}

fn is_struct_inside(definition: Option<&'static Definition>, field: &Field) -> bool {
    matches!(field.ty, Type::Object(_))
        && definition.is_some_and(|definition| is_inside_in_go(definition, field))
}

/// Whether there is no value, or nothing in it.
pub(super) fn is_nothing(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(entries)) => entries.is_empty(),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => false,
    }
}

/// What a value holds under the name. Our structs leave out what Go's cannot: a
/// struct inside of a struct is always there, and so is a required list.
fn held<'a>(
    value: Option<&'a Value>,
    name: &str,
    definition: Option<&'static Definition>,
) -> Option<&'a Value> {
    static EMPTY: LazyLock<Value> = LazyLock::new(|| Value::Object(Map::new()));
    let value = value?;
    let found = value.as_object().and_then(|entries| entries.get(name));
    if found.is_some() {
        return found;
    }
    let definition = definition?;
    let field = definition.field(name)?;
    match field.ty {
        Type::Object(_) if is_inside_in_go(definition, field) => Some(&EMPTY),
        Type::List(_) if field.is_required => Some(&Value::Null),
        _ => None,
    }
}

/// Whether Go holds the struct itself in this field, not a pointer to it.
///
/// Source: `types.go` of `k8s.io/api`, v0.36; of the kinds served here.
pub(super) fn is_inside_in_go(definition: &Definition, field: &Field) -> bool {
    match field.name {
        "metadata" => true,
        "spec" | "status" => {
            definition.kind.is_some()
                || matches!(definition.go_name(), "PodTemplateSpec" | "JobTemplateSpec")
        }
        "template" | "jobTemplate" => matches!(definition.go_name(), "JobSpec" | "CronJobSpec"),
        "resources" => matches!(definition.go_name(), "Container" | "EphemeralContainer"),
        "nodeInfo" | "daemonEndpoints" => definition.go_name() == "NodeStatus",
        "kubeletEndpoint" => definition.go_name() == "NodeDaemonEndpoints",
        "involvedObject" | "source" | "regarding" | "deprecatedSource" => {
            definition.go_name() == "Event"
        }
        _ => false,
    }
}
