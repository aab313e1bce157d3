//! What a field means when nobody wrote it.
//!
//! Defaults run on every decode, of what clients send and of what is read back,
//! so that everybody behind this sees whole objects; running them twice changes
//! nothing. Amounts of resources are put into canonical form in passing, for
//! what is stored is what is shown.
//!
//! Only fields that Kubernetes defaults at decode are here. What its admission
//! plugins add (priority, tolerations, the service account's token) is the
//! registry's, and what depends on a uid is in [`crate::strategy`].
//!
//! Source: upstream `pkg/apis/{batch,core}/v1/defaults.go`.

mod pod;

pub use pod::{pod, pod_spec, pod_template};

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::{
    batch::{Job, JobSpec},
    core::{Namespace, Node, Secret},
    meta::Time,
    object::whole_seconds,
};

/// Defaults of a Job and of its Pod template.
///
/// The labels a Job without labels takes from its template are not copied here:
/// at creation they must be those with the generated ones, so that
/// [`Strategy::prepare_create`](crate::Strategy::prepare_create) copies them.
pub fn job(job: &mut Job) {
    job_spec(job.spec.get_or_insert_default());
    let status = job.status.get_or_insert_default();
    cut_fraction(&mut status.start_time);
    cut_fraction(&mut status.completion_time);
    for condition in status.conditions.iter_mut().flatten() {
        cut_fraction(&mut condition.last_probe_time);
        cut_fraction(&mut condition.last_transition_time);
    }
}

/// Defaults of a Job's spec, also inside of other objects.
pub fn job_spec(spec: &mut JobSpec) {
    if spec.completions.is_none() && spec.parallelism.is_none() {
        spec.completions = Some(1);
    }
    spec.parallelism.get_or_insert(1);
    if spec.backoff_limit.is_none() {
        // Counting by index takes the place of the Job's own limit.
        spec.backoff_limit = Some(match spec.backoff_limit_per_index {
            Some(_) => i32::MAX,
            None => 6,
        });
    }
    or_text(&mut spec.completion_mode, "NonIndexed");
    spec.suspend.get_or_insert(false);
    spec.manual_selector.get_or_insert(false);
    if spec.pod_replacement_policy.is_none() {
        let policy = match spec.pod_failure_policy {
            Some(_) => "Failed",
            None => "TerminatingOrFailed",
        };
        spec.pod_replacement_policy = Some(policy.to_owned());
    }
    let rules = spec.pod_failure_policy.iter_mut();
    let patterns = rules
        .flat_map(|policy| &mut policy.rules)
        .flat_map(|rule| &mut rule.on_pod_conditions)
        .flatten();
    for pattern in patterns {
        or_text(&mut pattern.status, "True");
    }
    pod_template(&mut spec.template);
}

/// Defaults of a Namespace: the label with its name, and a phase.
pub fn namespace(namespace: &mut Namespace) {
    if let Some(name) = namespace
        .metadata
        .name
        .clone()
        .filter(|name| !name.is_empty())
    {
        namespace
            .metadata
            .labels
            .get_or_insert_default()
            .insert("kubernetes.io/metadata.name".to_owned(), name);
    }
    namespace.spec.get_or_insert_default();
    or_text(
        &mut namespace.status.get_or_insert_default().phase,
        "Active",
    );
}

/// Defaults of a Node: what it can give is what it has.
pub fn node(node: &mut Node) {
    node.spec.get_or_insert_default();
    let status = node.status.get_or_insert_default();
    canonical_amounts(&mut status.capacity);
    canonical_amounts(&mut status.allocatable);
    for condition in status.conditions.iter_mut().flatten() {
        cut_fraction(&mut condition.last_heartbeat_time);
        cut_fraction(&mut condition.last_transition_time);
    }
    if status.allocatable.is_none() {
        status.allocatable.clone_from(&status.capacity);
    }
}

/// Defaults of a Secret. `stringData` is write-only: it goes into `data` here.
pub fn secret(secret: &mut Secret) {
    or_text(&mut secret.type_, "Opaque");
    if let Some(texts) = secret.string_data.take().filter(|texts| !texts.is_empty()) {
        let data = secret.data.get_or_insert_default();
        for (key, text) in texts {
            data.insert(key, k8s_openapi::ByteString(text.into_bytes()));
        }
    }
}

/// Sets a text that is absent or empty.
fn or_text(field: &mut Option<String>, default: &str) {
    if field.as_deref().is_none_or(str::is_empty) {
        *field = Some(default.to_owned());
    }
}

/// Cuts a time to what the wire can say, so that an object held in memory and
/// its own JSON mean the same: a start time that "changed" by its fraction would
/// be an error.
fn cut_fraction(time: &mut Option<Time>) {
    if let Some(Time(time)) = time {
        *time = whole_seconds(*time);
    }
}

/// Puts every amount of a list into canonical form.
pub(crate) fn canonical_amounts(amounts: &mut Option<BTreeMap<String, Quantity>>) {
    for amount in amounts.iter_mut().flat_map(BTreeMap::values_mut) {
        crate::quantity::canonicalize(amount);
    }
}
