//! What a kind does to an object that is about to be written.
//!
//! The registry runs one pipeline for all kinds; what differs between kinds is
//! asked of this trait. The order of the pipeline is Kubernetes':
//!
//! - create: decode, [`apply_defaults`](Strategy::apply_defaults), fill in
//!   `metadata.{name,namespace,uid,creationTimestamp}`,
//!   [`prepare_create`](Strategy::prepare_create),
//!   [`validate`](Strategy::validate), [`warnings`](Strategy::warnings), store.
//! - update: decode, `apply_defaults`, restore what the server owns of metadata
//!   (uid if empty, creationTimestamp, deletionTimestamp, generation),
//!   [`prepare_update`](Strategy::prepare_update),
//!   [`validate_update`](Strategy::validate_update),
//!   [`update_warnings`](Strategy::update_warnings), store.
//! - `/status`: the same with
//!   [`prepare_status_update`](Strategy::prepare_status_update) and
//!   [`validate_status_update`](Strategy::validate_status_update).
//!
//! Nothing here reads a clock or makes a name: the registry fills those in
//! before it asks.
//!
//! Source: apiserver `pkg/registry/rest/{create,update}.go`
//! (`RESTCreateStrategy`, `RESTUpdateStrategy`), and the `strategy.go` of each
//! kind under `pkg/registry`.

mod config;
mod event;
mod job;
mod lease;
mod namespace;
mod node;
mod pod;
mod runtime_class;

pub use pod::qos_class;

use crate::{
    field::ErrorList,
    object::Object,
    validation::meta::{common, common_update},
};

/// Questions the write pipeline asks of a kind.
///
/// The default bodies are those of a kind without spec, status or rules of its own.
pub trait Strategy: Object {
    /// Fills in every default. Runs on what clients send and on what is read
    /// back from the store; doing it twice changes nothing.
    fn apply_defaults(&mut self) {}

    /// Drops what clients may not set at creation and generates what the server
    /// sets. `metadata.name` and `metadata.uid` are already final.
    fn prepare_create(&mut self) {}

    /// Every fault of a new object, in Kubernetes' order: first the kind's own
    /// rules and, if it keeps them, those of all kinds.
    fn validate(&self) -> ErrorList {
        let own = self.validate_own();
        if own.is_empty() { common(self) } else { own }
    }

    /// The rules of the kind for a new object; [`validate`](Self::validate) asks.
    fn validate_own(&self) -> ErrorList;

    /// What to tell the client about an object that is valid, at creation.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// Takes back from `old` what the main endpoint may not change, and raises
    /// `metadata.generation` if the spec differs in meaning.
    fn prepare_update(&mut self, _old: &Self) {}

    /// Every fault of an update of the main endpoint, in Kubernetes' order:
    /// those of all kinds and those of this one.
    fn validate_update(&self, old: &Self) -> ErrorList {
        let mut errors = common_update(self, old);
        errors.extend(self.validate_own_update(old));
        errors
    }

    /// The rules of the kind for an update; [`validate_update`](Self::validate_update) asks.
    fn validate_own_update(&self, old: &Self) -> ErrorList;

    /// What to tell the client about a valid update.
    fn update_warnings(&self, _old: &Self) -> Vec<String> {
        Vec::new()
    }

    /// Takes back from `old` what `/status` may not change. Kinds without a
    /// `/status` endpoint are never asked.
    fn prepare_status_update(&mut self, _old: &Self) {}

    /// Every fault of an update of `/status`, in Kubernetes' order.
    fn validate_status_update(&self, old: &Self) -> ErrorList {
        let mut errors = common_update(self, old);
        errors.extend(self.validate_own_status_update(old));
        errors
    }

    /// The rules of the kind for a new status;
    /// [`validate_status_update`](Self::validate_status_update) asks.
    fn validate_own_status_update(&self, _old: &Self) -> ErrorList {
        ErrorList::new()
    }

    /// The value of a field that field selectors may ask for, beyond
    /// `metadata.name` and `metadata.namespace`; `None` for any other name.
    /// An unset field is the empty string.
    fn selectable_field(&self, _name: &str) -> Option<String> {
        None
    }
}

/// Sets the generation of a changed object: one more than the old one if `changed`.
fn next_generation(
    new: &mut crate::meta::ObjectMeta,
    old: &crate::meta::ObjectMeta,
    changed: bool,
) {
    new.generation = match old.generation {
        Some(generation) if changed => Some(generation + 1),
        generation => generation,
    };
}
