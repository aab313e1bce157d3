//! Selecting by the value of a field.
//!
//! Only a few fields of each kind can be asked for; any other name is an error,
//! not an empty answer.
//!
//! Source: apimachinery `pkg/fields/selector.go` (`parseSelector`,
//! `UnescapeValue`); the fields of a kind from `AddFieldLabelConversionsFor...`
//! in its group's `conversion.go`.

use crate::{field::quoted, resource, resource::ResourceInfo, strategy::Strategy};

/// Requirements on fields of an object, all of which must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSelector(Vec<Term>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    field: String,
    value: String,
    equal: bool,
}

impl FieldSelector {
    /// Reads the `fieldSelector` of a query about objects of the kind `resource`.
    /// The error is the message of the 400.
    pub fn parse(text: &str, resource: &ResourceInfo) -> Result<Self, String> {
        let mut parts = split_terms(text);
        parts.sort_unstable();
        let mut terms = Vec::new();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            let Some((field, operator, value)) = split_term(part) else {
                return Err(format!(
                    "invalid selector: '{text}'; can't understand '{part}'"
                ));
            };
            terms.push(Term {
                field: field.to_owned(),
                value: unescape(value)?,
                equal: operator != "!=",
            });
        }
        for term in &terms {
            check_supported(&term.field, resource)?;
        }
        Ok(Self(terms))
    }

    /// Whether an object with these values is meant; a field that `value_of` does
    /// not know counts as empty.
    pub fn matches(&self, value_of: impl Fn(&str) -> Option<String>) -> bool {
        self.0
            .iter()
            .all(|term| (value_of(&term.field).unwrap_or_default() == term.value) == term.equal)
    }

    /// Whether this object is meant.
    pub fn matches_object<T: Strategy>(&self, object: &T) -> bool {
        self.matches(|name| value_of(object, name))
    }

    /// Whether every object is meant.
    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// The one value that `field` must have, if the selector says so: what an
    /// index can be asked for.
    pub fn exact(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|term| term.equal && term.field == field)
            .map(|term| term.value.as_str())
    }
}

/// The value of any field that can be selected by, with those that all kinds have.
fn value_of<T: Strategy>(object: &T, name: &str) -> Option<String> {
    let metadata = object.metadata();
    match name {
        "metadata.name" => metadata.name.clone(),
        "metadata.namespace" => metadata.namespace.clone(),
        other => object.selectable_field(other),
    }
}

/// Fields of Pods, Events, Nodes ... beyond the name; `None` for kinds that have
/// only the metadata.
fn own_fields(resource: &ResourceInfo) -> Option<&'static [&'static str]> {
    let fields: &[&str] = match (resource.group, resource.kind) {
        ("", "Pod") => &[
            "metadata.namespace",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
        ("", "Event") => &[
            "metadata.namespace",
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        ("", "Node") => &["spec.unschedulable"],
        ("", "Namespace") => &["status.phase"],
        ("", "Secret") => &["metadata.namespace", "type"],
        ("batch", "Job") => &["metadata.namespace", "status.successful"],
        _ => return None,
    };
    Some(fields)
}

fn check_supported(field: &str, resource: &ResourceInfo) -> Result<(), String> {
    if field == "metadata.name" {
        return Ok(());
    }
    match own_fields(resource) {
        None if field == "metadata.namespace" => Ok(()),
        None => Err(format!(
            "{} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
            quoted(field)
        )),
        Some(fields) if fields.contains(&field) => Ok(()),
        Some(_) if resource == &resource::JOB => Err(format!(
            "field label {} not supported for Job",
            quoted(field)
        )),
        Some(_) => Err(format!("field label not supported: {field}")),
    }
}

/// Splits at commas that no backslash stands before.
fn split_terms(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// `name`, operator, value: at the first operator in the text.
fn split_term(part: &str) -> Option<(&str, &'static str, &str)> {
    for (at, _) in part.char_indices() {
        let rest = &part[at..];
        for operator in ["!=", "==", "="] {
            if let Some(value) = rest.strip_prefix(operator) {
                return Some((&part[..at], operator, value));
            }
        }
    }
    None
}

fn unescape(value: &str) -> Result<String, String> {
    if !value.contains(['\\', ',', '=']) {
        return Ok(value.to_owned());
    }
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(escaped @ ('\\' | ',' | '=')) => text.push(escaped),
                Some(other) => {
                    return Err(format!(
                        "invalid field selector: invalid escape sequence: \\{other}"
                    ));
                }
                None => {
                    return Err("invalid field selector: invalid escape sequence: \\".to_owned());
                }
            },
            // Go prints the character as a number.
            ',' | '=' => {
                return Err(format!(
                    "invalid field selector: unescaped character in value: {}",
                    u32::from(character)
                ));
            }
            plain => text.push(plain),
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_escapes() {
        let selector = FieldSelector::parse(
            "metadata.name==a,,status.phase!=Running,spec.nodeName=x\\,y",
            &resource::POD,
        )
        .expect("valid");
        let pod = |phase: &'static str| {
            move |name: &str| {
                Some(
                    match name {
                        "metadata.name" => "a",
                        "status.phase" => phase,
                        "spec.nodeName" => "x,y",
                        _ => "",
                    }
                    .to_owned(),
                )
            }
        };
        assert!(selector.matches(pod("Pending")));
        assert!(!selector.matches(pod("Running")));
        assert_eq!(selector.exact("spec.nodeName"), Some("x,y"));
        assert_eq!(selector.exact("status.phase"), None);
    }

    #[test]
    fn faults_in_kubernetes_words() {
        let cases = [
            (
                "nonsense",
                &resource::POD,
                "invalid selector: 'nonsense'; can't understand 'nonsense'",
            ),
            (
                "spec.x=1",
                &resource::JOB,
                "field label \"spec.x\" not supported for Job",
            ),
            (
                "spec.x=1",
                &resource::POD,
                "field label not supported: spec.x",
            ),
            (
                "metadata.namespace=x",
                &resource::NODE,
                "field label not supported: metadata.namespace",
            ),
            (
                "spec.x=1",
                &resource::CONFIG_MAP,
                "\"spec.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
            ),
            (
                "metadata.name=a=b",
                &resource::POD,
                "invalid field selector: unescaped character in value: 61",
            ),
        ];
        for (text, resource, expected) in cases {
            assert_eq!(
                FieldSelector::parse(text, resource),
                Err(expected.to_owned())
            );
        }
    }
}
