//! Jobs: who owns their Pods is generated here.
//!
//! A Job that does not manage its selector gets one by its own uid, and its
//! template the labels that match it, so that no two Jobs can ever claim the
//! same Pods. The status belongs to `/status` alone.
//!
//! Source: upstream `pkg/registry/batch/job/strategy.go` (`generateSelector`,
//! `PrepareForCreate` ...), `SetDefaults_Job` for the labels.

use crate::{
    batch::{Job, JobSpec, JobStatus},
    defaults,
    equality::semantic,
    field::ErrorList,
    validation,
    well_known::{
        LABEL_CONTROLLER_UID, LABEL_CONTROLLER_UID_LEGACY, LABEL_JOB_NAME, LABEL_JOB_NAME_LEGACY,
    },
};

use super::{Strategy, next_generation};

impl Strategy for Job {
    fn apply_defaults(&mut self) {
        defaults::job(self);
    }

    fn prepare_create(&mut self) {
        generate_selector(self);
        copy_labels(self);
        self.status = Some(JobStatus::default());
        self.metadata.generation = Some(1);
    }

    fn validate_own(&self) -> ErrorList {
        validation::job::job(self)
    }

    fn warnings(&self) -> Vec<String> {
        validation::warnings::job(self)
    }

    fn prepare_update(&mut self, old: &Self) {
        self.status.clone_from(&old.status);
        copy_labels(self);
        let changed = !semantic(&self.spec, &old.spec);
        next_generation(&mut self.metadata, &old.metadata, changed);
    }

    fn validate_own_update(&self, old: &Self) -> ErrorList {
        validation::job::job_update(self, old)
    }

    fn update_warnings(&self, old: &Self) -> Vec<String> {
        if self.metadata.generation == old.metadata.generation {
            Vec::new()
        } else {
            validation::warnings::job_spec(self)
        }
    }

    fn prepare_status_update(&mut self, old: &Self) {
        self.spec.clone_from(&old.spec);
        copy_labels(self);
        next_generation(&mut self.metadata, &old.metadata, false);
    }

    fn validate_own_status_update(&self, old: &Self) -> ErrorList {
        validation::job::job_status_update(self, old)
    }

    fn selectable_field(&self, name: &str) -> Option<String> {
        let succeeded = || self.status.as_ref().and_then(|status| status.succeeded);
        (name == "status.successful").then(|| succeeded().unwrap_or(0).to_string())
    }
}

/// Gives the template the labels, and the Job the selector, that name this Job
/// alone. What the user wrote there stays; validation says if it cannot be.
fn generate_selector(job: &mut Job) {
    let spec = job.spec.get_or_insert_default();
    if spec.manual_selector == Some(true) {
        return;
    }
    let name = job.metadata.name.clone().unwrap_or_default();
    let uid = job.metadata.uid.clone().unwrap_or_default();
    let labels = spec
        .template
        .metadata
        .get_or_insert_default()
        .labels
        .get_or_insert_default();
    for (key, value) in [
        (LABEL_JOB_NAME_LEGACY, &name),
        (LABEL_JOB_NAME, &name),
        (LABEL_CONTROLLER_UID_LEGACY, &uid),
        (LABEL_CONTROLLER_UID, &uid),
    ] {
        labels
            .entry(key.to_owned())
            .or_insert_with(|| value.clone());
    }
    spec.selector
        .get_or_insert_default()
        .match_labels
        .get_or_insert_default()
        .entry(LABEL_CONTROLLER_UID.to_owned())
        .or_insert(uid);
}

/// A Job without labels of its own has those of its template, with the
/// generated ones.
///
/// Differs from Kubernetes: there the labels appear by defaulting on read, and
/// the first update of such a Job writes them; here they are stored at once.
fn copy_labels(job: &mut Job) {
    let has_own = job
        .metadata
        .labels
        .as_ref()
        .is_some_and(|labels| !labels.is_empty());
    if !has_own {
        let template = job.spec.as_ref().map(|JobSpec { template, .. }| template);
        job.metadata.labels = template
            .and_then(|template| template.metadata.as_ref())
            .and_then(|metadata| metadata.labels.clone());
    }
}
