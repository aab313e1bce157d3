//! From an answer, or the lack of one, to an object or an error of the port.

use http::StatusCode;
use jobyard_api::{
    StatusError,
    meta::{Status, StatusDetails},
    status::Reason,
};
use jobyard_cluster::ClusterError;
use serde::de::DeserializeOwned;

use crate::{
    channel::{Answer, Call, Channel, Failure},
    requests::Verb,
};

/// How much of an answer that is no Status a message quotes.
const QUOTED_CHARS_MAX: usize = 200;

impl Channel {
    /// Sends the request and decodes the answer straight into its type.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, call: &Call) -> Result<T, ClusterError> {
        let answer = self.success(call).await?;
        serde_json::from_slice(&answer.body).map_err(|error| {
            let why = format!("the answer is no {}: {error}", call.resource);
            // It was done, but nobody can say what came of it.
            self.unanswered(call, Failure::Lost(why))
        })
    }

    /// Sends the request and gives the answer if it was done.
    pub(crate) async fn success(&self, call: &Call) -> Result<Answer, ClusterError> {
        let answer = self.send(call).await;
        let answer = answer.map_err(|failure| self.unanswered(call, failure))?;
        if answer.code.is_success() {
            Ok(answer)
        } else {
            Err(refusal(call.verb, status(answer.code, &answer.body)))
        }
    }

    /// The error of a request that has no answer.
    pub(crate) fn unanswered(&self, call: &Call, failure: Failure) -> ClusterError {
        let is_open = call.verb.writes() && matches!(failure, Failure::Lost(_));
        let (verb, path) = (call.verb, &call.path_and_query);
        let (server, why) = (self.server(), failure.into_text());
        let message = format!("{verb} {path} at {server}: {why}");
        if is_open {
            ClusterError::OutcomeUnknown(StatusError::new(Reason::Timeout, message))
        } else {
            ClusterError::Unavailable(StatusError::new(Reason::ServiceUnavailable, message))
        }
    }
}

/// The error of a request that the server answered with a Status. Of a read
/// nothing is left open.
pub(crate) fn refusal(verb: Verb, status: StatusError) -> ClusterError {
    match ClusterError::from(status) {
        ClusterError::OutcomeUnknown(status) if !verb.writes() => ClusterError::Unavailable(status),
        error => error,
    }
}

/// The Status of an answer that is no success. What is none (a proxy's page, the
/// plain 404 of an unknown path) becomes one, as client-go's
/// `NewGenericServerResponse` does it.
pub(crate) fn status(code: StatusCode, body: &[u8]) -> StatusError {
    let read: Result<Status, _> = serde_json::from_slice(body);
    match read {
        Ok(mut status) if status.status.as_deref() == Some("Failure") => {
            // The code on the wire is the one that holds.
            status.code = Some(i32::from(code.as_u16()));
            StatusError(Box::new(status))
        }
        _ => generic(code, body),
    }
}

fn generic(code: StatusCode, body: &[u8]) -> StatusError {
    let text = String::from_utf8_lossy(body);
    let quoted: String = text.trim().chars().take(QUOTED_CHARS_MAX).collect();
    StatusError(Box::new(Status {
        code: Some(i32::from(code.as_u16())),
        message: Some(format!("the server answered {code}: {quoted}")),
        status: Some("Failure".to_owned()),
        details: Some(StatusDetails::default()),
        ..Status::default()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(verb: Verb, code: u16, body: &str) -> &'static str {
        let code = StatusCode::from_u16(code).unwrap();
        match refusal(verb, status(code, body.as_bytes())) {
            ClusterError::Conflict(_) => "conflict",
            ClusterError::NotFound(_) => "not found",
            ClusterError::AlreadyExists(_) => "already exists",
            ClusterError::Forbidden(_) => "forbidden",
            ClusterError::Invalid(_) => "invalid",
            ClusterError::Unavailable(_) => "unavailable",
            ClusterError::OutcomeUnknown(_) => "outcome unknown",
        }
    }

    #[test]
    fn answers_become_errors_of_the_port() {
        let taken = r#"{"kind":"Status","status":"Failure","reason":"AlreadyExists","code":409}"#;
        for (verb, code, body, expected) in [
            (Verb::Create, 409, taken, "already exists"),
            (Verb::Update, 409, "{}", "conflict"),
            (Verb::Get, 404, "404 page not found\n", "not found"),
            (Verb::Create, 401, "", "forbidden"),
            (Verb::Create, 403, "", "forbidden"),
            (Verb::Patch, 422, "", "invalid"),
            (Verb::List, 410, "", "invalid"),
            (Verb::Create, 429, "", "unavailable"),
            (Verb::Create, 503, "", "unavailable"),
            (Verb::Create, 500, "", "outcome unknown"),
            (Verb::Create, 502, "<html>", "outcome unknown"),
            (Verb::Delete, 504, "", "outcome unknown"),
            (Verb::Get, 504, "", "unavailable"),
        ] {
            assert_eq!(kind(verb, code, body), expected, "{verb} {code} {body}");
        }
    }

    #[test]
    fn a_status_keeps_its_causes() {
        let body = r#"{"kind":"Status","status":"Failure","message":"m","reason":"Forbidden",
            "details":{"causes":[{"reason":"NamespaceTerminating","message":"ends"}]}}"#;
        let error = status(StatusCode::FORBIDDEN, body.as_bytes());
        assert!(error.has_cause("NamespaceTerminating"));
        assert_eq!((error.code(), error.message()), (403, "m"));
    }

    #[test]
    fn what_is_no_status_is_quoted_and_cut() {
        let page = "x".repeat(10_000);
        let error = status(StatusCode::BAD_GATEWAY, page.as_bytes());
        assert!(error.message().len() < 300, "{}", error.message());
        assert!(
            error
                .message()
                .starts_with("the server answered 502 Bad Gateway: xxx")
        );
    }
}
