//! Changing objects: decide on the newest version, check, commit, or again.
//!
//! Every change is a function from the stored object to the wanted one: a PUT
//! returns what the client sent, a patch the patched object, a caller in this
//! process whatever it likes. When somebody else wrote in between, the function
//! is asked again with the newer version. Who wrote what is noted in
//! `metadata.managedFields`; an applied configuration brings its own note.
//!
//! Source: apiserver `pkg/registry/rest/update.go` `BeforeUpdate`,
//! `pkg/registry/generic/registry/store.go` `Update`.

use std::sync::Arc;

use jobyard_api::{
    Object, ObjectKey, StatusError,
    field::{ErrorList, FieldError, Path},
    managed_fields::{self, Writer},
};

use crate::{
    create::{Outcome, dedup_owners, drop_empty},
    kind::Kind,
    request::{Context, Subresource},
    version::{Encoded, Version},
    yard::CommitError,
};

/// How often a change is made again because somebody else wrote in between.
/// Upstream's patches use the same number (`MaxRetryWhenPatchConflicts`).
const RETRIES_MAX: usize = 5;

/// Which part of an object a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What the object's own path changes.
    Main,
    /// What `/status` changes.
    Status,
    /// What the registry itself changes, such as by `pods/binding`.
    Internal,
}

impl From<Subresource> for Part {
    fn from(part: Subresource) -> Self {
        match part {
            Subresource::Main => Self::Main,
            Subresource::Status => Self::Status,
        }
    }
}

impl Part {
    /// The last segment of the path; `None` when no path leads there.
    fn subresource(self) -> Option<&'static str> {
        match self {
            Self::Main => Some(Subresource::Main.name()),
            Self::Status => Some(Subresource::Status.name()),
            Self::Internal => None,
        }
    }
}

/// How a write is made, whatever it writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write<'a> {
    pub(crate) part: Part,
    /// Who owns then what the write says.
    pub(crate) manager: &'a str,
    /// Whether a part of this process writes.
    pub(crate) is_own: bool,
    /// Whether the written object already says who owns what of it.
    pub(crate) is_applied: bool,
    pub(crate) dry_run: bool,
}

/// The wanted object, and what to tell the client about it.
pub(crate) struct Wanted<K> {
    pub(crate) object: K,
    pub(crate) warnings: Vec<String>,
}

impl<K: Object> Kind<K> {
    /// Replaces the object but for its status. With a resourceVersion only that
    /// version is replaced.
    ///
    /// # Errors
    /// 404 if there is none, 409 if it has changed, 422 if the change breaks rules.
    pub fn update(&self, cx: &Context, object: K) -> Result<Arc<K>, StatusError> {
        self.replace(cx, object, Part::Main)
    }

