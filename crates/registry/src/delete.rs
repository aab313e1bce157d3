//! Ending objects: preconditions, grace, dependents, finalizers.
//!
//! Source: apiserver `pkg/registry/rest/delete.go` `BeforeDelete`,
//! `pkg/registry/generic/registry/store.go` `Delete`, `deletionFinalizersForGarbageCollection`.

use std::sync::Arc;

use jiff::ToSpan;
use jobyard_api::{
    Object, ObjectKey, StatusError, Timestamp,
    meta::Time,
    object::whole_seconds,
    status::Reason,
    well_known::{FINALIZER_FOREGROUND, FINALIZER_ORPHAN},
};

use crate::{
    kind::Kind,
    namespace,
    request::{Context, DeleteOptions, Propagation},
    version::{Encoded, Version},
    yard::CommitError,
};

/// How often a deletion is decided anew because somebody wrote in between.
const RETRIES_MAX: usize = 10;

/// What a deletion gave.
pub struct Ended<K> {
    /// The object as kept, or its last state.
    pub version: Arc<Version<K>>,
    /// Whether it is gone now.
    pub gone: bool,
}

/// What is to be done about an object that shall end.
enum Step<K> {
    Remove,
    /// Keep it, changed so.
    Keep(K),
    /// Keep it as it is.
    Leave,
}

impl<K: Object> Kind<K> {
    /// Deletes the object, now or when its grace and finalizers allow.
    ///
    /// # Errors
    /// 404 if there is none, 409 if a precondition does not hold.
    pub fn delete(
        &self,
        cx: &Context,
        key: &ObjectKey,
        options: &DeleteOptions,
    ) -> Result<Ended<K>, StatusError> {
        let rules = &self.shelf.rules;
        if K::RESOURCE.kind == "Namespace" && namespace::IMMORTAL.contains(&&*key.name) {
            let why = "this namespace may not be deleted";
            return Err(StatusError::forbidden(K::RESOURCE, &key.name, why));
        }
        for _ in 0..RETRIES_MAX {
            let current = self.version(key)?;
            check_preconditions(&current, options)?;
            let object = current.object();
            // What is deleted is as urgent as what is created.
            let urgency = (rules.urgency)(None, &object);
            let ended = match self.next_step(&object, options, cx.now) {
                Step::Leave => {
                    return Ok(Ended {
                        version: current,
                        gone: false,
                    });
                }
                Step::Remove if options.dry_run => {
                    return Ok(Ended {
                        version: current,
                        gone: true,
                    });
                }
                Step::Remove => {
                    let removed = self.yard.remove(&self.shelf, &current, urgency);
                    removed.map(|version| Ended {
                        version,
                        gone: true,
                    })
                }
                Step::Keep(object) => {
                    let encoded = Encoded::new(object)?;
                    let kept = if options.dry_run {
                        Ok(Arc::new(encoded.at(current.revision, rules)))
                    } else {
                        self.yard
                            .put(&self.shelf, Some(&current), encoded, urgency, || Ok(()))
                    };
                    kept.map(|version| Ended {
                        version,
                        gone: false,
                    })
                }
            };
            match ended {
                Ok(ended) => return Ok(ended),
                Err(CommitError::Failed(error)) => return Err(error),
                Err(CommitError::Raced) => {}
            }
        }
        Err(StatusError::stale(K::RESOURCE, &key.name))
    }

    fn next_step(&self, current: &K, options: &DeleteOptions, now: Timestamp) -> Step<K> {
        let rules = &self.shelf.rules;
        let now = whole_seconds(now);
        let mut object = current.clone();
        adjust_finalizers(&mut object, self.propagation(current, options));
        let waits = (rules.begin_ending)(&mut object);
        let keeps = waits
            || object
                .metadata()
                .finalizers
                .as_ref()
                .is_some_and(|finalizers| !finalizers.is_empty());

        let metadata = current.metadata();
        let asked = options.grace_period_seconds;
        let grace = (rules.grace_seconds)(current, asked);
        let grace = match (grace, &metadata.deletion_timestamp, asked) {
            (Some(_), Some(_), None) => return Step::Leave,
            (Some(_), Some(_), Some(asked)) => {
                let before = metadata.deletion_grace_period_seconds.unwrap_or(0);
                if asked >= before {
                    return Step::Leave;
                }
                asked.max(0)
            }
            (grace, _, _) => grace.unwrap_or(0),
        };
        if grace == 0 && !keeps {
            return Step::Remove;
        }
        mark(&mut object, now, grace);
        if object == *current {
            Step::Leave
        } else {
            Step::Keep(object)
        }
    }

