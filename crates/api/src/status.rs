//! The errors of the API: `Status` with code, reason, message and details.
//!
//! One constructor for each form that Kubernetes has, so that every room speaks
//! in the same words.
//!
//! Source: apimachinery `pkg/api/errors`.

use std::{collections::BTreeSet, fmt};

use crate::{
    field::{ERRORS_MAX, ErrorList, FieldError, quoted},
    meta::{Status, StatusCause, StatusDetails},
    resource::ResourceInfo,
};

/// A request that failed, as the client will read it.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusError(pub Box<Status>);

/// What a caller does about it: the `reason` of a Status as a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// 400: the request itself is wrong.
    BadRequest,
    /// 401: no valid credential.
    Unauthorized,
    /// 403: known, but not allowed.
    Forbidden,
    /// 404
    NotFound,
    /// 405
    MethodNotAllowed,
    /// 406
    NotAcceptable,
    /// 409: the name is taken.
    AlreadyExists,
    /// 409: someone wrote in between.
    Conflict,
    /// 410: the asked revision is no longer kept.
    Expired,
    /// 413
    RequestEntityTooLarge,
    /// 415
    UnsupportedMediaType,
    /// 422: the object breaks rules; causes say which.
    Invalid,
    /// 429
    TooManyRequests,
    /// 500
    InternalError,
    /// 503
    ServiceUnavailable,
    /// 504
    Timeout,
}

impl Reason {
    /// The text on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "NotFound",
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::NotAcceptable => "NotAcceptable",
            Self::AlreadyExists => "AlreadyExists",
            Self::Conflict => "Conflict",
            Self::Expired => "Expired",
            Self::RequestEntityTooLarge => "RequestEntityTooLarge",
            Self::UnsupportedMediaType => "UnsupportedMediaType",
            Self::Invalid => "Invalid",
            Self::TooManyRequests => "TooManyRequests",
            Self::InternalError => "InternalError",
            Self::ServiceUnavailable => "ServiceUnavailable",
            Self::Timeout => "Timeout",
        }
    }

    /// The HTTP status code that goes with it.
    pub fn code(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::NotAcceptable => 406,
            Self::AlreadyExists | Self::Conflict => 409,
            Self::Expired => 410,
            Self::RequestEntityTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Invalid => 422,
            Self::TooManyRequests => 429,
            Self::InternalError => 500,
            Self::ServiceUnavailable => 503,
            Self::Timeout => 504,
        }
    }
}

