//! Ending objects: preconditions, grace, dependents, finalizers.
//!
//! Source: apiserver `pkg/registry/rest/delete.go` `BeforeDelete`,
//! `pkg/registry/generic/registry/store.go` `Delete`.

use std::sync::Arc;

use jiff::ToSpan;
use jobyard_api::{
    Object, ObjectKey, Revision, StatusError, Timestamp,
    meta::Time,
    object::whole_seconds,
    status::Reason,
    well_known::{FINALIZER_FOREGROUND, FINALIZER_ORPHAN},
};
use jobyard_cluster::{Deletion, Propagation};

use super::{Asker, Server};

impl Server {
    /// Deletes the object, now or when grace and finalizers allow; the revision
    /// from which on watches show it.
    pub(crate) fn delete<K: Object>(
        &mut self,
        asker: Asker,
        key: &ObjectKey,
        options: &Deletion,
    ) -> Result<Revision, StatusError> {
        let current: Arc<K> = self.get(key)?;
        check_preconditions(&*current, options)?;
        let now = whole_seconds(self.now);
        let mut object = K::clone(&current);
        adjust_finalizers(&mut object, options.propagation);
        let is_kept = object
            .metadata()
            .finalizers
            .as_ref()
            .is_some_and(|finalizers| !finalizers.is_empty());
        let asked = options.grace_period_seconds;
        let grace = (self.table::<K>().rules.grace_seconds)(&current, asked);
        let metadata = current.metadata();
        if metadata.deletion_timestamp.is_some() {
            let before = metadata.deletion_grace_period_seconds.unwrap_or(0);
            let shortens = asked.is_some() && grace < before;
            if !shortens && object == *current {
                return Ok(current.revision().unwrap_or_default());
            }
        }
        if grace == 0 && !is_kept {
            return Ok(self.remove(asker, &current));
        }
        mark(&mut object, now, grace);
        let stored = self.put(asker, &current, object);
        Ok(stored.revision().unwrap_or_default())
    }
}

/// Says that the object ends, and until when it has time. A repeated deletion
/// may shorten that time, never lengthen it.
fn mark<K: Object>(object: &mut K, now: Timestamp, grace: i64) {
    let after = |start: Timestamp, seconds: i64| {
        start
            .checked_add(seconds.seconds())
            .expect("simulated times are in this century")
    };
    let metadata = object.metadata_mut();
    let before = metadata.deletion_grace_period_seconds.unwrap_or(0);
    let until = match &metadata.deletion_timestamp {
        Some(_) if grace >= before => return,
        Some(until) => after(until.0, grace - before).max(now),
        None => {
            metadata.generation = metadata.generation.map(|generation| generation + 1);
            after(now, grace)
        }
    };
    metadata.deletion_timestamp = Some(Time(until));
    metadata.deletion_grace_period_seconds = Some(grace);
}

/// The two finalizers of the garbage collector exclude each other; a deletion
/// that does not say keeps what an earlier one asked for.
fn adjust_finalizers<K: Object>(object: &mut K, propagation: Option<Propagation>) {
    let wanted = match propagation {
        None => return,
        Some(Propagation::Background) => None,
        Some(Propagation::Foreground) => Some(FINALIZER_FOREGROUND),
        Some(Propagation::Orphan) => Some(FINALIZER_ORPHAN),
    };
    let metadata = object.metadata_mut();
    let mut finalizers = metadata.finalizers.take().unwrap_or_default();
    finalizers.retain(|one| {
        Some(one.as_str()) == wanted || (one != FINALIZER_ORPHAN && one != FINALIZER_FOREGROUND)
    });
    if let Some(wanted) = wanted
        && !finalizers.iter().any(|one| one == wanted)
    {
        finalizers.push(wanted.to_owned());
    }
    metadata.finalizers = (!finalizers.is_empty()).then_some(finalizers);
}

fn check_preconditions<K: Object>(current: &K, options: &Deletion) -> Result<(), StatusError> {
    let name = current.key().name;
    let kind = K::RESOURCE.qualified_kind();
    let conflict = |what: &str| {
        let message = format!(
            "Operation cannot be fulfilled on {kind} {name:?}: the {what} in the precondition does not match"
        );
        Err(StatusError::new(Reason::Conflict, message).about(
            K::RESOURCE.group,
            K::RESOURCE.kind,
            &name,
        ))
    };
    if options
        .uid
        .as_ref()
        .is_some_and(|uid| *uid != current.uid())
    {
        return conflict("UID");
    }
    let version = current.metadata().resource_version.as_deref();
    if options.resource_version.is_some() && options.resource_version.as_deref() != version {
        return conflict("ResourceVersion");
    }
    Ok(())
}
