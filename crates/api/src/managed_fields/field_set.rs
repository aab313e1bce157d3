//! Sets of fields: who owns what, as `fieldsV1` writes it.
//!
//! A set is a tree. A field that has owned fields below it is itself owned only
//! if it is a member too, which `fieldsV1` writes as `.` beside the fields below.
//!
//! **Invariant.** No child of a set is empty; so a set without members and
//! children is empty, and equal sets are equal trees.
//!
//! Source: structured-merge-diff `fieldpath/{set,serialize}.go`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    element::{FieldPath, InvalidElement, PathElement},
    shape::Shape,
};

/// Deepest nesting of a set that a client may send; objects nest about 25 times.
const DEPTH_MAX: usize = 64;

/// A set of fields of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet {
    members: BTreeSet<PathElement>,
    children: BTreeMap<PathElement, FieldSet>,
}

impl FieldSet {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.children.is_empty()
    }

    /// Adds the field at that path. The object as a whole is nobody's: an empty
    /// path adds nothing.
    pub fn insert(&mut self, path: &[PathElement]) {
        let Some((last, parents)) = path.split_last() else {
            return;
        };
        let mut set = self;
        for parent in parents {
            set = set.children.entry(parent.clone()).or_default();
        }
        set.members.insert(last.clone());
    }

    /// Whether the field at that path is in it.
    pub fn has(&self, path: &[PathElement]) -> bool {
        let Some((last, parents)) = path.split_last() else {
            return false;
        };
        let below = parents
            .iter()
            .try_fold(self, |set, parent| set.children.get(parent));
        below.is_some_and(|set| set.members.contains(last))
    }

    /// Whether that part of the value is in it as a whole.
    pub(super) fn has_member(&self, element: &PathElement) -> bool {
        self.members.contains(element)
    }

    /// What of it lies below that part.
    pub(super) fn below(&self, element: &PathElement) -> Option<&Self> {
        self.children.get(element)
    }

    /// What is in one of them.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        self.members.extend(other.members.iter().cloned());
        for (element, child) in &other.children {
            let own = self.children.remove(element).unwrap_or_default();
            self.children.insert(element.clone(), own.union(child));
        }
        self
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let both = self.members.intersection(&other.members);
        let children = self.children.iter().filter_map(|(element, child)| {
            let below = child.intersection(other.children.get(element)?);
            (!below.is_empty()).then(|| (element.clone(), below))
        });
        Self {
            members: both.cloned().collect(),
            children: children.collect(),
        }
    }

    /// What is in this and not in the other. A field below one of the other's stays.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.without(other, false)
    }

    /// What is in this and neither in the other nor below one of the other's.
    #[must_use]
    pub fn recursive_difference(&self, other: &Self) -> Self {
        self.without(other, true)
    }

    fn without(&self, other: &Self, with_what_is_below: bool) -> Self {
        let children = self.children.iter().filter_map(|(element, child)| {
            if with_what_is_below && other.members.contains(element) {
                return None;
            }
            let rest = match other.children.get(element) {
                Some(below) => child.without(below, with_what_is_below),
                None => child.clone(),
            };
            (!rest.is_empty()).then(|| (element.clone(), rest))
        });
        Self {
            members: self.members.difference(&other.members).cloned().collect(),
            children: children.collect(),
        }
    }

    /// The set with the struct fields on the way to its members as members.
    ///
    /// `EnsureNamedFieldsAreMembers`: entries of maps and elements of lists are
    /// there by somebody's will, but a struct field exists with what is in it.
    #[must_use]
    pub(super) fn with_named_fields(&self, shape: Shape) -> Self {
        let mut members = self.members.clone();
        let children = self.children.iter().map(|(element, child)| {
            if shape.is_named_field(element) {
                members.insert(element.clone());
            }
            let below = child.with_named_fields(shape.of_element(element));
            (element.clone(), below)
        });
        let children = children.collect();
        Self { members, children }
    }

    /// Every field in it, the owned ones of a value before those below its parts.
    pub fn paths(&self) -> Vec<FieldPath> {
        let mut paths = Vec::new();
        self.collect(&mut Vec::new(), &mut paths);
        paths
    }

    fn collect(&self, prefix: &mut Vec<PathElement>, paths: &mut Vec<FieldPath>) {
        for member in &self.members {
            let mut path = prefix.clone();
            path.push(member.clone());
            paths.push(FieldPath(path));
        }
        for (element, child) in &self.children {
            prefix.push(element.clone());
            child.collect(prefix, paths);
            prefix.pop();
        }
    }

    /// As `fieldsV1` holds it.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        for member in &self.members {
            map.insert(member.to_key(), Value::Object(Map::new()));
        }
        for (element, child) in &self.children {
            let mut below = child.to_json();
            if let (true, Value::Object(below)) = (self.members.contains(element), &mut below) {
                below.insert(".".to_owned(), Value::Object(Map::new()));
            }
            map.insert(element.to_key(), below);
        }
        Value::Object(map)
    }

    /// Reads `fieldsV1`.
    ///
    /// # Errors
    /// A key that is no path element, something that is no map, or a set that
    /// nests deeper than any object.
    pub fn from_json(json: &Value) -> Result<Self, InvalidElement> {
        Self::read(json, 0)
    }

    fn read(json: &Value, depth: usize) -> Result<Self, InvalidElement> {
        let map = match json {
            Value::Object(map) if depth < DEPTH_MAX => map,
            Value::Null => return Ok(Self::default()),
            other => return Err(InvalidElement(other.to_string())),
        };
        let mut set = Self::default();
        for (key, below) in map {
            if key == "." {
                continue; // the parent's member, which the parent reads
            }
            let element = PathElement::parse(key)?;
            let is_member = match below {
                Value::Object(below) => below.is_empty() || below.contains_key("."),
                _ => true,
            };
            let child = Self::read(below, depth + 1)?;
            if !child.is_empty() {
                set.children.insert(element.clone(), child);
            }
            if is_member {
                set.members.insert(element);
            }
        }
        Ok(set)
    }
}
