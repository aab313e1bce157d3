//! What every object's metadata must keep to.
//!
//! Kubernetes checks metadata in two places, the generic registry and the
//! kind's own validation, so that some faults are found more than once; the
//! causes of an error tell, its message says each sentence once.
//!
//! Source: apimachinery `pkg/api/validation/objectmeta.go`, core
//! `ValidateObjectMeta` and `ValidateObjectMetaUpdate`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    field::{ErrorList, FieldError, GoValue, Json, Path, quoted},
    meta::{ObjectMeta, OwnerReference, Time},
    object::Object,
    validation::names,
    well_known::{FINALIZER_FOREGROUND, FINALIZER_ORPHAN},
};

/// Most bytes all annotations of an object may have, keys and values together.
const ANNOTATIONS_BYTES_MAX: usize = 256 * 1024;

/// How the names of a kind may be written: the sentences that a name breaks.
pub type NameRule = fn(&str) -> Vec<String>;

/// Metadata of a new object, by the rules of its kind.
pub fn object_meta(metadata: &ObjectMeta, namespaced: bool, name_rule: NameRule) -> ErrorList {
    let path = Path::new("metadata");
    let mut errors = accessor(metadata, namespaced, name_rule);
    standard_finalizers(metadata, &path, &mut errors);
    errors
}

/// Metadata of a changed object, by the rules of its kind.
pub fn object_meta_update(new: &ObjectMeta, old: &ObjectMeta) -> ErrorList {
    let path = Path::new("metadata");
    let mut errors = accessor_update(new, old);
    standard_finalizers(new, &path, &mut errors);
    errors
}

/// What the generic registry checks of a new object of any kind, once the kind
/// itself has no objection.
///
/// Source: apiserver `rest.BeforeCreate`.
pub fn common<T: Object>(object: &T) -> ErrorList {
    accessor(
        object.metadata(),
        T::RESOURCE.namespaced,
        names::path_segment,
    )
}

/// What the generic registry checks of every update, before the kind does.
///
/// Source: apiserver `rest.BeforeUpdate`, `validateCommonFields`.
pub fn common_update<T: Object>(new: &T, old: &T) -> ErrorList {
    let mut errors = common(new);
    errors.extend(accessor_update(new.metadata(), old.metadata()));
    errors
}

/// Source: `ValidateObjectMetaAccessor`.
fn accessor(metadata: &ObjectMeta, namespaced: bool, name_rule: NameRule) -> ErrorList {
    let path = Path::new("metadata");
    let mut errors = ErrorList::new();
    let prefix = metadata.generate_name.as_deref().unwrap_or("");
    if !prefix.is_empty() {
        for why in name_rule(&names::mask_trailing_dash(prefix)) {
            errors.push(FieldError::invalid(
                &path.child("generateName"),
                prefix,
                why,
            ));
        }
    }
    let name = metadata.name.as_deref().unwrap_or("");
    if name.is_empty() {
        errors.push(FieldError::required(
            &path.child("name"),
            "name or generateName is required",
        ));
    } else {
        for why in name_rule(name) {
            errors.push(FieldError::invalid(&path.child("name"), name, why));
        }
    }
    let namespace = metadata.namespace.as_deref().unwrap_or("");
    match (namespaced, namespace.is_empty()) {
        (true, true) => errors.push(FieldError::required(&path.child("namespace"), "")),
        (true, false) => {
            for why in names::dns_label(namespace) {
                errors.push(FieldError::invalid(
                    &path.child("namespace"),
                    namespace,
                    why,
                ));
            }
        }
        (false, false) => errors.push(FieldError::forbidden(
            &path.child("namespace"),
            "not allowed on this type",
        )),
        (false, true) => {}
    }
    nonnegative(
        metadata.generation.unwrap_or(0),
        &path.child("generation"),
        &mut errors,
    );
    labels_and_owners(metadata, &path, &mut errors);
    finalizers(metadata, &path.child("finalizers"), &mut errors);
    errors
}

