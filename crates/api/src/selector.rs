//! Which objects a request, a Job or a watch is about.
//!
//! A [`LabelSelector`] reads either the query grammar (`a=b,c in (d,e),!f`) or
//! the object form of `spec.selector`. A [`FieldSelector`] reads
//! `metadata.name=x,status.phase!=Running` and knows which fields each kind
//! lets one ask for.
//!
//! Source: apimachinery `pkg/labels/selector.go`, `pkg/fields/selector.go`,
//! `pkg/apis/meta/v1/helpers.go` (`LabelSelectorAsSelector`); the fields of
//! each kind from the `conversion.go` of its API group.

mod field;
mod parse;

pub use field::FieldSelector;

use std::{collections::BTreeMap, fmt};

use crate::{
    field::{ErrorList, FieldError, GoValue, Path, quoted},
    meta,
    validation::names,
};

/// Requirements on the labels of an object, all of which must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    /// Sorted by key. Empty: everything.
    requirements: Vec<Requirement>,
    /// The selector of an absent `LabelSelector`: matches no object at all.
    nothing: bool,
}

/// One requirement on one label.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    /// Sorted, each once.
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Equals,
    DoubleEquals,
    NotEquals,
    GreaterThan,
    LessThan,
    Exists,
    DoesNotExist,
}

impl LabelSelector {
    /// Matches every object.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Matches no object.
    pub fn nothing() -> Self {
        Self {
            requirements: Vec::new(),
            nothing: true,
        }
    }

    /// Reads the `labelSelector` of a query. The error is the message of the 400.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::selector(text)
    }

    /// Reads the object form: an empty one selects everything. For an absent one
    /// use [`nothing`](Self::nothing).
    ///
    /// Fails on an unknown operator and on values that do not fit the operator.
    pub fn from_meta(selector: &meta::LabelSelector) -> Result<Self, String> {
        let mut requirements = Vec::new();
        for (key, value) in selector.match_labels.iter().flatten() {
            requirements.push(Requirement::new(
                key,
                Operator::Equals,
                vec![value.clone()],
            )?);
        }
        for expression in selector.match_expressions.iter().flatten() {
            let operator = match expression.operator.as_str() {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                unknown => {
                    return Err(format!(
                        "{} is not a valid label selector operator",
                        quoted(unknown)
                    ));
                }
            };
            requirements.push(Requirement::new(
                &expression.key,
                operator,
                expression.values.clone().unwrap_or_default(),
            )?);
        }
        Ok(Self::of(requirements))
    }

    fn of(mut requirements: Vec<Requirement>) -> Self {
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Self {
            requirements,
            nothing: false,
        }
    }

    /// Whether an object with these labels is meant.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        !self.nothing && self.requirements.iter().all(|one| one.matches(labels))
    }

    /// [`matches`](Self::matches) for labels as objects carry them; absent is empty.
    pub fn matches_labels_of(&self, metadata: &meta::ObjectMeta) -> bool {
        match &metadata.labels {
            Some(labels) => self.matches(labels),
            None => self.matches(&BTreeMap::new()),
        }
    }

    /// Whether every object is meant, so that nobody needs to look at labels.
    pub fn is_everything(&self) -> bool {
        !self.nothing && self.requirements.is_empty()
    }

    /// The one value that the label `key` must have, if the selector says so:
    /// what an index can be asked for.
    pub fn exact(&self, key: &str) -> Option<&str> {
        let one = self.requirements.iter().find(|one| one.key == key)?;
        match (one.operator, one.values.as_slice()) {
            (Operator::Equals | Operator::DoubleEquals | Operator::In, [value]) => Some(value),
            _ => None,
        }
    }
}

impl Requirement {
    /// Source: `labels.NewRequirement`; several faults are printed as a list.
    fn new(key: &str, operator: Operator, mut values: Vec<String>) -> Result<Self, String> {
        values.sort();
        values.dedup();
        let mut errors = ErrorList::new();
        let key_errors = names::qualified_name(key);
        if !key_errors.is_empty() {
            errors.push(FieldError::invalid(
                &Path::new("key"),
                key,
                key_errors.join("; "),
            ));
        }
        let path = Path::new("values");
        let wrong_count = match operator {
            Operator::In | Operator::NotIn => values
                .is_empty()
                .then_some("for 'in', 'notin' operators, values set can't be empty"),
            Operator::Equals | Operator::DoubleEquals | Operator::NotEquals => {
                (values.len() != 1).then_some("exact-match compatibility requires one single value")
            }
            Operator::Exists | Operator::DoesNotExist => (!values.is_empty())
                .then_some("values set must be empty for exists and does not exist"),
            Operator::GreaterThan | Operator::LessThan => (values.len() != 1)
                .then_some("for 'Gt', 'Lt' operators, exactly one value is required"),
        };
        if let Some(why) = wrong_count {
            errors.push(FieldError::invalid(&path, Values(&values), why));
        }
        if matches!(operator, Operator::GreaterThan | Operator::LessThan) {
            for (index, value) in values.iter().enumerate() {
                if value.parse::<i64>().is_err() {
                    errors.push(FieldError::invalid(
                        &path.index(index),
                        value,
                        "for 'Gt', 'Lt' operators, the value must be an integer",
                    ));
                }
            }
        }
        for (index, value) in values.iter().enumerate() {
            let why = names::label_value(value);
            if !why.is_empty() {
                errors.push(FieldError::invalid(
                    &path.index(index).key(key),
                    value,
                    why.join("; "),
                ));
            }
        }
        if !errors.is_empty() {
            return Err(crate::status::aggregate(&errors));
        }
        Ok(Self {
            key: key.to_owned(),
            operator,
            values,
        })
    }

    fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let value = labels.get(&self.key);
        match self.operator {
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::In | Operator::Equals | Operator::DoubleEquals => {
                value.is_some_and(|value| self.values.contains(value))
            }
            Operator::NotIn | Operator::NotEquals => {
                value.is_none_or(|value| !self.values.contains(value))
            }
            Operator::GreaterThan => self.compares(value, |label, bound| label > bound),
            Operator::LessThan => self.compares(value, |label, bound| label < bound),
        }
    }

    /// A label that is absent or no integer does not match.
    fn compares(&self, label: Option<&String>, holds: fn(i64, i64) -> bool) -> bool {
        let number = |text: &String| text.parse::<i64>().ok();
        match (label.and_then(number), self.values.first().and_then(number)) {
            (Some(label), Some(bound)) => holds(label, bound),
            _ => false,
        }
    }
}

/// The form kubectl prints: `a=b,c in (d,e),!f`.
impl fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.requirements.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            one.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.values.join(",");
        let key = &self.key;
        match self.operator {
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::Equals => write!(f, "{key}={values}"),
            Operator::DoubleEquals => write!(f, "{key}=={values}"),
            Operator::NotEquals => write!(f, "{key}!={values}"),
            Operator::GreaterThan => write!(f, "{key}>{values}"),
            Operator::LessThan => write!(f, "{key}<{values}"),
            Operator::In => write!(f, "{key} in ({values})"),
            Operator::NotIn => write!(f, "{key} notin ({values})"),
        }
    }
}

/// A list of strings in an error, as JSON.
struct Values<'a>(&'a [String]);

impl GoValue for Values<'_> {
    fn go_value(&self) -> String {
        crate::field::Json(self.0).go_value()
    }
}
