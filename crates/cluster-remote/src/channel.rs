//! One request to the server and its answer, or how far it came.
//!
//! All requests share the connections of one pool: one connection for all where
//! the server speaks HTTP/2, at most [`Options::requests_in_flight_max`] and one
//! a watch otherwise. HTTP/2 pings find a peer that is gone without a word.
//!
//! A request that was turned away for load (429, or 503, with `Retry-After`) was
//! not done, and is sent again when the server says. Nothing else is sent again
//! here: the callers look at the world before they ask twice.
//!
//! Source: client-go `rest/with_retry.go`, `rest/request.go`.

use std::{error::Error, fmt::Write as _, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use jobyard_api::resource::ResourceInfo;
use rand::Rng as _;
use tokio::sync::Semaphore;
use tower::{BoxError, Service, ServiceExt as _, util::BoxCloneSyncService};

use crate::{
    Options,
    requests::{Counter, RequestCounts, RequestKind, Verb},
};

/// The connections, with credentials put in.
pub(crate) type Connections =
    BoxCloneSyncService<Request<Full<Bytes>>, Response<Incoming>, BoxError>;

/// Longest wait that a server may ask for with `Retry-After`.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(10);
/// How often a request that was turned away is sent in all (client-go: 10 retries).
const SENT_MAX: u32 = 11;
/// Most bytes of an answer. An object has at most 1.5 MiB, a page of a list 500
/// of them; typical pages have 2 MiB.
const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A way to the server under one identity, shared by all requests.
pub(crate) struct Channel {
    connections: Connections,
    /// Scheme, authority and path that every request begins with.
    base: String,
    user_agent: HeaderValue,
    in_flight: Semaphore,
    request_timeout: Duration,
    counter: Counter,
}

/// A request before it is sent.
pub(crate) struct Call {
    pub(crate) verb: Verb,
    /// What it is counted as.
    pub(crate) resource: &'static str,
    /// Empty for the object itself.
    pub(crate) subresource: &'static str,
    pub(crate) path_and_query: String,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
}

impl Call {
    /// A request without a body.
    pub(crate) fn read(verb: Verb, info: &ResourceInfo, path_and_query: String) -> Self {
        Self {
            verb,
            resource: info.plural,
            subresource: "",
            path_and_query,
            content_type: "",
            body: Bytes::new(),
        }
    }

    /// A request with a JSON body.
    pub(crate) fn write(verb: Verb, info: &ResourceInfo, path: String, body: Vec<u8>) -> Self {
        Self {
            content_type: "application/json",
            body: Bytes::from(body),
            ..Self::read(verb, info, path)
        }
    }
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) code: StatusCode,
    pub(crate) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server cannot have seen the request.
    NotSent(String),
    /// The server may have done what was asked.
    Lost(String),
}

impl Failure {
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::NotSent(text) | Self::Lost(text) => text,
        }
    }
}

impl Channel {
    pub(crate) fn new(
        connections: Connections,
        base: String,
        user_agent: HeaderValue,
        options: &Options,
    ) -> Self {
        Self {
            connections,
            base,
            user_agent,
            in_flight: Semaphore::new(options.requests_in_flight_max.max(1)),
            request_timeout: options.request_timeout,
            counter: Counter::default(),
        }
    }

    /// Where the server is, for messages.
    pub(crate) fn server(&self) -> &str {
        &self.base
    }

    pub(crate) fn counts(&self) -> RequestCounts {
        self.counter.snapshot()
    }

    /// Sends the request and reads the answer, within the time of a request.
    pub(crate) async fn send(&self, call: &Call) -> Result<Answer, Failure> {
        let _turn = self.in_flight.acquire().await.expect("nobody closes it");
        let mut sent = 1;
        loop {
            let once = tokio::time::timeout(self.request_timeout, self.send_once(call));
            let outcome = once.await.unwrap_or_else(|_| {
                let seconds = self.request_timeout.as_secs_f32();
                Err(Failure::Lost(format!("no answer within {seconds} s")))
            });
            let code = outcome.as_ref().ok().map(|(answer, _)| answer.code);
            self.count(call, code);
            match outcome? {
                (_, Some(wait)) if sent < SENT_MAX => tokio::time::sleep(wait).await,
                (answer, _) => return Ok(answer),
            }
            sent += 1;
        }
    }

