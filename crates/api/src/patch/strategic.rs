//! Strategic merge: a merge that knows which lists are sets of named things.
//!
//! What it knows comes from the schema table (merge keys, strategies); what the
//! sender wants beyond plain merging stands in the patch as directives:
//!
//! | Directive | Effect |
//! |---|---|
//! | `$patch: replace` in a map | the map becomes the rest of the patch |
//! | `$patch: delete` in a map | the map becomes empty |
//! | `$patch: delete` in a list element | the element of that key goes |
//! | `$patch: replace` in a list element | the list becomes the other elements |
//! | `$deleteFromPrimitiveList/f: [..]` | these values leave the list `f` |
//! | `$setElementOrder/f: [..]` | the order of the elements of `f` |
//! | `$retainKeys: [..]` | other keys leave the map |
//!
//! Elements are found by their key in a hash map, so that a patch of many
//! elements costs no more than reading it.
//!
//! Source: apimachinery `pkg/util/strategicpatch/patch.go` `mergeMap`, `mergeSlice`.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::go_print::{GoPrint, go_type};
use crate::schema::{Definition, Type};

const PATCH: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const SET_ELEMENT_ORDER: &str = "$setElementOrder";
const DELETE_FROM_PRIMITIVE_LIST: &str = "$deleteFromPrimitiveList";

/// A patch that cannot be applied.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MergeError {
    /// 400: a directive is not of the form it must have.
    BadPatch(&'static str),
    /// 422: a list of lists.
    ListOfLists,
    /// 500 without a reason: what Kubernetes has no type of error for.
    Untyped(String),
}

/// Merges `patch` into an object of this definition.
pub(super) fn merge(
    original: &mut Map<String, Value>,
    patch: Map<String, Value>,
    definition: &'static Definition,
) -> Result<(), MergeError> {
    merge_map(original, patch, Type::Object(definition))
}

fn merge_map(
    original: &mut Map<String, Value>,
    mut patch: Map<String, Value>,
    ty: Type,
) -> Result<(), MergeError> {
    if let Some(directive) = patch.get(PATCH) {
        match directive.as_str() {
            Some("replace") => {
                patch.remove(PATCH);
                *original = patch;
            }
            Some("delete") => original.clear(),
            _ => return Err(unknown_directive(directive, &patch)),
        }
        return Ok(());
    }
    retain_keys(original, &mut patch)?;
    merge_ordered_lists(original, &mut patch, ty)?;
    for (key, value) in patch {
        let (key, is_delete_list) = if key.starts_with(DELETE_FROM_PRIMITIVE_LIST) {
            let wrong = MergeError::BadPatch("invalid patch format of primitive list");
            let name = directive_target(&key, DELETE_FROM_PRIMITIVE_LIST).ok_or(wrong)?;
            (name.to_owned(), true)
        } else {
            (key, false)
        };
        match (original.get_mut(&key), value) {
            (_, Value::Null) => {
                original.remove(&key);
            }
            (Some(Value::Object(old)), Value::Object(new)) => {
                merge_map(old, new, Place::of(ty, &key)?.ty)?;
            }
            (Some(Value::Array(old)), Value::Array(new)) => {
                let place = Place::of(ty, &key)?;
                *old = merge_list(std::mem::take(old), new, place, is_delete_list)?;
            }
            // Nothing there, or nothing alike.
            (_, _) if is_delete_list => {}
            (_, mut value) => {
                drop_nulls_and_directives(&mut value);
                original.insert(key, value);
            }
        }
    }
    Ok(())
}

/// What the schema says about the value of a key.
#[derive(Clone, Copy)]
struct Place {
    ty: Type,
    merges_lists: bool,
    merge_key: Option<&'static str>,
}

