//! Who owns which field: `metadata.managedFields` and server-side apply.
//!
//! An applier says all it wants, and the server keeps in mind what it said: what
//! it says no more is taken away, what another said otherwise is a conflict.
//! Ordinary writes are kept in mind too, so that appliers and all others can
//! share an object.
//!
//! Three entries: [`create`] and [`record`] note ordinary writes, [`apply()`] makes
//! the object that a [`Configuration`] asks for. Everything works on JSON values by the
//! schema table, slowly and alike for all kinds.
//!
//! - `element`, `field_set`: names of fields, sets of them, `fieldsV1`.
//! - `shape`: which values are shared, and how (the schema's list and map types).
//! - `extract`, `compare`, `merge`, `remove`: from objects to sets and back.
//! - `check`: does a configuration fit the schema?
//! - `managers`: the entries; `rest`: how most of them are kept in short.
//! - `update`, `apply`, `conflict`, `last_applied`: the rules.
//!
//! All kinds have one version here; entries of others are forgotten, as upstream
//! forgets those of versions it no longer serves.
//!
//! Source: KEP-555; structured-merge-diff v6; apimachinery
//! `pkg/util/managedfields`.

mod apply;
mod check;
mod compare;
mod configuration;
mod conflict;
mod element;
mod extract;
mod field_set;
mod last_applied;
mod managers;
mod merge;
mod remove;
mod rest;
mod shape;
mod update;

use serde_json::{Map, Value};

pub use self::{
    configuration::Configuration,
    element::{FieldPath, InvalidElement, PathElement, Scalar},
    field_set::FieldSet,
    rest::{left_to_the_server, written_out},
};
use self::{
    managers::{ManagerId, Managers, Operation},
    shape::Shape,
};
use crate::{
    Object, ResourceInfo, StatusError, Timestamp,
    decode::{Target, reread, typed},
    meta::{ManagedFieldsEntry, Time},
    object::whole_seconds,
    schema::Definition,
};

/// The subresource that most writes are by.
const STATUS: &str = "status";

/// Who owns what was there before anybody's fields were tracked.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// Who writes, by which path, and when.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'a> {
    /// `fieldManager`, or the first word of the User-Agent.
    pub manager: &'a str,
    /// `status`, or empty for the object's own path.
    pub subresource: &'a str,
    /// The time of the request.
    pub now: Timestamp,
}

impl Writer<'_> {
    fn name(&self) -> &str {
        match self.manager {
            "" => "unknown",
            manager => manager,
        }
    }

    fn id(&self, operation: Operation, api_version: &str) -> ManagerId {
        ManagerId {
            manager: self.name().to_owned(),
            operation,
            api_version: match operation {
                Operation::Apply => String::new(),
                Operation::Update => api_version.to_owned(),
            },
            subresource: self.subresource.to_owned(),
        }
    }

    fn time(&self) -> Time {
        Time(whole_seconds(self.now))
    }
}

/// Notes a creation: whoever creates owns all it said.
///
/// `left_out` are the bits of those of [`left_to_the_server`] that it did not say.
pub fn create(
    info: &ResourceInfo,
    writer: &Writer<'_>,
    left_out: u32,
) -> Option<Vec<ManagedFieldsEntry>> {
    Some(vec![short(info, writer, left_out)])
}

/// An entry that owns the rest of its part.
fn short(info: &ResourceInfo, writer: &Writer<'_>, left_out: u32) -> ManagedFieldsEntry {
    let id = writer.id(Operation::Update, "");
    ManagedFieldsEntry {
        api_version: Some(info.api_version()),
        fields_type: Some(rest::fields_type(left_out)),
        fields_v1: None,
        manager: Some(id.manager),
        operation: Some("Update".to_owned()),
        subresource: (!id.subresource.is_empty()).then_some(id.subresource),
        time: Some(writer.time()),
    }
}

