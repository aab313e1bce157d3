//! Events on a Job: what `kubectl describe` will tell.
//!
//! Reasons and messages are spelled here and nowhere else.
//!
//! Source: upstream `recordJobPodFinished`, `RealPodControl`, `syncJob`;
//! documentation page "Jobs".

/// An event to record on the Job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventNote {
    /// Whether a person should worry.
    pub kind: EventKind,
    /// One word for machines.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
}

/// The `type` of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// As expected.
    Normal,
    /// Worth a look.
    Warning,
}

impl EventKind {
    /// The text on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

impl EventNote {
    fn new(kind: EventKind, reason: &str, message: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.to_owned(),
            message: message.into(),
        }
    }

    pub(crate) fn successful_create(pod: &str) -> Self {
        Self::new(
            EventKind::Normal,
            "SuccessfulCreate",
            format!("Created pod: {pod}"),
        )
    }

    pub(crate) fn failed_create(error: &str) -> Self {
        Self::new(
            EventKind::Warning,
            "FailedCreate",
            format!("Error creating: {error}"),
        )
    }

    pub(crate) fn successful_delete(pod: &str) -> Self {
        Self::new(
            EventKind::Normal,
            "SuccessfulDelete",
            format!("Deleted pod: {pod}"),
        )
    }

    pub(crate) fn failed_delete(error: &str) -> Self {
        Self::new(
            EventKind::Warning,
            "FailedDelete",
            format!("Error deleting: {error}"),
        )
    }

    pub(crate) fn suspended() -> Self {
        Self::new(EventKind::Normal, "Suspended", "Job suspended")
    }

    pub(crate) fn resumed() -> Self {
        Self::new(EventKind::Normal, "Resumed", "Job resumed")
    }

    pub(crate) fn completed() -> Self {
        Self::new(EventKind::Normal, "Completed", "Job completed")
    }

    pub(crate) fn too_many_succeeded_pods() -> Self {
        Self::new(
            EventKind::Warning,
            "TooManySucceededPods",
            "Too many succeeded pods running after completion count reached",
        )
    }

    /// The Job failed: the same reason and message as its condition.
    pub(crate) fn failed(reason: &str, message: &str) -> Self {
        Self::new(EventKind::Warning, reason, message)
    }

    pub(crate) fn unknown_completion_mode() -> Self {
        Self::new(
            EventKind::Warning,
            "UnknownCompletionMode",
            "Skipped Job sync because completion mode is unknown",
        )
    }
}
