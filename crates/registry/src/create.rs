//! Making objects: default, mutate, admit, name, validate, commit.
//!
//! Source: apiserver `pkg/registry/rest/create.go` `BeforeCreate`,
//! `pkg/registry/generic/registry/store.go` `Create`; the order of admission is
//! that of `pkg/endpoints/handlers/create.go`.

use std::{collections::BTreeSet, sync::Arc};

use jobyard_api::{
    Object, ObjectKey, StatusError, Timestamp,
    managed_fields::{self, Writer},
    meta::{ObjectMeta, Time},
    names,
    object::whole_seconds,
    status::Reason,
};

use crate::{
    admission,
    kind::Kind,
    request::Context,
    update::{Part, Write},
    version::{Encoded, Version},
    yard::CommitError,
};

/// What a typed write gave.
pub struct Outcome<K> {
    /// The version as stored, or as it would be in a dry run.
    pub version: Arc<Version<K>>,
    /// Texts for `Warning` headers.
    pub warnings: Vec<String>,
}

impl<K: Object> Kind<K> {
    /// Creates an object; `metadata.generateName` is honoured.
    ///
    /// # Errors
    /// 409 if the name is taken, 403 or 404 if the namespace or an admission
    /// rule refuses, 422 if the object breaks rules.
    pub fn create(&self, cx: &Context, object: K) -> Result<Arc<K>, StatusError> {
        let write = self.own_write(Part::Main);
        Ok(self.create_with(cx, object, write)?.version.object())
    }

    /// Creates an object, or says what would be created.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub(crate) fn create_with(
        &self,
        cx: &Context,
        mut object: K,
        write: Write<'_>,
    ) -> Result<Outcome<K>, StatusError> {
        let rules = &self.shelf.rules;
        let mut warnings = Vec::new();
        begin(&mut object, cx.now, &mut warnings)?;
        (rules.apply_defaults)(&mut object);
        if !write.is_applied {
            let writer = Writer {
                manager: write.manager,
                subresource: "",
                now: cx.now,
            };
            let left_out = (rules.left_out)(&object);
            object.metadata_mut().managed_fields =
                managed_fields::create(K::RESOURCE, &writer, left_out);
        }
        let named = asked_name(object.metadata());
        admission::namespace_takes(&self.yard, K::RESOURCE, &object.key().namespace, &named)?;
        (rules.admit)(&mut object, &self.yard)?;

        let generated = self.settle_name(&mut object)?;
        object.metadata_mut().uid = Some(self.yard.names.uid().to_string());
        (rules.prepare_create)(&mut object);
        let errors = (rules.validate)(&object);
        if !errors.is_empty() {
            return Err(StatusError::invalid(
                K::RESOURCE,
                object.metadata().name.as_deref().unwrap_or(""),
                &errors,
            ));
        }
        warnings.extend((rules.warnings)(&object));

        let key = object.key();
        if let Some(existing) = self.find(&key) {
            return Err(taken(&existing, generated));
        }
        let encoded = Encoded::new(object)?;
        let urgency = (rules.urgency)(None, encoded.object());
        if write.dry_run {
            let version = Arc::new(encoded.dry(rules));
            return Ok(Outcome { version, warnings });
        }
        let admit =
            || admission::namespace_takes(&self.yard, K::RESOURCE, &key.namespace, &key.name);
        let version = match self.yard.put(&self.shelf, None, encoded, urgency, admit) {
            Ok(version) => version,
            Err(CommitError::Failed(error)) => return Err(error),
            Err(CommitError::Raced) => {
                return Err(self.find(&key).map_or_else(
                    || StatusError::already_exists(K::RESOURCE, &key.name),
                    |existing| taken(&existing, generated),
                ));
            }
        };
        (rules.after_create)(&version.object(), cx, &self.yard);
        self.expire(cx.now);
        Ok(Outcome { version, warnings })
    }

    /// Generates the name if none was given; whether it did.
    fn settle_name(&self, object: &mut K) -> Result<bool, StatusError> {
        let metadata = object.metadata();
        if metadata
            .name
            .as_deref()
            .is_some_and(|name| !name.is_empty())
        {
            return Ok(false);
        }
        let Some(prefix) = metadata.generate_name.clone().filter(|one| !one.is_empty()) else {
            // Validation says that a name is required.
            return Ok(false);
        };
        for _ in 0..names::ATTEMPTS_MAX {
            object.metadata_mut().name = Some(self.yard.names.generate(&prefix));
            if self.find(&object.key()).is_none() {
                return Ok(true);
            }
        }
        Err(generator_failed::<K>(&object.key()))
    }
}

