//! What may go wrong with a request, split by what the caller does about it.

use jobyard_api::{StatusError, status::Reason};

/// A request that did not do what was asked; the Status says why in Kubernetes' words.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ClusterError {
    /// Someone wrote in between: read again and decide again.
    #[error("{0}")]
    Conflict(StatusError),
    /// The object, or its namespace, is not there.
    #[error("{0}")]
    NotFound(StatusError),
    /// The name is taken.
    #[error("{0}")]
    AlreadyExists(StatusError),
    /// Not allowed: by authorization, quota, or because the namespace ends
    /// (cause `NamespaceTerminating`).
    #[error("{0}")]
    Forbidden(StatusError),
    /// The object breaks rules; asking again does not help.
    #[error("{0}")]
    Invalid(StatusError),
    /// The server did not do it now: back off and ask again.
    #[error("{0}")]
    Unavailable(StatusError),
    /// The answer was lost, or was that something broke on the way: it may
    /// have happened, now or later. Look before asking again.
    #[error("{0}")]
    OutcomeUnknown(StatusError),
}

impl ClusterError {
    /// The Status behind the error.
    pub fn status(&self) -> &StatusError {
        match self {
            Self::Conflict(status)
            | Self::NotFound(status)
            | Self::AlreadyExists(status)
            | Self::Forbidden(status)
            | Self::Invalid(status)
            | Self::Unavailable(status)
            | Self::OutcomeUnknown(status) => status,
        }
    }
}

impl From<StatusError> for ClusterError {
    fn from(status: StatusError) -> Self {
        match status.code() {
            404 => Self::NotFound(status),
            409 if status.is(Reason::AlreadyExists) => Self::AlreadyExists(status),
            409 => Self::Conflict(status),
            401 | 403 => Self::Forbidden(status),
            429 | 503 => Self::Unavailable(status),
            // An API server that waited in vain for its store, or a proxy for
            // the API server, answers so: whether the write happened, neither knows.
            500..=599 => Self::OutcomeUnknown(status),
            _ => Self::Invalid(status),
        }
    }
}
