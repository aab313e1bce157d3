//! The entries of `metadata.managedFields`: who owns which fields, since when.
//!
//! A manager is known by its name, the operation, the subresource and, for
//! updates, the apiVersion: whoever applies with another version goes on with
//! its own entry, whoever updates gets a new one.
//!
//! An entry may be kept in short, as owner of the rest ([`rest`]):
//! here it is written out, and shortened again if it still owns just that.
//!
//! Source: apimachinery `pkg/util/managedfields/internal/{managedfields,capmanagers}.go`.

use std::collections::{BTreeMap, btree_map};

use super::{element::InvalidElement, field_set::FieldSet, rest};
use crate::{
    ResourceInfo,
    meta::{FieldsV1, ManagedFieldsEntry, Time},
};

/// Most entries of updates that are kept apart. The oldest of more are put
/// together, so that an object written by many does not grow for ever.
const UPDATE_MANAGERS_MAX: usize = 10;

/// Who owns the fields of the oldest updates.
const ANCIENT_CHANGES: &str = "ancient-changes";

const FIELDS_TYPE: &str = "FieldsV1";

/// How a manager came to its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    /// It said all it wants.
    Apply,
    /// It changed them: by create, update or patch.
    Update,
}

impl Operation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// By what an entry is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ManagerId {
    pub(super) manager: String,
    pub(super) operation: Operation,
    /// Of updates only.
    pub(super) api_version: String,
    pub(super) subresource: String,
}

/// What a manager owns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Share {
    pub(super) fields: FieldSet,
    pub(super) api_version: String,
    pub(super) time: Option<Time>,
}

/// All managers of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Managers(BTreeMap<ManagerId, Share>);

/// Entries that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidEntry {
    #[error("operation must be `Apply` or `Update`")]
    Operation,
    #[error("apiVersion must not be empty")]
    ApiVersion,
    #[error("missing fieldsType in managed fields entry {0}")]
    NoFieldsType(usize),
    #[error("invalid fieldsType {kind:?} in managed fields entry {index}")]
    FieldsType { kind: String, index: usize },
    #[error("error decoding set")]
    Fields(#[from] InvalidElement),
}

impl Managers {
    /// Reads the entries that the server keeps of an object; `json` is the object.
    pub(super) fn decode_kept(
        entries: Option<&[ManagedFieldsEntry]>,
        info: &'static ResourceInfo,
        json: impl FnOnce() -> Vec<u8>,
    ) -> Result<Self, InvalidEntry> {
        let (short, whole): (Vec<_>, Vec<_>) = entries
            .unwrap_or_default()
            .iter()
            .cloned()
            .partition(|entry| rest::left_out(entry.fields_type.as_deref()).is_some());
        let mut managers = Self::decode(Some(&whole))?;
        if short.is_empty() {
            return Ok(managers);
        }
        let (json, others) = (json(), managers.owned());
        for mut entry in short {
            let left_out = rest::left_out(entry.fields_type.as_deref()).unwrap_or(0);
            let part = entry.subresource.as_deref().unwrap_or("");
            let fields = rest::rest_of(&json, info, part, left_out, &others);
            if fields.is_empty() {
                continue;
            }
            entry.fields_v1 = Some(FieldsV1(fields.to_json()));
            entry.fields_type = Some(FIELDS_TYPE.to_owned());
            let one = Self::decode(Some(std::slice::from_ref(&entry)))?;
            managers.0.extend(one.0);
        }
        Ok(managers)
    }

    /// As the object holds them, with those in short that were so in `kept` and
    /// still own just the rest; `json` is the object.
    pub(super) fn encode_short(
        &self,
        kept: Option<&[ManagedFieldsEntry]>,
        info: &'static ResourceInfo,
        json: impl FnOnce() -> Vec<u8>,
    ) -> Option<Vec<ManagedFieldsEntry>> {
        let kept = kept.unwrap_or_default();
        let short = kept
            .iter()
            .filter_map(|entry| Some((entry, rest::left_out(entry.fields_type.as_deref())?)));
        let mut short = short.peekable();
        let mut entries = self.encode()?;
        if short.peek().is_none() {
            return Some(entries);
        }
        let json = json();
        for (before, left_out) in short {
            let known = |entry: &&mut ManagedFieldsEntry| {
                entry.manager == before.manager
                    && entry.operation == before.operation
                    && entry.subresource == before.subresource
            };
            let Some(entry) = entries.iter_mut().find(known) else {
                continue;
            };
            let Some(own) = entry.fields_v1.as_ref() else {
                continue;
            };
            let part = entry.subresource.as_deref().unwrap_or("");
            let others = self.0.iter().filter(|(id, _)| {
                Some(id.manager.as_str()) != entry.manager.as_deref()
                    || id.operation != Operation::Update
                    || id.subresource != part
            });
            let others = others.fold(FieldSet::default(), |all, (_, share)| {
                all.union(&share.fields)
            });
            let rest = rest::rest_of(&json, info, part, left_out, &others);
            if FieldSet::from_json(&own.0).as_ref() == Ok(&rest) {
                entry.fields_type.clone_from(&before.fields_type);
                entry.fields_v1 = None;
            }
        }
        Some(entries)
    }