    /// What becomes of the dependents: as asked, as a deletion before has asked,
    /// or as the kind does.
    ///
    /// Source: `store.go` `shouldOrphanDependents`, `shouldDeleteDependents`.
    fn propagation(&self, object: &K, options: &DeleteOptions) -> Propagation {
        let rules = &self.shelf.rules;
        if !rules.owns {
            return Propagation::Background;
        }
        let asked_before = || {
            let mut finalizers = object.metadata().finalizers.iter().flatten();
            finalizers.find_map(|finalizer| match finalizer.as_str() {
                FINALIZER_ORPHAN => Some(Propagation::Orphan),
                FINALIZER_FOREGROUND => Some(Propagation::Foreground),
                _ => None,
            })
        };
        let default = if rules.orphans_by_default {
            Propagation::Orphan
        } else {
            Propagation::Background
        };
        options.propagation.or_else(asked_before).unwrap_or(default)
    }
}

/// Says that the object ends, and until when it has time.
///
/// A repeated deletion may shorten that time, counted from the first one, but
/// not to before now; it never lengthens it.
fn mark<K: Object>(object: &mut K, now: Timestamp, grace: i64) {
    let metadata = object.metadata_mut();
    let after = |start: Timestamp, seconds: i64| {
        start
            .checked_add(seconds.seconds())
            .unwrap_or(Timestamp::MAX)
    };
    let until = match (
        &metadata.deletion_timestamp,
        metadata.deletion_grace_period_seconds,
    ) {
        (Some(_), Some(before)) if grace >= before => return,
        (Some(until), Some(before)) => after(until.0, grace - before).max(now),
        (Some(until), None) => until.0.min(now),
        (None, _) => {
            if let Some(generation) = &mut metadata.generation
                && *generation > 0
            {
                *generation += 1;
            }
            after(now, grace)
        }
    };
    metadata.deletion_timestamp = Some(Time(until));
    metadata.deletion_grace_period_seconds = Some(grace);
}

/// The two finalizers of the garbage collector exclude each other.
fn adjust_finalizers<K: Object>(object: &mut K, propagation: Propagation) {
    let wanted = match propagation {
        Propagation::Background => None,
        Propagation::Foreground => Some(FINALIZER_FOREGROUND),
        Propagation::Orphan => Some(FINALIZER_ORPHAN),
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

fn check_preconditions<K: Object>(
    current: &Version<K>,
    options: &DeleteOptions,
) -> Result<(), StatusError> {
    // The kind stands here where the plural stands elsewhere.
    let conflict = |why: String| {
        let kind = K::RESOURCE.qualified_kind();
        let name = &current.key.name;
        let message = format!("Operation cannot be fulfilled on {kind} {name:?}: {why}");
        Err(StatusError::new(Reason::Conflict, message).about(
            K::RESOURCE.group,
            K::RESOURCE.kind,
            name,
        ))
    };
    if let Some(uid) = &options.uid
        && **uid != *current.uid.as_str()
    {
        return conflict(format!(
            "the UID in the precondition ({uid}) does not match the UID in record ({}). The \
             object might have been deleted and then recreated",
            current.uid
        ));
    }
    if let Some(version) = &options.resource_version
        && *version != current.revision.to_string()
    {
        return conflict(format!(
            "the ResourceVersion in the precondition ({version}) does not match the \
             ResourceVersion in record ({}). The object might have been modified",
            current.revision
        ));
    }
    Ok(())
}