impl Place {
    fn of(ty: Type, key: &str) -> Result<Self, MergeError> {
        let plain = |ty| Self {
            ty,
            merges_lists: false,
            merge_key: None,
        };
        match ty {
            Type::Object(definition) => match definition.field(key) {
                Some(field) => Ok(Self {
                    ty: field.ty,
                    merges_lists: field.strategy.merges_lists(),
                    merge_key: field.merge_key,
                }),
                None => Err(MergeError::Untyped(format!(
                    "unable to find api field in struct {} for the json field {key:?}",
                    definition.go_name()
                ))),
            },
            Type::Map(element) => Ok(plain(*element)),
            // No struct and no map: whatever stands there has no schema.
            other => Ok(plain(other)),
        }
    }
}

/// Drops what the patch does not want to keep.
fn retain_keys(
    original: &mut Map<String, Value>,
    patch: &mut Map<String, Value>,
) -> Result<(), MergeError> {
    const WRONG: MergeError = MergeError::BadPatch("invalid patch format of retainKeys");
    let retained = match patch.remove(RETAIN_KEYS) {
        None => return Ok(()),
        Some(Value::Array(keys)) => keys,
        Some(_) => return Err(WRONG),
    };
    let retained: Vec<&str> = retained.iter().filter_map(Value::as_str).collect();
    let is_directive = |key: &str| {
        key.starts_with(DELETE_FROM_PRIMITIVE_LIST) || key.starts_with(SET_ELEMENT_ORDER)
    };
    for (key, value) in &*patch {
        if !value.is_null() && !is_directive(key) && !retained.contains(&key.as_str()) {
            return Err(WRONG);
        }
    }
    original.retain(|key, _| retained.contains(&key.as_str()));
    Ok(())
}

/// Merges the lists whose order the patch says, and takes them from the patch.
fn merge_ordered_lists(
    original: &mut Map<String, Value>,
    patch: &mut Map<String, Value>,
    ty: Type,
) -> Result<(), MergeError> {
    let directives: Vec<String> = patch
        .keys()
        .filter(|key| key.starts_with(SET_ELEMENT_ORDER))
        .cloned()
        .collect();
    for directive in directives {
        let order = patch
            .remove(&directive)
            .map_or_else(|| Ok(Vec::new()), list)?;
        let wrong = MergeError::BadPatch("invalid patch format of setElementOrder list");
        let key = directive_target(&directive, SET_ELEMENT_ORDER).ok_or(wrong)?;
        let place = Place::of(ty, key)?;
        let old = original.get(key).cloned().map(list).transpose()?;
        let new = patch.remove(key).map(list).transpose()?;
        check_order(new.as_deref().unwrap_or_default(), &order, place)?;
        let server_order = old.clone().unwrap_or_default();
        let merged = match (old, new) {
            (None, None) => continue,
            (Some(old), None) => old,
            (None, Some(mut new)) => {
                new.iter_mut().for_each(drop_nulls_and_directives);
                new.retain(|item| !item.is_null());
                new
            }
            (Some(old), Some(new)) => merge_list(old, new, place, false)?,
        };
        let merged = in_order(merged, &order, &server_order, place.merge_key)?;
        original.insert(key.to_owned(), merged.into());
    }
    Ok(())
}

/// The field a directive is about: `f` of `$setElementOrder/f`.
fn directive_target<'a>(key: &'a str, directive: &str) -> Option<&'a str> {
    key.strip_prefix(directive)?.strip_prefix('/')
}

fn list(value: Value) -> Result<Vec<Value>, MergeError> {
    match value {
        Value::Array(items) => Ok(items),
        other => Err(MergeError::Untyped(format!(
            "expected a []interface {{}}, but received a {}",
            go_type(&other)
        ))),
    }
}

/// What the patch adds or changes must stand in the order it asks for.
fn check_order(new: &[Value], order: &[Value], place: Place) -> Result<(), MergeError> {
    if order.is_empty() {
        return Ok(());
    }
    let mut rest = order.iter();
    for item in new.iter().filter(|item| item.get(PATCH).is_none()) {
        let wanted = identity(item, place.merge_key)?;
        let mut is_found = false;
        for other in rest.by_ref() {
            is_found = identity(other, place.merge_key)? == wanted;
            if is_found {
                break;
            }
        }
        if !is_found {
            return Err(MergeError::Untyped(format!(
                "The order in patch list:\n{}\n doesn't match {SET_ELEMENT_ORDER} list:\n{}\n",
                GoPrint(&new.into()),
                GoPrint(&order.into())
            )));
        }
    }
    Ok(())
}