    /// Reads entries as clients may send them.
    pub(super) fn decode(entries: Option<&[ManagedFieldsEntry]>) -> Result<Self, InvalidEntry> {
        let mut managers = BTreeMap::new();
        for (index, entry) in entries.unwrap_or_default().iter().enumerate() {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let operation = match entry.operation.as_deref() {
                Some("Apply") => Operation::Apply,
                Some("Update") => Operation::Update,
                _ => return Err(InvalidEntry::Operation),
            };
            let api_version = text(&entry.api_version);
            if api_version.is_empty() {
                return Err(InvalidEntry::ApiVersion);
            }
            match entry.fields_type.as_deref().unwrap_or("") {
                FIELDS_TYPE => {}
                "" => return Err(InvalidEntry::NoFieldsType(index)),
                kind => {
                    let kind = kind.to_owned();
                    return Err(InvalidEntry::FieldsType { kind, index });
                }
            }
            let id = ManagerId {
                manager: text(&entry.manager),
                operation,
                api_version: match operation {
                    Operation::Apply => String::new(),
                    Operation::Update => api_version.clone(),
                },
                subresource: text(&entry.subresource),
            };
            let fields = entry.fields_v1.as_ref();
            let fields = fields.map(|fields| FieldSet::from_json(&fields.0));
            let share = Share {
                fields: fields.transpose()?.unwrap_or_default(),
                api_version,
                time: entry.time.clone(),
            };
            managers.insert(id, share);
        }
        Ok(Self(managers))
    }

    /// As the object holds them: appliers first, then by age and name.
    pub(super) fn encode(&self) -> Option<Vec<ManagedFieldsEntry>> {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by_key(|(id, share)| (id.operation, seconds(share.time.as_ref()), *id));
        let entries = entries.into_iter().map(|(id, share)| ManagedFieldsEntry {
            api_version: text(&share.api_version),
            fields_type: text(FIELDS_TYPE),
            fields_v1: Some(FieldsV1(share.fields.to_json())),
            manager: text(&id.manager),
            operation: text(id.operation.as_str()),
            subresource: text(&id.subresource),
            time: share.time.clone(),
        });
        let entries: Vec<_> = entries.collect();
        (!entries.is_empty()).then_some(entries)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, id: &ManagerId) -> Option<&Share> {
        self.0.get(id)
    }

    pub(super) fn insert(&mut self, id: ManagerId, share: Share) {
        self.0.insert(id, share);
    }

    pub(super) fn iter(&self) -> btree_map::Iter<'_, ManagerId, Share> {
        self.0.iter()
    }

    /// What at least one manager owns.
    pub(super) fn owned(&self) -> FieldSet {
        let sets = self.0.values().map(|share| &share.fields);
        sets.fold(FieldSet::default(), FieldSet::union)
    }

    /// Takes these fields from all managers but `except`.
    pub(super) fn take(&mut self, fields: &FieldSet, except: Option<&ManagerId>) {
        if fields.is_empty() {
            return;
        }
        for (id, share) in &mut self.0 {
            if Some(id) != except {
                share.fields = share.fields.difference(fields);
            }
        }
    }

    /// Forgets who owns nothing any more.
    pub(super) fn drop_empty(&mut self) {
        self.0.retain(|_, share| !share.fields.is_empty());
    }

    /// Forgets entries of a version that is not served: what they own cannot be told.
    pub(super) fn drop_other_versions(&mut self, api_version: &str) {
        self.0.retain(|_, share| share.api_version == api_version);
    }

    /// Puts the oldest updates together until no more than the bound are left.
    pub(super) fn put_ancient_together(&mut self) {
        let mut updates: Vec<_> = self
            .0
            .iter()
            .filter(|(id, _)| id.operation == Operation::Update)
            .map(|(id, share)| (seconds(share.time.as_ref()), id.clone()))
            .collect();
        let Some(surplus) = updates.len().checked_sub(UPDATE_MANAGERS_MAX) else {
            return;
        };
        if surplus == 0 {
            return;
        }
        updates.sort();
        // All entries are of one version here, so there is one bucket: of the
        // surplus and one more, because the first makes the bucket.
        let mut bucket = Share {
            fields: FieldSet::default(),
            api_version: String::new(),
            time: None,
        };
        for (_, id) in updates.into_iter().take(surplus + 1) {
            if let Some(share) = self.0.remove(&id) {
                bucket.fields = bucket.fields.union(&share.fields);
                bucket.api_version = share.api_version;
                bucket.time = share.time;
            }
        }
        let id = ManagerId {
            manager: ANCIENT_CHANGES.to_owned(),
            operation: Operation::Update,
            api_version: bucket.api_version.clone(),
            subresource: String::new(),
        };
        if let Some(older) = self.0.remove(&id) {
            bucket.fields = bucket.fields.union(&older.fields);
        }
        self.0.insert(id, bucket);
    }
}

fn seconds(time: Option<&Time>) -> i64 {
    time.map_or(0, |time| time.0.as_second())
}