/// Notes an ordinary write: who owns what in `new`, which was made from `live`.
///
/// `new` may hold managedFields as the client sent them. A client may change
/// entries, or with `[]` or `[{}]` have all forgotten; what cannot be read and
/// what comes by a subresource does not count. An object without owners gets
/// none by an update, only by its creation or the first apply.
pub fn record<K: Object>(live: &K, new: &mut K, writer: &Writer<'_>) {
    let kept = live.metadata().managed_fields.as_deref();
    let sent = new.metadata_mut().managed_fields.take();
    let sent = sent.filter(|sent| writer.subresource.is_empty() && Some(&**sent) != kept);
    if sent.is_none() {
        if kept.is_none_or(<[_]>::is_empty) {
            return;
        }
        if let Some(entries) = recorded_in_short(live, new, writer) {
            new.metadata_mut().managed_fields = Some(entries);
            return;
        }
    }
    let kept_managers = || {
        let kept = Managers::decode_kept(kept, K::RESOURCE, || text_of(live));
        kept.unwrap_or_default()
    };
    let mut managers = match &sent {
        None => kept_managers(),
        Some(sent) if is_reset(sent) => Managers::default(),
        Some(sent) => match Managers::decode(Some(sent)) {
            Ok(managers) if !managers.is_empty() => managers,
            _ => kept_managers(),
        },
    };
    if managers.is_empty() {
        return;
    }
    let subject = Subject::of(K::RESOURCE, writer.subresource);
    let (before, after) = (value_of(live), value_of(new));
    let id = writer.id(Operation::Update, &subject.api_version);
    update::update(&subject, &before, &after, &mut managers, id, writer.time());
    let entries = managers.encode_short(kept, K::RESOURCE, || text_of(new));
    new.metadata_mut().managed_fields = entries;
}

/// Whether the writer owns all of the object's main part, as its creator does
/// until somebody else changes it: what it changes then need not be looked at.
pub fn owns_all<K: Object>(live: &K, writer: &Writer<'_>) -> bool {
    let entries = live.metadata().managed_fields.as_deref().unwrap_or(&[]);
    let is_short =
        |entry: &ManagedFieldsEntry| rest::left_out(entry.fields_type.as_deref()).is_some();
    let is_writers = |entry: &ManagedFieldsEntry| {
        entry.subresource.is_none() && entry.manager.as_deref() == Some(writer.name())
    };
    writer.subresource.is_empty() && entries.iter().all(is_short) && entries.iter().any(is_writers)
}

/// The entries after the write of a status which is all one's own: nobody else
/// wrote any of it, and nothing but it changed.
fn recorded_in_short<K: Object>(
    live: &K,
    new: &mut K,
    writer: &Writer<'_>,
) -> Option<Vec<ManagedFieldsEntry>> {
    if writer.subresource != STATUS {
        return None;
    }
    let kept = live.metadata().managed_fields.clone()?;
    let touches_status = |entry: &ManagedFieldsEntry| {
        let fields = entry.fields_v1.as_ref();
        fields.is_some_and(|fields| fields.0.get("f:status").is_some())
    };
    if kept.iter().any(touches_status) {
        return None;
    }
    new.metadata_mut().managed_fields = Some(kept);
    let is_own = new.metadata() == live.metadata();
    let mut entries = new.metadata_mut().managed_fields.take()?;
    if !is_own {
        return None;
    }
    let is_short = |entry: &&mut ManagedFieldsEntry| {
        entry.subresource.as_deref() == Some(writer.subresource)
            && rest::left_out(entry.fields_type.as_deref()).is_some()
    };
    match entries.iter_mut().find(is_short) {
        Some(entry) if entry.manager.as_deref() == Some(writer.name()) => {
            entry.time = Some(writer.time());
        }
        Some(_) => return None,
        None => entries.push(short(K::RESOURCE, writer, 0)),
    }
    Some(entries)
}

/// The object that `live` becomes by the configuration, with who owns what of it.
///
/// Without `live` a new object is made. Defaults are not filled in, and nothing
/// is compared or kept from `live` but what the configuration leaves alone: that
/// is the create or update that follows. `force` takes over what others own.
///
/// # Errors
/// 400 for a configuration of another kind or one that says who owns what, 409
/// with the conflicts, 500 without a reason for one that does not fit the schema.
pub fn apply<K: Object>(
    live: Option<&K>,
    config: &Configuration,
    writer: &Writer<'_>,
    force: bool,
) -> Result<K, StatusError> {
    config.check_kind(K::RESOURCE)?;
    let subject = Subject::of(K::RESOURCE, writer.subresource);
    let kept = live.and_then(|live| live.metadata().managed_fields.as_deref());
    let json = || live.map(text_of).unwrap_or_default();
    let mut managers = Managers::decode_kept(kept, K::RESOURCE, json).map_err(|error| {
        StatusError::untyped(format!("failed to decode managed fields: {error}"))
    })?;
    let nothing = Value::Object(Map::new());
    let before = live.map_or_else(|| nothing.clone(), value_of);
    if managers.is_empty() && live.is_some() {
        let first = Writer {
            manager: BEFORE_FIRST_APPLY,
            ..*writer
        };
        let id = first.id(Operation::Update, &subject.api_version);
        update::update(
            &subject,
            &nothing,
            &before,
            &mut managers,
            id,
            writer.time(),
        );
    }
    config.check_content(subject.definition)?;

    let id = writer.id(Operation::Apply, &subject.api_version);
    let attempt = |force| {
        apply::apply(
            &subject,
            &before,
            config.object(),
            managers.clone(),
            &id,
            &writer.time(),
            force,
        )
    };
    let applied = attempt(force).or_else(|mut conflicts| {
        if writer.manager == last_applied::KUBECTL
            && let Some(noted) = last_applied::still_as_noted(&subject, &before)
        {
            conflicts.retain(|conflict| !noted.has(&conflict.path.0));
        }
        if conflicts.is_empty() {
            attempt(true)
        } else {
            Err(conflicts)
        }
    });
    let (merged, managers) = applied.map_err(|conflicts| conflict::refusal(&conflicts))?;

    let Value::Object(merged) = merged else {
        return Err(StatusError::untyped("nothing is left of the object"));
    };
    let read = reread(merged, &Target::of(K::RESOURCE)).map_err(|why| {
        let what = config.described();
        StatusError::untyped(format!(
            "failed to convert new typed object ({what}) to object: {why}"
        ))
    })?;
    let mut object: K = typed(read)?.object;
    let entries = managers.encode_short(kept, K::RESOURCE, || text_of(&object));
    let metadata = object.metadata_mut();
    metadata.managed_fields = entries;
    if writer.manager == last_applied::KUBECTL {
        last_applied::note(metadata.annotations.as_mut(), config.object());
    }
    Ok(object)
}

