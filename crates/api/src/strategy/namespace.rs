//! Namespaces: they go only when they are empty.
//!
//! The finalizer in the spec stands for that; it may leave only through
//! `/finalize`, which the registry serves.
//!
//! Source: upstream `pkg/registry/core/namespace/strategy.go`.

use crate::{
    core::{Namespace, NamespaceStatus},
    defaults,
    field::{ErrorList, FieldError, Path},
    validation::{meta, names},
};

use super::Strategy;

impl Strategy for Namespace {
    fn apply_defaults(&mut self) {
        defaults::namespace(self);
    }

    fn prepare_create(&mut self) {
        self.status = Some(NamespaceStatus {
            phase: Some("Active".to_owned()),
            conditions: None,
        });
        let finalizers = self
            .spec
            .get_or_insert_default()
            .finalizers
            .get_or_insert_default();
        if !finalizers.iter().any(|finalizer| finalizer == "kubernetes") {
            finalizers.push("kubernetes".to_owned());
        }
    }

    fn validate_own(&self) -> ErrorList {
        let mut errors = meta::object_meta(&self.metadata, false, names::dns_label);
        let finalizers = self.spec.iter().flat_map(|spec| &spec.finalizers).flatten();
        for finalizer in finalizers {
            for why in names::qualified_name(finalizer) {
                let path = Path::new("spec").child("finalizers");
                errors.push(FieldError::invalid(&path, finalizer, why));
            }
        }
        errors
    }

    fn prepare_update(&mut self, old: &Self) {
        let finalizers = old.spec.as_ref().and_then(|spec| spec.finalizers.clone());
        self.spec.get_or_insert_default().finalizers = finalizers;
        self.status.clone_from(&old.status);
    }

    fn validate_own_update(&self, old: &Self) -> ErrorList {
        meta::object_meta_update(&self.metadata, &old.metadata)
    }

    fn prepare_status_update(&mut self, old: &Self) {
        self.spec.clone_from(&old.spec);
    }

    fn validate_own_status_update(&self, old: &Self) -> ErrorList {
        let mut errors = meta::object_meta_update(&self.metadata, &old.metadata);
        let phase = self
            .status
            .as_ref()
            .and_then(|status| status.phase.as_deref())
            .unwrap_or("");
        let path = Path::new("status").child("Phase");
        match (self.metadata.deletion_timestamp.is_some(), phase) {
            (true, phase) if phase != "Terminating" => errors.push(FieldError::invalid(
                &path,
                phase,
                "may only be 'Terminating' if `deletionTimestamp` is not empty",
            )),
            (false, phase) if phase != "Active" => errors.push(FieldError::invalid(
                &path,
                phase,
                "may only be 'Active' if `deletionTimestamp` is empty",
            )),
            _ => {}
        }
        errors
    }

    fn selectable_field(&self, name: &str) -> Option<String> {
        let phase = || self.status.as_ref().and_then(|status| status.phase.clone());
        (name == "status.phase").then(|| phase().unwrap_or_default())
    }
}
