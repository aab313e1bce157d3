//! A kind as the server sees it: bodies and bytes around the typed verbs.
//!
//! Source: apiserver `pkg/endpoints/handlers/{create,update,patch,delete}.go`
//! (the checks of name and namespace against the path).

use jobyard_api::{
    Object, ObjectKey, ResourceInfo, StatusError,
    decode::{Decoded, decode},
    managed_fields::{self, Configuration, Writer},
    patch,
    status::Reason,
};

use crate::{
    create::Outcome,
    kind::Kind,
    request::{
        Apply, Body, Context, DeleteOptions, Deleted, List, ListRequest, Patch, Stored,
        Subresource, WriteOptions, Written,
    },
    resource::{Resource, Watch},
    update::{Part, Wanted, Write, same_uid},
};

/// Told when a Job is deleted without a word on its Pods.
///
/// Source: `pkg/registry/batch/job/storage/storage.go` `Delete`.
const ORPHAN_WARNING: &str = "child pods are preserved by default when jobs are deleted; set \
                              propagationPolicy=Background to remove them or set \
                              propagationPolicy=Orphan to suppress this warning";

impl<K: Object> Resource for Kind<K> {
    fn info(&self) -> &'static ResourceInfo {
        K::RESOURCE
    }

    fn create(
        &self,
        cx: &Context,
        namespace: &str,
        body: &Body,
        options: &WriteOptions,
    ) -> Result<Written, StatusError> {
        let Decoded {
            mut object,
            warnings,
        } = decode::<K>(&body.bytes, body.format, options.field_validation)?;
        settle_namespace(&mut object, namespace)?;
        let outcome = self.create_with(cx, object, write_of(Part::Main, options))?;
        Ok(written(outcome, warnings, true))
    }

    fn update(
        &self,
        cx: &Context,
        key: &ObjectKey,
        part: Subresource,
        body: &Body,
        options: &WriteOptions,
    ) -> Result<Written, StatusError> {
        let Decoded {
            mut object,
            warnings,
        } = decode::<K>(&body.bytes, body.format, options.field_validation)?;
        check_key(&mut object, key)?;
        if part == Subresource::Main && K::RESOURCE.create_on_update && self.find(key).is_none() {
            object.metadata_mut().resource_version = None;
            let outcome = self.create_with(cx, object, write_of(Part::Main, options))?;
            return Ok(written(outcome, warnings, true));
        }
        let change = |current: &K| {
            same_uid(current, &object)?;
            Ok(Wanted {
                object: object.clone(),
                warnings: Vec::new(),
            })
        };
        let outcome = self.change(cx, key, write_of(part.into(), options), change)?;
        Ok(written(outcome, warnings, false))
    }

    fn patch(
        &self,
        cx: &Context,
        key: &ObjectKey,
        part: Subresource,
        patch: &Patch,
        options: &WriteOptions,
    ) -> Result<Written, StatusError> {
        let change = |current: &K| {
            let Decoded {
                mut object,
                warnings,
            } = patch::apply(current, patch.kind, &patch.bytes, options.field_validation)?;
            check_key(&mut object, key)?;
            Ok(Wanted { object, warnings })
        };
        let outcome = self.change(cx, key, write_of(part.into(), options), change)?;
        Ok(written(outcome, Vec::new(), false))
    }

    fn apply(
        &self,
        cx: &Context,
        key: &ObjectKey,
        part: Subresource,
        apply: &Apply,
        options: &WriteOptions,
    ) -> Result<Written, StatusError> {
        let Decoded {
            object: mut config,
            warnings,
        } = Configuration::read(&apply.bytes, options.field_validation)?;
        config.default_name(&key.name);
        let writer = Writer {
            manager: &options.field_manager,
            subresource: part.name(),
            now: cx.now,
        };
        let write = Write {
            is_applied: true,
            ..write_of(part.into(), options)
        };
        if part == Subresource::Main && self.find(key).is_none() {
            match self.create_applied(cx, key, &config, &writer, apply, write) {
                // Somebody else created it in between.
                Err(error) if error.is(Reason::AlreadyExists) => {}
                created => return Ok(written(created?, warnings, true)),
            }
        }
        let change = |current: &K| {
            let mut object: K =
                managed_fields::apply(Some(current), &config, &writer, options.force)?;
            check_key(&mut object, key)?;
            Ok(Wanted {
                object,
                warnings: Vec::new(),
            })
        };
        let outcome = self.change(cx, key, write, change)?;
        Ok(written(outcome, warnings, false))
    }

    fn get(&self, _cx: &Context, key: &ObjectKey) -> Result<Stored, StatusError> {
        Ok(self.version(key)?.stored())
    }

    fn list(&self, cx: &Context, request: &ListRequest) -> Result<List, StatusError> {
        self.list_page(cx, request)
    }

    fn watch(&self, _cx: &Context, request: &ListRequest) -> Result<Box<dyn Watch>, StatusError> {
        Ok(Box::new(self.watch_client(request)?))
    }

    fn delete(
        &self,
        cx: &Context,
        key: &ObjectKey,
        options: &DeleteOptions,
    ) -> Result<Deleted, StatusError> {
        let ended = Kind::delete(self, cx, key, options)?;
        Ok(Deleted {
            object: ended.version.stored(),
            gone: ended.gone,
            answer_is_object: !ended.gone || self.shelf.rules.returns_deleted_object,
            revision: ended.version.revision,
            warnings: self.deletion_warning(options).into_iter().collect(),
        })
    }

    fn delete_collection(
        &self,
        cx: &Context,
        request: &ListRequest,
        options: &DeleteOptions,
    ) -> Result<List, StatusError> {
        let mut page = self.page(cx, request)?;
        for version in &page.versions {
            // What was listed, not what took its name meanwhile.
            let options = DeleteOptions {
                uid: Some(version.uid.to_string()),
                ..options.clone()
            };
            match Kind::delete(self, cx, &version.key, &options) {
                Ok(ended) => page.revision = page.revision.max(ended.version.revision),
                Err(error) if matches!(error.code(), 404 | 409) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(page.into_list())
    }

    fn deletion_warning(&self, options: &DeleteOptions) -> Option<String> {
        let silent = options.propagation.is_none() && self.shelf.rules.orphans_by_default;
        silent.then(|| ORPHAN_WARNING.to_owned())
    }
}

impl<K: Object> Kind<K> {
    /// Creates the object that the configuration asks for.
    fn create_applied(
        &self,
        cx: &Context,
        key: &ObjectKey,
        config: &Configuration,
        writer: &Writer<'_>,
        apply: &Apply,
        write: Write<'_>,
    ) -> Result<Outcome<K>, StatusError> {
        let mut object: K = managed_fields::apply(None, config, writer, false)?;
        check_key(&mut object, key)?;
        apply.may_create.clone()?;
        if let Some(uid) = config.uid() {
            return Err(StatusError::conflict(
                K::RESOURCE,
                &key.name,
                format_args!(
                    "uid mismatch: the provided object specified uid {uid}, and no existing \
                     object was found"
                ),
            ));
        }
        self.create_with(cx, object, write)
    }
}

fn write_of(part: Part, options: &WriteOptions) -> Write<'_> {
    Write {
        part,
        manager: &options.field_manager,
        is_own: false,
        is_applied: false,
        dry_run: options.dry_run,
    }
}