impl StatusError {
    /// A Status with this reason and message and empty details.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self(Box::new(Status {
            code: Some(i32::from(reason.code())),
            reason: Some(reason.as_str().to_owned()),
            message: Some(message.into()),
            status: Some("Failure".to_owned()),
            ..Status::default()
        }))
    }

    /// 500 without a reason: what Kubernetes answers for an error it has no type for.
    pub fn untyped(message: impl Into<String>) -> Self {
        let mut error = Self::new(Reason::InternalError, message);
        error.0.reason = None;
        error
    }

    /// 400
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(Reason::BadRequest, message)
    }

    /// 404: `jobs.batch "pi" not found`.
    pub fn not_found(resource: &ResourceInfo, name: &str) -> Self {
        Self::new(
            Reason::NotFound,
            format!("{} {} not found", resource.qualified_plural(), quoted(name)),
        )
        .about(resource.group, resource.plural, name)
    }

    /// 409: `jobs.batch "pi" already exists`.
    pub fn already_exists(resource: &ResourceInfo, name: &str) -> Self {
        Self::new(
            Reason::AlreadyExists,
            format!(
                "{} {} already exists",
                resource.qualified_plural(),
                quoted(name)
            ),
        )
        .about(resource.group, resource.plural, name)
    }

    /// 409: `Operation cannot be fulfilled on jobs.batch "pi": why`.
    pub fn conflict(resource: &ResourceInfo, name: &str, why: impl fmt::Display) -> Self {
        Self::new(
            Reason::Conflict,
            format!(
                "Operation cannot be fulfilled on {} {}: {why}",
                resource.qualified_plural(),
                quoted(name)
            ),
        )
        .about(resource.group, resource.plural, name)
    }

    /// 409 of an update whose resourceVersion is not the stored one.
    pub fn stale(resource: &ResourceInfo, name: &str) -> Self {
        Self::conflict(
            resource,
            name,
            "the object has been modified; please apply your changes to the latest version and try again",
        )
    }

    /// 403: `jobs.batch "pi" is forbidden: why`; without a name `jobs.batch is forbidden: why`.
    pub fn forbidden(resource: &ResourceInfo, name: &str, why: impl fmt::Display) -> Self {
        let plural = resource.qualified_plural();
        let message = if name.is_empty() {
            format!("{plural} is forbidden: {why}")
        } else {
            format!("{plural} {} is forbidden: {why}", quoted(name))
        };
        Self::new(Reason::Forbidden, message).about(resource.group, resource.plural, name)
    }

    /// 422: `Job.batch "pi" is invalid: ...`, one cause for each fault.
    pub fn invalid(resource: &ResourceInfo, name: &str, errors: &ErrorList) -> Self {
        Self::invalid_kind(resource.group, resource.kind, name, errors)
    }

    /// 422 for kinds that are no resource, such as `DeleteOptions.meta.k8s.io`.
    pub fn invalid_kind(group: &str, kind: &str, name: &str, errors: &ErrorList) -> Self {
        let qualified = if group.is_empty() {
            kind.to_owned()
        } else {
            format!("{kind}.{group}")
        };
        let mut error = Self::new(
            Reason::Invalid,
            format!(
                "{qualified} {} is invalid: {}",
                quoted(name),
                aggregate(errors)
            ),
        )
        .about(group, kind, name);
        if let Some(details) = &mut error.0.details {
            details.causes = Some(
                errors
                    .iter()
                    .map(|one| StatusCause {
                        field: Some(one.path.to_string()),
                        message: Some(one.body()),
                        reason: Some(one.kind.reason().to_owned()),
                    })
                    .collect(),
            );
        }
        error
    }

    /// 410 `Expired`.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(Reason::Expired, message)
    }

    /// 500: `Internal error occurred: why`.
    pub fn internal(why: impl fmt::Display) -> Self {
        let mut error = Self::new(
            Reason::InternalError,
            format!("Internal error occurred: {why}"),
        );
        error.0.details = Some(StatusDetails {
            causes: Some(vec![StatusCause {
                message: Some(why.to_string()),
                ..StatusCause::default()
            }]),
            ..StatusDetails::default()
        });
        error
    }

    /// Adds a cause to the details.
    pub fn with_cause(
        mut self,
        reason: &str,
        message: impl Into<String>,
        field: Option<&str>,
    ) -> Self {
        let cause = StatusCause {
            reason: Some(reason.to_owned()),
            message: Some(message.into()),
            field: field.map(str::to_owned),
        };
        self.0
            .details
            .get_or_insert_default()
            .causes
            .get_or_insert_default()
            .push(cause);
        self
    }

    /// Sets the group, kind and name of the details.
    pub fn about(mut self, group: &str, kind: &str, name: &str) -> Self {
        let details = self.0.details.get_or_insert_default();
        let text = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        details.group = text(group);
        details.kind = text(kind);
        details.name = text(name);
        self
    }

    /// The HTTP status code.
    pub fn code(&self) -> u16 {
        self.0
            .code
            .and_then(|code| u16::try_from(code).ok())
            .unwrap_or(500)
    }

    /// The text for people.
    pub fn message(&self) -> &str {
        self.0.message.as_deref().unwrap_or("")
    }

    /// Whether the error has this reason.
    pub fn is(&self, reason: Reason) -> bool {
        self.0.reason.as_deref() == Some(reason.as_str())
    }

    /// Whether one of the causes has this reason, such as `NamespaceTerminating`.
    pub fn has_cause(&self, reason: &str) -> bool {
        let causes = self
            .0
            .details
            .as_ref()
            .and_then(|details| details.causes.as_ref());
        causes.is_some_and(|causes| {
            causes
                .iter()
                .any(|cause| cause.reason.as_deref() == Some(reason))
        })
    }
}

/// One error alone, or `[a, b]`; an error that stands twice is printed once.
///
/// Source: apimachinery `pkg/util/errors`, `aggregate.Error`.
pub(crate) fn aggregate(errors: &[FieldError]) -> String {
    let mut seen = BTreeSet::new();
    let texts: Vec<String> = errors
        .iter()
        .map(ToString::to_string)
        .filter(|text| seen.insert(text.clone()))
        .collect();
    match texts.as_slice() {
        [one] => one.clone(),
        many if errors.len() < ERRORS_MAX => format!("[{}]", many.join(", ")),
        many => format!(
            "[{}] (the first {ERRORS_MAX} faults found)",
            many.join(", ")
        ),
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for StatusError {}