/// Source: `ValidateObjectMetaAccessorUpdate`.
fn accessor_update(new: &ObjectMeta, old: &ObjectMeta) -> ErrorList {
    let path = Path::new("metadata");
    let mut errors = ErrorList::new();
    if old.deletion_timestamp.is_some() {
        no_new_finalizers(new, old, &path.child("finalizers"), &mut errors);
    }
    if new.resource_version.as_deref().unwrap_or("").is_empty() {
        errors.push(FieldError::invalid(
            &path.child("resourceVersion"),
            "",
            "must be specified for an update",
        ));
    }
    if new.generation.unwrap_or(0) < old.generation.unwrap_or(0) {
        errors.push(FieldError::invalid(
            &path.child("generation"),
            new.generation.unwrap_or(0),
            "must not be decremented",
        ));
    }
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    immutable(
        &text(&new.name),
        &text(&old.name),
        &path.child("name"),
        &mut errors,
    );
    immutable(
        &text(&new.namespace),
        &text(&old.namespace),
        &path.child("namespace"),
        &mut errors,
    );
    immutable(
        &text(&new.uid),
        &text(&old.uid),
        &path.child("uid"),
        &mut errors,
    );
    immutable(
        &Moment(new.creation_timestamp.as_ref()),
        &Moment(old.creation_timestamp.as_ref()),
        &path.child("creationTimestamp"),
        &mut errors,
    );
    immutable(
        &Moment(new.deletion_timestamp.as_ref()),
        &Moment(old.deletion_timestamp.as_ref()),
        &path.child("deletionTimestamp"),
        &mut errors,
    );
    immutable(
        &new.deletion_grace_period_seconds,
        &old.deletion_grace_period_seconds,
        &path.child("deletionGracePeriodSeconds"),
        &mut errors,
    );
    labels_and_owners(new, &path, &mut errors);
    errors
}

fn labels_and_owners(metadata: &ObjectMeta, path: &Path, errors: &mut ErrorList) {
    labels(metadata.labels.as_ref(), &path.child("labels"), errors);
    annotations(
        metadata.annotations.as_ref(),
        &path.child("annotations"),
        errors,
    );
    owner_references(
        metadata.owner_references.as_deref().unwrap_or_default(),
        &path.child("ownerReferences"),
        errors,
    );
}

/// Keys and values of labels; every fault stands at the map itself.
pub fn labels(labels: Option<&BTreeMap<String, String>>, path: &Path, errors: &mut ErrorList) {
    for (key, value) in labels.into_iter().flatten() {
        for why in names::qualified_name(key) {
            errors.push(FieldError::invalid(path, key, why));
        }
        for why in names::label_value(value) {
            errors.push(FieldError::invalid(path, value, why));
        }
    }
}

/// Keys of annotations, which may be in capitals, and their size altogether.
pub fn annotations(
    annotations: Option<&BTreeMap<String, String>>,
    path: &Path,
    errors: &mut ErrorList,
) {
    let mut bytes = 0;
    for (key, value) in annotations.into_iter().flatten() {
        for why in names::qualified_name(&key.to_lowercase()) {
            errors.push(FieldError::invalid(path, key, why));
        }
        bytes += key.len() + value.len();
    }
    if bytes > ANNOTATIONS_BYTES_MAX {
        errors.push(FieldError::too_long(path, ANNOTATIONS_BYTES_MAX));
    }
}

fn owner_references(references: &[OwnerReference], path: &Path, errors: &mut ErrorList) {
    for reference in references {
        owner_reference(reference, path, errors);
    }
    let mut controllers = references
        .iter()
        .filter(|reference| reference.controller == Some(true))
        .map(|reference| format!("{}/{}", reference.kind, reference.name));
    // Differs from Kubernetes: said once, however many there are. Each time prints
    // all references, of which a hostile client could make a very large answer.
    if let (Some(first), Some(second)) = (controllers.next(), controllers.next()) {
        errors.push(FieldError::invalid(
            path,
            Json(references),
            format!(
                "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {second}"
            ),
        ));
    }
}