fn written<K: Object>(outcome: Outcome<K>, mut warnings: Vec<String>, created: bool) -> Written {
    warnings.extend(outcome.warnings);
    Written {
        object: outcome.version.stored(),
        warnings,
        created,
    }
}

/// The namespace of the path, which the body may repeat but not change.
fn settle_namespace<K: Object>(object: &mut K, namespace: &str) -> Result<(), StatusError> {
    let metadata = object.metadata_mut();
    match metadata.namespace.as_deref().unwrap_or("") {
        _ if !K::RESOURCE.namespaced => metadata.namespace = None,
        "" => metadata.namespace = Some(namespace.to_owned()),
        given if given == namespace => {}
        _ => {
            return Err(StatusError::bad_request(
                "the namespace of the provided object does not match the namespace sent on the \
                 request",
            ));
        }
    }
    Ok(())
}

/// The name and namespace of the path, which an update may not change.
fn check_key<K: Object>(object: &mut K, key: &ObjectKey) -> Result<(), StatusError> {
    settle_namespace(object, &key.namespace)?;
    match object.metadata().name.as_deref().unwrap_or("") {
        "" => Err(StatusError::bad_request(format!(
            "the name of the object ({} based on URL) was undeterminable: name must be provided",
            key.name
        ))),
        name if *name == *key.name => Ok(()),
        name => Err(StatusError::bad_request(format!(
            "the name of the object ({name}) does not match the name on the URL ({})",
            key.name
        ))),
    }
}
