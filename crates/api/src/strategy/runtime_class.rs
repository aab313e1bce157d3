//! RuntimeClasses: by which handler a Pod's containers run.
//!
//! Source: upstream `pkg/apis/node/validation`.

use crate::{
    field::{ErrorList, FieldError, Path},
    node::RuntimeClass,
    validation::{meta, names, pod},
};

use super::Strategy;

impl Strategy for RuntimeClass {
    fn apply_defaults(&mut self) {
        if let Some(overhead) = &mut self.overhead {
            crate::defaults::canonical_amounts(&mut overhead.pod_fixed);
        }
    }

    fn validate_own(&self) -> ErrorList {
        let mut errors = meta::object_meta(&self.metadata, false, names::dns_subdomain);
        for why in names::dns_label(&self.handler) {
            errors.push(FieldError::invalid(
                &Path::new("handler"),
                &self.handler,
                why,
            ));
        }
        if let Some(overhead) = &self.overhead {
            pod::resource_list(
                overhead.pod_fixed.as_ref(),
                &Path::new("overhead").child("podFixed"),
                &mut errors,
            );
        }
        if let Some(scheduling) = &self.scheduling {
            let path = Path::new("scheduling");
            meta::labels(
                scheduling.node_selector.as_ref(),
                &path.child("nodeSelector"),
                &mut errors,
            );
            pod::tolerations(
                scheduling.tolerations.as_deref().unwrap_or_default(),
                &path.child("tolerations"),
                &mut errors,
            );
        }
        errors
    }

    fn validate_own_update(&self, old: &Self) -> ErrorList {
        let mut errors = meta::object_meta_update(&self.metadata, &old.metadata);
        meta::immutable(
            &self.handler,
            &old.handler,
            &Path::new("handler"),
            &mut errors,
        );
        errors
    }
}
