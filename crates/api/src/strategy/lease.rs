//! Leases: who is alive, who leads.
//!
//! Source: upstream `pkg/apis/coordination/validation`, `ValidateLeaseSpec`.

use crate::{
    coordination::Lease,
    field::{ErrorList, FieldError, Path},
    validation::{meta, names},
};

use super::Strategy;

impl Strategy for Lease {
    fn validate_own(&self) -> ErrorList {
        let mut errors = meta::object_meta(&self.metadata, true, names::dns_subdomain);
        spec(self, &mut errors);
        errors
    }

    fn validate_own_update(&self, old: &Self) -> ErrorList {
        let mut errors = meta::object_meta_update(&self.metadata, &old.metadata);
        spec(self, &mut errors);
        errors
    }
}

fn spec(lease: &Lease, errors: &mut ErrorList) {
    let Some(spec) = &lease.spec else { return };
    let path = Path::new("spec");
    if let Some(seconds) = spec.lease_duration_seconds.filter(|seconds| *seconds <= 0) {
        errors.push(FieldError::invalid(
            &path.child("leaseDurationSeconds"),
            seconds,
            "must be greater than 0",
        ));
    }
    if let Some(count) = spec.lease_transitions.filter(|count| *count < 0) {
        errors.push(FieldError::invalid(
            &path.child("leaseTransitions"),
            count,
            "must be greater than or equal to 0",
        ));
    }
    if spec.holder_identity.as_deref() == Some("") {
        errors.push(FieldError::invalid(
            &path.child("holderIdentity"),
            "",
            "must not be empty",
        ));
    }
    if let Some(strategy) = spec.strategy.as_deref() {
        for why in names::qualified_name(strategy) {
            errors.push(FieldError::invalid(&path.child("strategy"), strategy, why));
        }
    } else if spec
        .preferred_holder
        .as_deref()
        .is_some_and(|one| !one.is_empty())
    {
        errors.push(FieldError::forbidden(
            &path.child("preferredHolder"),
            "may only be specified when `strategy` is defined",
        ));
    }
}
