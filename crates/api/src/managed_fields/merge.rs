//! An applied configuration over the live object.
//!
//! What the configuration says counts; what it does not say stays. Elements of
//! shared lists are found by their keys, in the order of the configuration, with
//! the elements it does not name where they were among the others.
//!
//! Source: structured-merge-diff `typed/merge.go`.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{compare::is_nothing, element::PathElement, shape::Shape};

/// Merges `config` into `live`. `None`: nothing is left to hold.
pub(super) fn merge(live: Option<&Value>, config: Option<&Value>, shape: Shape) -> Option<Value> {
    let take = || config.or(live).cloned();
    if is_nothing(live) && is_nothing(config) {
        return take();
    }
    match shape {
        Shape::Whole => take(),
        Shape::Struct(_) | Shape::Map(_) => {
            let merged = merge_entries(entries(live), entries(config), shape);
            (!merged.is_empty()).then_some(Value::Object(merged))
        }
        Shape::Set | Shape::Keyed(..) => {
            let merged = merge_items(items(live), items(config), shape);
            (!merged.is_empty()).then_some(Value::Array(merged))
        }
    }
}

fn entries(value: Option<&Value>) -> Option<&Map<String, Value>> {
    value.and_then(Value::as_object)
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn merge_entries(
    live: Option<&Map<String, Value>>,
    config: Option<&Map<String, Value>>,
    shape: Shape,
) -> Map<String, Value> {
    let held = |map: Option<&'_ Map<String, Value>>, name: &str| {
        map.is_some_and(|it| it.contains_key(name))
    };
    let own = live.into_iter().flatten();
    let new = config.into_iter().flatten();
    let new = new.filter(|(name, _)| !held(live, name));
    let mut merged = Map::new();
    for (name, _) in own.chain(new) {
        let below = shape.of_element(&PathElement::field(name));
        let before = live.and_then(|map| map.get(name));
        let wanted = config.and_then(|map| map.get(name));
        if let Some(value) = merge(before, wanted, below) {
            merged.insert(name.clone(), value);
        }
    }
    merged
}

/// Elements that are in one list only keep their place between those in both,
/// and those in both stand in the order of the configuration.
fn merge_items(live: &[Value], config: &[Value], shape: Shape) -> Vec<Value> {
    let known = |item| (shape.element_of(item).ok(), item);
    let live: Vec<(Option<PathElement>, &Value)> = live.iter().map(known).collect();
    // What stands twice in the live list is replaced as a whole.
    let mut held: HashMap<&PathElement, Option<&Value>> = HashMap::new();
    for (element, item) in &live {
        if let Some(element) = element {
            let is_first = !held.contains_key(element);
            held.insert(element, is_first.then_some(*item));
        }
    }
    let mut wanted = HashSet::new();
    let config: Vec<(PathElement, &Value)> = config
        .iter()
        .filter_map(|item| Some((shape.element_of(item).ok()?, item)))
        .filter(|(element, _)| wanted.insert(element.clone()))
        .collect();
    let mut shared = config
        .iter()
        .map(|(element, _)| element)
        .filter(|element| held.contains_key(*element))
        .peekable();

    let mut merged = Vec::with_capacity(live.len().max(config.len()));
    let (mut live, mut config) = (live.iter().peekable(), config.iter().peekable());
    loop {
        match (live.peek(), config.peek()) {
            // Only in the live list: it stays where it is.
            (Some((element, item)), _)
                if element.as_ref().is_none_or(|one| !wanted.contains(one)) =>
            {
                merged.push((*item).clone());
                live.next();
            }
            // In both, but its turn in the order of the configuration is another time.
            (Some((element, _)), next)
                if next.is_none()
                    || shared
                        .peek()
                        .is_some_and(|turn| Some(*turn) != element.as_ref()) =>
            {
                live.next();
            }
            (before, Some((element, item))) => {
                if before.is_some_and(|(before, _)| before.as_ref() == Some(element)) {
                    live.next();
                }
                shared.next_if_eq(&element);
                let before = held.get(element).copied().flatten();
                merged.extend(merge(before, Some(item), shape.of_element(element)));
                config.next();
            }
            (None, None) => return merged,
            (Some(_), None) => unreachable!("taken above: nothing is wanted any more"),
        }
    }
}