/// Whether both say the same of who owns what, whenever it was said.
pub fn same_but_times(
    one: Option<&[ManagedFieldsEntry]>,
    other: Option<&[ManagedFieldsEntry]>,
) -> bool {
    let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
    let timeless = |entry: &ManagedFieldsEntry| ManagedFieldsEntry {
        time: None,
        ..entry.clone()
    };
    // The order may differ with the times.
    one.len() == other.len()
        && one
            .iter()
            .all(|entry| other.iter().any(|known| timeless(known) == timeless(entry)))
}

/// Source: apimachinery `fieldmanager.go` `isResetManagedFields`.
fn is_reset(entries: &[ManagedFieldsEntry]) -> bool {
    match entries {
        [] => true,
        [entry] => *entry == ManagedFieldsEntry::default(),
        _ => false,
    }
}

/// What is known of the objects before any of them is looked at.
struct Subject {
    definition: &'static Definition,
    api_version: String,
    /// What a write by this path does not change, and so cannot own.
    ignored: FieldSet,
    /// What nobody owns.
    untracked: FieldSet,
}

impl Subject {
    fn of(info: &'static ResourceInfo, subresource: &str) -> Self {
        Self {
            definition: Target::of(info).definition,
            api_version: info.api_version(),
            ignored: ignored(info, subresource),
            untracked: untracked(),
        }
    }

    fn shape(&self) -> Shape {
        Shape::of_object(self.definition)
    }

    /// What of the set somebody can own.
    fn tracked(&self, set: &FieldSet) -> FieldSet {
        set.difference(&self.untracked)
    }
}

/// What the write's own path takes back from the stored object.
///
/// Source: `GetResetFields` of each kind's strategy.
fn ignored(info: &ResourceInfo, subresource: &str) -> FieldSet {
    match subresource {
        "status" if info.kind == "Pod" => fields(&[
            &["spec"],
            &["metadata", "deletionTimestamp"],
            &["metadata", "ownerReferences"],
        ]),
        "status" => fields(&[&["spec"]]),
        _ if info.has_status => fields(&[&["status"]]),
        _ => FieldSet::default(),
    }
}

/// Source: apimachinery `pkg/util/managedfields/internal/stripmeta.go`.
fn untracked() -> FieldSet {
    fields(&[
        &["apiVersion"],
        &["kind"],
        &["metadata"],
        &["metadata", "name"],
        &["metadata", "namespace"],
        &["metadata", "creationTimestamp"],
        &["metadata", "selfLink"],
        &["metadata", "uid"],
        &["metadata", "clusterName"],
        &["metadata", "generation"],
        &["metadata", "managedFields"],
        &["metadata", "resourceVersion"],
    ])
}

fn fields(paths: &[&[&str]]) -> FieldSet {
    let mut set = FieldSet::default();
    for path in paths {
        let path: Vec<_> = path.iter().map(|name| PathElement::field(name)).collect();
        set.insert(&path);
    }
    set
}

/// The object as the text that [`rest`] reads.
fn text_of<K: Object>(object: &K) -> Vec<u8> {
    serde_json::to_vec(object).expect("every object of the API is JSON")
}

/// The object as JSON, without who owns what of it.
fn value_of<K: Object>(object: &K) -> Value {
    let mut value = serde_json::to_value(object).expect("every object of the API is JSON");
    if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
        metadata.remove("managedFields");
    }
    value
}

#[cfg(test)]
mod tests;