    /// Replaces the object's status.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn update_status(&self, cx: &Context, object: K) -> Result<Arc<K>, StatusError> {
        self.replace(cx, object, Part::Status)
    }

    fn replace(&self, cx: &Context, object: K, part: Part) -> Result<Arc<K>, StatusError> {
        let key = object.key();
        let relies_on_version = object.revision().is_some();
        let mut object = Some(object);
        let change = |current: &K| {
            let wanted = if relies_on_version {
                object.take()
            } else {
                object.clone()
            };
            // Asked again: the version relied on was replaced in between.
            let object = wanted.ok_or_else(|| StatusError::stale(K::RESOURCE, &key.name))?;
            same_uid(current, &object)?;
            Ok(Wanted {
                object,
                warnings: Vec::new(),
            })
        };
        let outcome = self.change(cx, &key, self.own_write(part), change)?;
        Ok(outcome.version.object())
    }

    /// Reads, lets `change` change, and writes: again if somebody else wrote in
    /// between. What `change` leaves as it was is not written.
    ///
    /// # Errors
    /// What `change` says; else as [`update`](Self::update).
    pub fn modify(
        &self,
        cx: &Context,
        key: &ObjectKey,
        mut change: impl FnMut(&mut K) -> Result<(), StatusError>,
    ) -> Result<Arc<K>, StatusError> {
        let change = |current: &K| {
            let mut object = current.clone();
            change(&mut object)?;
            Ok(Wanted {
                object,
                warnings: Vec::new(),
            })
        };
        let outcome = self.change(cx, key, self.own_write(Part::Main), change)?;
        Ok(outcome.version.object())
    }

    /// A write of a caller in this process.
    pub(crate) fn own_write(&self, part: Part) -> Write<'_> {
        Write {
            part,
            manager: &self.manager,
            is_own: true,
            is_applied: false,
            dry_run: false,
        }
    }

    /// The pipeline of all changes.
    pub(crate) fn change(
        &self,
        cx: &Context,
        key: &ObjectKey,
        write: Write<'_>,
        mut change: impl FnMut(&K) -> Result<Wanted<K>, StatusError>,
    ) -> Result<Outcome<K>, StatusError> {
        let rules = &self.shelf.rules;
        for _ in 0..=RETRIES_MAX {
            let current = self.version(key)?;
            let old = current.object();
            let Wanted {
                mut object,
                mut warnings,
            } = change(&old)?;
            check_version(&current, &object)?;
            restore(&mut object, &old, &mut warnings);
            (rules.apply_defaults)(&mut object);
            let (errors, more) = match write.part {
                Part::Internal => (ErrorList::new(), Vec::new()),
                Part::Main => {
                    (rules.prepare_update)(&mut object, &old);
                    let errors = (rules.validate_update)(&object, &old);
                    (errors, (rules.update_warnings)(&object, &old))
                }
                Part::Status => {
                    (rules.prepare_status_update)(&mut object, &old);
                    ((rules.validate_status_update)(&object, &old), Vec::new())
                }
            };
            if !errors.is_empty() {
                return Err(StatusError::invalid(K::RESOURCE, &key.name, &errors));
            }
            warnings.extend(more);
            if !note_owners(&mut object, &old, write, cx) {
                return Ok(Outcome {
                    version: current,
                    warnings,
                });
            }

            let ends = is_released(&object, &old) && !(rules.begin_ending)(&mut object.clone());
            let before = (!ends).then_some(&*old);
            let urgency = (rules.urgency)(before, &object);
            let encoded = Encoded::new(object)?;
            if encoded.reads_as(&current) {
                return Ok(Outcome {
                    version: current,
                    warnings,
                });
            }
            if write.dry_run {
                let version = Arc::new(encoded.at(current.revision, rules));
                return Ok(Outcome { version, warnings });
            }
            let written = if ends {
                // The client sees what it sent, watchers the last state that was stored.
                let removed = self.yard.remove(&self.shelf, &current, urgency);
                removed.map(|gone| Arc::new(encoded.at(gone.revision, rules)))
            } else {
                self.yard
                    .put(&self.shelf, Some(&current), encoded, urgency, || Ok(()))
            };
            match written {
                Ok(version) => {
                    self.expire(cx.now);
                    return Ok(Outcome { version, warnings });
                }
                Err(CommitError::Failed(error)) => return Err(error),
                Err(CommitError::Raced) => {}
            }
        }
        Err(StatusError::stale(K::RESOURCE, &key.name))
    }
}