/// Drops what clients may not say of a new object, and sets when it began.
fn begin<K: Object>(
    object: &mut K,
    now: Timestamp,
    warnings: &mut Vec<String>,
) -> Result<(), StatusError> {
    let metadata = object.metadata_mut();
    if metadata
        .resource_version
        .as_deref()
        .is_some_and(|one| !one.is_empty())
    {
        return Err(StatusError::untyped(
            "resourceVersion should not be set on objects to be created",
        ));
    }
    metadata.resource_version = None;
    metadata.uid = None;
    metadata.self_link = None;
    metadata.deletion_timestamp = None;
    metadata.deletion_grace_period_seconds = None;
    metadata.generation = None;
    metadata.creation_timestamp = Some(Time(whole_seconds(now)));
    if !K::RESOURCE.namespaced {
        metadata.namespace = None;
    }
    dedup_owners(metadata, warnings);
    drop_empty(metadata);
    Ok(())
}

/// An empty list or map and none are the same to Kubernetes, which writes
/// neither down (Go's `omitempty`): ours must compare equal.
pub(crate) fn drop_empty(metadata: &mut ObjectMeta) {
    metadata.finalizers.take_if(|list| list.is_empty());
    metadata.owner_references.take_if(|list| list.is_empty());
    metadata.labels.take_if(|map| map.is_empty());
    metadata.annotations.take_if(|map| map.is_empty());
}

/// Source: apiserver `pkg/endpoints/handlers/rest.go` `dedupOwnerReferencesAndAddWarning`.
pub(crate) fn dedup_owners(metadata: &mut ObjectMeta, warnings: &mut Vec<String>) {
    let Some(owners) = &mut metadata.owner_references else {
        return;
    };
    let mut seen = BTreeSet::new();
    let mut doubled = BTreeSet::new();
    owners.retain(|owner| {
        let first = seen.insert(owner.uid.clone());
        if !first {
            doubled.insert(owner.uid.clone());
        }
        first
    });
    if !doubled.is_empty() {
        let uids: Vec<String> = doubled.into_iter().collect();
        warnings.push(format!(
            ".metadata.ownerReferences contains duplicate entries; API server dedups owner \
             references in 1.20+, and may reject such requests as early as 1.24; please fix your \
             requests; duplicate UID(s) observed: {}",
            uids.join(", ")
        ));
    }
}

/// What errors before naming call the object: its name, or the prefix of it.
pub(crate) fn asked_name(metadata: &ObjectMeta) -> String {
    let given = |text: &Option<String>| text.clone().filter(|one| !one.is_empty());
    given(&metadata.name)
        .or_else(|| given(&metadata.generate_name))
        .unwrap_or_else(|| "Unknown".to_owned())
}

fn taken<K: Object>(existing: &Version<K>, generated: bool) -> StatusError {
    if generated {
        return generator_failed::<K>(&existing.key);
    }
    let mut error = StatusError::already_exists(K::RESOURCE, &existing.key.name);
    if existing.object().metadata().deletion_timestamp.is_some() {
        error.0.message = Some(format!("object is being deleted: {}", error.message()));
    }
    error
}

/// Source: apimachinery `errors.NewGenerateNameConflict`.
fn generator_failed<K: Object>(key: &ObjectKey) -> StatusError {
    let mut error = StatusError::new(
        Reason::AlreadyExists,
        format!(
            "{} {:?} already exists, the server was not able to generate a unique name for the \
             object",
            K::RESOURCE.qualified_plural(),
            key.name
        ),
    )
    .about(K::RESOURCE.group, K::RESOURCE.plural, &key.name);
    error.0.details.get_or_insert_default().retry_after_seconds = Some(1);
    error
}