fn merge_list(
    old: Vec<Value>,
    new: Vec<Value>,
    place: Place,
    is_delete_list: bool,
) -> Result<Vec<Value>, MergeError> {
    if !place.merges_lists {
        return Ok(new);
    }
    if old.is_empty() && new.is_empty() {
        return Ok(old);
    }
    check_alike(&old, &new)?;
    if old.iter().chain(&new).all(|item| !item.is_object()) {
        return merge_scalars(old, &new, is_delete_list);
    }
    let Type::List(element) = place.ty else {
        return Ok(new);
    };
    let Some(key) = place.merge_key else {
        let text = "cannot merge lists without merge key for type struct";
        return Err(MergeError::Untyped(text.to_owned()));
    };
    let (old, new) = apply_element_directives(old, new, key)?;
    let merged = merge_elements(old.clone(), new.clone(), key, *element)?;
    in_order(merged, &new, &old, place.merge_key)
}

/// A list holds maps, or scalars of one type.
fn check_alike(old: &[Value], new: &[Value]) -> Result<(), MergeError> {
    let mut items = old.iter().chain(new);
    let first = items.next().map(std::mem::discriminant);
    if old.iter().chain(new).any(Value::is_array) {
        return Err(MergeError::ListOfLists);
    }
    if items.any(|item| Some(std::mem::discriminant(item)) != first) {
        let lists = Value::from(vec![Value::from(old), Value::from(new)]);
        return Err(MergeError::Untyped(format!(
            "list element types are not identical: {}",
            GoPrint(&lists)
        )));
    }
    Ok(())
}

fn merge_scalars(
    old: Vec<Value>,
    new: &[Value],
    is_delete_list: bool,
) -> Result<Vec<Value>, MergeError> {
    if is_delete_list {
        let gone = positions(new, None)?;
        return Ok(old
            .into_iter()
            .filter(|item| !gone.contains_key(&item.to_string()))
            .collect());
    }
    let mut seen = std::collections::HashSet::new();
    let both = old.iter().chain(new);
    let merged = both
        .filter(|item| seen.insert(item.to_string()))
        .cloned()
        .collect();
    in_order(merged, new, &old, None)
}

/// Carries out what elements of the patch say about the list, and leaves those
/// that say something about themselves.
fn apply_element_directives(
    mut old: Vec<Value>,
    new: Vec<Value>,
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), MergeError> {
    let mut plain = Vec::with_capacity(new.len());
    let mut gone = std::collections::HashSet::new();
    let mut replaces = false;
    for item in new {
        match item.get(PATCH) {
            None => plain.push(item),
            Some(directive) => match directive.as_str() {
                Some("delete") => {
                    gone.insert(identity(&item, Some(key))?);
                }
                Some("replace") => replaces = true,
                Some("merge") => {
                    let text = "merging lists cannot yet be specified in the patch";
                    return Err(MergeError::Untyped(text.to_owned()));
                }
                _ => {
                    let map = item.as_object().cloned().unwrap_or_default();
                    return Err(unknown_directive(directive, &map));
                }
            },
        }
    }
    if replaces {
        return Ok((plain, Vec::new()));
    }
    old.retain(|item| {
        item.get(key)
            .is_none_or(|value| !gone.contains(&value.to_string()))
    });
    Ok((old, plain))
}