/// Enters the write into `managedFields`; whether there is anything to write.
fn note_owners<K: Object>(object: &mut K, old: &K, write: Write<'_>, cx: &Context) -> bool {
    let kept = &old.metadata().managed_fields;
    let owners = std::mem::replace(&mut object.metadata_mut().managed_fields, kept.clone());
    let is_changed = object != old;
    let Some(subresource) = write.part.subresource() else {
        return is_changed;
    };
    if write.is_applied {
        // Applied again, nothing changes: neither the object nor a time in it.
        if !is_changed && managed_fields::same_but_times(owners.as_deref(), kept.as_deref()) {
            return false;
        }
        object.metadata_mut().managed_fields = owners;
        return true;
    }
    if !is_changed && (owners.is_none() || owners == *kept) {
        return false;
    }
    let writer = Writer {
        manager: write.manager,
        subresource,
        now: cx.now,
    };
    // A part of this process that changes what it made owns all of it before and after.
    let is_own = write.is_own && managed_fields::owns_all(old, &writer);
    if !is_own {
        object.metadata_mut().managed_fields = owners;
        managed_fields::record(old, object, &writer);
    }
    object != old
}

/// The resourceVersion that the caller relies on.
fn check_version<K: Object>(current: &Version<K>, object: &K) -> Result<(), StatusError> {
    let metadata = object.metadata();
    let name = &current.key.name;
    match metadata.resource_version.as_deref().unwrap_or("") {
        "" | "0" if K::RESOURCE.unconditional_update => {}
        "" | "0" => {
            let path = Path::new("metadata").child("resourceVersion");
            let error = FieldError::invalid(&path, 0, "must be specified for an update");
            // The plural stands here where the kind stands elsewhere.
            return Err(StatusError::invalid_kind(
                K::RESOURCE.group,
                K::RESOURCE.plural,
                name,
                &error.into(),
            ));
        }
        version if version == current.revision.to_string() => {}
        version if version.parse::<u64>().is_err() => {
            return Err(StatusError::bad_request(format!(
                "invalid resource version: resourceVersion: Invalid value: {version:?}: \
                     strconv.ParseUint: parsing {version:?}: invalid syntax"
            )));
        }
        _ => return Err(StatusError::stale(K::RESOURCE, name)),
    }
    Ok(())
}

/// A replaced object that names a uid means the object with that uid.
///
/// Source: apiserver `pkg/storage/interfaces.go` `Preconditions.Check`.
pub(crate) fn same_uid<K: Object>(current: &K, wanted: &K) -> Result<(), StatusError> {
    let (found, asked) = (current.uid(), wanted.uid());
    if asked.as_str().is_empty() || asked == found {
        return Ok(());
    }
    let key = current.key();
    Err(StatusError::conflict(
        K::RESOURCE,
        &key.name,
        format_args!(
            "StorageError: invalid object, Code: 4, Key: /registry/{}/{key}, ResourceVersion: 0, \
             AdditionalErrorMsg: Precondition failed: UID in precondition: {asked}, UID in object \
             meta: {found}",
            K::RESOURCE.plural
        ),
    ))
}

/// Gives back what only the server may change of metadata.
fn restore<K: Object>(object: &mut K, old: &K, warnings: &mut Vec<String>) {
    let old = old.metadata();
    let metadata = object.metadata_mut();
    metadata.resource_version.clone_from(&old.resource_version);
    metadata
        .creation_timestamp
        .clone_from(&old.creation_timestamp);
    metadata
        .deletion_timestamp
        .clone_from(&old.deletion_timestamp);
    metadata.deletion_grace_period_seconds = old.deletion_grace_period_seconds;
    metadata.generation = old.generation;
    metadata.self_link = None;
    if metadata.uid.as_deref().is_none_or(str::is_empty) {
        metadata.uid.clone_from(&old.uid);
    }
    if !K::RESOURCE.namespaced {
        metadata.namespace = None;
    }
    dedup_owners(metadata, warnings);
    drop_empty(metadata);
}

/// Whether this update takes away the last thing that kept a deleted object.
///
/// Source: `store.go` `ShouldDeleteDuringUpdate`.
fn is_released<K: Object>(object: &K, old: &K) -> bool {
    let finalizers = object.metadata().finalizers.as_deref().unwrap_or(&[]);
    let old = old.metadata();
    finalizers.is_empty()
        && old.deletion_timestamp.is_some()
        && old.deletion_grace_period_seconds.unwrap_or(0) == 0
}