    async fn send_once(&self, call: &Call) -> Result<(Answer, Option<Duration>), Failure> {
        let response = self.open(call).await?;
        let (head, body) = response.into_parts();
        let read = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
        let body = read.map_err(|error| Failure::Lost(chain(&*error)))?;
        let answer = Answer {
            code: head.status,
            body: body.to_bytes(),
        };
        Ok((answer, retry_after(head.status, &head.headers)))
    }

    /// Sends the request; the answer's body is still to be read. Takes no turn,
    /// has no limit in time and is not counted: watches see to that themselves.
    pub(crate) async fn open(&self, call: &Call) -> Result<Response<Incoming>, Failure> {
        let request = self.request(call)?;
        let mut connections = self.connections.clone();
        let answered = match connections.ready().await {
            Ok(connections) => connections.call(request).await,
            Err(error) => Err(error),
        };
        answered.map_err(|error| failure(&*error))
    }

    fn request(&self, call: &Call) -> Result<Request<Full<Bytes>>, Failure> {
        let mut request = Request::builder()
            .method(call.verb.method())
            .uri(format!("{}{}", self.base, call.path_and_query))
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            .header(header::USER_AGENT, self.user_agent.clone());
        if !call.content_type.is_empty() {
            let content_type = HeaderValue::from_static(call.content_type);
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = request.body(Full::new(call.body.clone()));
        request.map_err(|error| Failure::NotSent(error.to_string()))
    }

    pub(crate) fn count(&self, call: &Call, code: Option<StatusCode>) {
        self.counter.count(RequestKind {
            verb: call.verb,
            resource: call.resource,
            subresource: call.subresource,
            code: code.map(|code| code.as_u16()),
        });
    }
}

/// How long to wait before the same request is sent again; `None` if it is not.
///
/// Half as long again at most is added by chance, so that those who were turned
/// away together do not come back together.
fn retry_after(code: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    if !matches!(
        code,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    ) {
        return None;
    }
    let seconds: u64 = headers
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    let wait = Duration::from_secs(seconds).min(RETRY_AFTER_MAX);
    Some(wait.mul_f64(rand::rng().random_range(1.0..1.5)))
}

/// Whether a request that failed so may have been seen by the server.
///
/// It was not when no connection came about, when the credentials could not be
/// had, or when hyper gave the request back untouched.
fn failure(error: &(dyn Error + 'static)) -> Failure {
    let text = chain(error);
    let Some(client) = error.downcast_ref::<hyper_util::client::legacy::Error>() else {
        return Failure::NotSent(text);
    };
    let mut source = client.source();
    let mut is_untouched = client.is_connect();
    while let Some(error) = source {
        is_untouched |= error
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_canceled);
        source = error.source();
    }
    if is_untouched {
        Failure::NotSent(text)
    } else {
        Failure::Lost(text)
    }
}

/// The error and its causes in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Some errors repeat their cause.
        if !text.ends_with(&cause_text) {
            let _ = write!(text, ": {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_turned_away_comes_again_and_within_bounds() {
        let asked = |code: u16, value: &str| {
            let mut headers = HeaderMap::new();
            if !value.is_empty() {
                headers.insert(header::RETRY_AFTER, value.parse().unwrap());
            }
            let code = StatusCode::from_u16(code).unwrap();
            retry_after(code, &headers).map(|wait| wait.as_secs_f64())
        };
        let within = |wait: Option<f64>, least, most| {
            wait.is_some_and(|wait| (least..=most).contains(&wait))
        };
        assert!(within(asked(429, "2"), 2.0, 3.0));
        assert!(within(asked(503, "1"), 1.0, 1.5));
        assert!(within(asked(429, "86400"), 10.0, 15.0));
        for (code, value) in [(429, ""), (429, "soon"), (500, "1"), (504, "1"), (200, "1")] {
            assert_eq!(asked(code, value), None, "{code} {value:?}");
        }
    }
}