fn merge_elements(
    mut merged: Vec<Value>,
    new: Vec<Value>,
    key: &str,
    element: Type,
) -> Result<Vec<Value>, MergeError> {
    let mut places = HashMap::new();
    for (place, item) in merged.iter().enumerate() {
        if let Some(value) = item.get(key) {
            places.entry(value.to_string()).or_insert(place);
        }
    }
    for item in new {
        let identity = identity(&item, Some(key))?;
        match (places.get(&identity), item) {
            (Some(&place), Value::Object(new)) => {
                if let Value::Object(old) = &mut merged[place] {
                    merge_map(old, new, element)?;
                }
            }
            (_, mut item) => {
                drop_nulls_and_directives(&mut item);
                places.insert(identity, merged.len());
                merged.push(item);
            }
        }
    }
    Ok(merged)
}

/// The elements the patch speaks of in its order, those it does not in their
/// old order; where both meet, a new element comes before an old one.
///
/// Source: `normalizeElementOrder`, `mergeSortedSlice`.
fn in_order(
    merged: Vec<Value>,
    patch_order: &[Value],
    server_order: &[Value],
    key: Option<&str>,
) -> Result<Vec<Value>, MergeError> {
    let (patch_places, server_places) =
        (positions(patch_order, key)?, positions(server_order, key)?);
    let (mut patched, mut kept) = (Vec::new(), Vec::new());
    for item in merged {
        let identity = identity(&item, key)?;
        let server_place = server_places.get(&identity).copied();
        match patch_places.get(&identity) {
            Some(&place) => patched.push((place, server_place, item)),
            None => kept.push((server_place, item)),
        }
    }
    patched.sort_by_key(|&(place, ..)| place);
    kept.sort_by_key(|&(place, _)| place);
    let mut kept = kept.into_iter().peekable();
    let mut ordered = Vec::with_capacity(patched.len() + kept.len());
    for (_, patched_place, item) in patched {
        let is_before = |(kept_place, _): &(Option<usize>, Value)| matches!((*kept_place, patched_place), (Some(kept), Some(patched)) if kept < patched);
        while let Some((_, item)) = kept.next_if(is_before) {
            ordered.push(item);
        }
        ordered.push(item);
    }
    ordered.extend(kept.map(|(_, item)| item));
    Ok(ordered)
}

/// Where each element stands first.
fn positions(items: &[Value], key: Option<&str>) -> Result<HashMap<String, usize>, MergeError> {
    let mut places = HashMap::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        places.entry(identity(item, key)?).or_insert(place);
    }
    Ok(places)
}

/// What tells an element from the others: its key, or itself.
fn identity(item: &Value, key: Option<&str>) -> Result<String, MergeError> {
    let Some(key) = key else {
        return Ok(item.to_string());
    };
    match item {
        Value::Object(map) => match map.get(key) {
            Some(value) => Ok(value.to_string()),
            None => Err(MergeError::Untyped(format!(
                "map: {} does not contain declared merge key: {key}",
                GoPrint(item)
            ))),
        },
        other => Err(MergeError::Untyped(format!(
            "expected a map[string]interface {{}}, but received a {}",
            go_type(other)
        ))),
    }
}

fn unknown_directive(directive: &Value, map: &Map<String, Value>) -> MergeError {
    MergeError::Untyped(format!(
        "unknown patch type: {} in map: {}",
        GoPrint(directive),
        GoPrint(&Value::Object(map.clone()))
    ))
}

/// A part of the patch that becomes part of the object as it is: nulls and
/// directives have nothing to act on there. An element to delete becomes null.
fn drop_nulls_and_directives(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.get(PATCH).and_then(Value::as_str) == Some("delete") {
                *value = Value::Null;
                return;
            }
            map.retain(|key, value| {
                let is_directive = key == PATCH
                    || key == RETAIN_KEYS
                    || key.starts_with(SET_ELEMENT_ORDER)
                    || key.starts_with(DELETE_FROM_PRIMITIVE_LIST);
                drop_nulls_and_directives(value);
                !is_directive && !value.is_null()
            });
        }
        Value::Array(items) => {
            items.iter_mut().for_each(drop_nulls_and_directives);
            items.retain(|item| !item.is_null());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