fn owner_reference(reference: &OwnerReference, path: &Path, errors: &mut ErrorList) {
    let mut segments = reference.api_version.split('/');
    let (first, second) = (segments.next().unwrap_or(""), segments.next());
    if segments.next().is_some() {
        errors.push(FieldError::invalid(
            &path.child("apiVersion"),
            &reference.api_version,
            format!("unexpected GroupVersion string: {}", reference.api_version),
        ));
    } else if second.unwrap_or(first).is_empty() {
        errors.push(FieldError::invalid(
            &path.child("apiVersion"),
            &reference.api_version,
            "version must not be empty",
        ));
    }
    for (name, value) in [
        ("kind", &reference.kind),
        ("name", &reference.name),
        ("uid", &reference.uid),
    ] {
        if value.is_empty() {
            errors.push(FieldError::invalid(
                &path.child(name),
                value,
                "must not be empty",
            ));
        }
    }
    if reference.api_version == "v1" && reference.kind == "Event" {
        errors.push(FieldError::invalid(
            path,
            Json(reference),
            "/v1, Kind=Event is disallowed from being an owner",
        ));
    }
}

fn finalizers(metadata: &ObjectMeta, path: &Path, errors: &mut ErrorList) {
    let finalizers = metadata.finalizers.as_deref().unwrap_or_default();
    for finalizer in finalizers {
        for why in names::qualified_name(finalizer) {
            errors.push(FieldError::invalid(path, finalizer, why));
        }
    }
    let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
    if has(FINALIZER_ORPHAN) && has(FINALIZER_FOREGROUND) {
        errors.push(FieldError::invalid(
            path,
            Json(finalizers),
            format!("finalizer {FINALIZER_ORPHAN} and {FINALIZER_FOREGROUND} cannot be both set"),
        ));
    }
}

/// Without a prefix there are but three finalizers.
///
/// Source: core validation, `validateKubeFinalizerName`.
fn standard_finalizers(metadata: &ObjectMeta, path: &Path, errors: &mut ErrorList) {
    let finalizers = metadata.finalizers.as_deref().unwrap_or_default();
    for (index, finalizer) in finalizers.iter().enumerate() {
        let standard = ["kubernetes", FINALIZER_ORPHAN, FINALIZER_FOREGROUND];
        if !finalizer.contains('/') && !standard.contains(&finalizer.as_str()) {
            errors.push(FieldError::invalid(
                &path.child("finalizers").index(index),
                finalizer,
                "name is neither a standard finalizer name nor is it fully qualified",
            ));
        }
    }
}

fn no_new_finalizers(new: &ObjectMeta, old: &ObjectMeta, path: &Path, errors: &mut ErrorList) {
    let set = |metadata: &'_ ObjectMeta| -> BTreeSet<String> {
        metadata.finalizers.iter().flatten().cloned().collect()
    };
    let extra = &set(new) - &set(old);
    if !extra.is_empty() {
        let names: Vec<String> = extra.iter().map(|name| quoted(name)).collect();
        errors.push(FieldError::forbidden(
            path,
            format!(
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                names.join(", ")
            ),
        ));
    }
}

/// A field that keeps the value it was created with.
pub fn immutable<T: PartialEq + GoValue + Clone>(
    new: &T,
    old: &T,
    path: &Path,
    errors: &mut ErrorList,
) {
    if new != old {
        errors.push(FieldError::invalid(path, new.clone(), "field is immutable"));
    }
}

/// A number that may not be below zero.
pub fn nonnegative(value: i64, path: &Path, errors: &mut ErrorList) {
    if value < 0 {
        errors.push(FieldError::invalid(
            path,
            value,
            "must be greater than or equal to 0",
        ));
    }
}

/// A time in an error: seconds, quoted; absent is `null`.
#[derive(Clone, PartialEq)]
pub(crate) struct Moment<'a>(pub(crate) Option<&'a Time>);

impl GoValue for Moment<'_> {
    fn go_value(&self) -> String {
        match self.0 {
            None => "null".to_owned(),
            Some(Time(time)) => format!("\"{}\"", time.strftime("%Y-%m-%dT%H:%M:%SZ")),
        }
    }
}
