//! Labels, annotations, finalizers and names that Kubernetes gives a meaning.
//!
//! Source: the pages "Well-Known Labels, Annotations and Taints" and "Jobs".

/// The finalizer that keeps a Pod until its Job has counted it.
pub const JOB_TRACKING_FINALIZER: &str = "batch.kubernetes.io/job-tracking";
/// Label: name of the Job.
pub const LABEL_JOB_NAME: &str = "batch.kubernetes.io/job-name";
/// Label: name of the Job, in its old form without prefix.
pub const LABEL_JOB_NAME_LEGACY: &str = "job-name";
/// Label: uid of the Job.
pub const LABEL_CONTROLLER_UID: &str = "batch.kubernetes.io/controller-uid";
/// Label: uid of the Job, in its old form without prefix.
pub const LABEL_CONTROLLER_UID_LEGACY: &str = "controller-uid";
/// Label and annotation: completion index of a Pod of an Indexed Job.
pub const JOB_COMPLETION_INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// Annotation: counted failures of the index before this Pod.
pub const JOB_INDEX_FAILURE_COUNT: &str = "batch.kubernetes.io/job-index-failure-count";
/// Annotation: ignored failures of the index before this Pod.
pub const JOB_INDEX_IGNORED_FAILURE_COUNT: &str =
    "batch.kubernetes.io/job-index-ignored-failure-count";
/// The controller that a Job without `managedBy` belongs to.
pub const JOB_CONTROLLER_NAME: &str = "kubernetes.io/job-controller";
/// The controller that takes Jobs on clusters of others, beside the built-in one.
pub const JOBYARD_JOB_CONTROLLER_NAME: &str = "jobyard.dev/job-controller";
/// Finalizer: dependents lose their owner reference before the object goes.
pub const FINALIZER_ORPHAN: &str = "orphan";
/// Finalizer: dependents go before the object.
pub const FINALIZER_FOREGROUND: &str = "foregroundDeletion";
/// The RuntimeClass that runs a Pod on this machine's own system folders.
pub const RUNTIME_CLASS_HOST: &str = "host";
/// The scheduler's name in `spec.schedulerName`.
pub const DEFAULT_SCHEDULER: &str = "default-scheduler";
