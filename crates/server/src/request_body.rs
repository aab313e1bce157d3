//! Reading what a client sends: never more than the limit, never for ever.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use jobyard_api::{StatusError, decode::BodyFormat, status::Reason};

/// Most bytes of a request body.
///
/// Source: apiserver `pkg/server/config.go`, `MaxRequestBodyBytes`.
pub(crate) const BODY_BYTES_MAX: usize = 3 * 1024 * 1024;

/// What of a body beyond the limit is still read, and thrown away, so that the
/// client has sent it and reads our answer instead of a closed connection.
const DISCARDED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How long a client may take to send a body.
const BODY_TIME_MAX: Duration = Duration::from_mins(1);

/// The whole body.
///
/// # Errors
/// 413 above [`BODY_BYTES_MAX`]; 504 when it does not come in time; 400 when
/// the client breaks off.
pub(crate) async fn read<B>(body: B) -> Result<Bytes, StatusError>
where
    B: http_body::Body<Data = Bytes> + Send + Unpin,
    B::Error: std::fmt::Display,
{
    tokio::time::timeout(BODY_TIME_MAX, collect(body))
        .await
        .unwrap_or_else(|_| {
            Err(StatusError::new(
                Reason::Timeout,
                format!(
                    "Timeout: the request body did not arrive within {} seconds",
                    BODY_TIME_MAX.as_secs()
                ),
            ))
        })
}

async fn collect<B>(mut body: B) -> Result<Bytes, StatusError>
where
    B: http_body::Body<Data = Bytes> + Send + Unpin,
    B::Error: std::fmt::Display,
{
    let mut collected = BytesMut::new();
    let mut received = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            StatusError::bad_request(format!("cannot read the request body: {error}"))
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        received += data.len();
        if received <= BODY_BYTES_MAX {
            collected.extend_from_slice(&data);
        } else if received > DISCARDED_BYTES_MAX {
            break;
        }
    }
    if received > BODY_BYTES_MAX {
        return Err(StatusError::new(
            Reason::RequestEntityTooLarge,
            format!("Request entity too large: limit is {BODY_BYTES_MAX}"),
        ));
    }
    Ok(collected.freeze())
}

/// What a body may be written in.
const ACCEPTED: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/// How the body of a create, update or delete is written; no Content-Type means JSON.
///
/// # Errors
/// 415 for everything but JSON, YAML and protobuf.
pub(crate) fn format(headers: &HeaderMap) -> Result<BodyFormat, StatusError> {
    match media_type(headers).as_str() {
        "" | "application/json" => Ok(BodyFormat::Json),
        "application/yaml" => Ok(BodyFormat::Yaml),
        "application/vnd.kubernetes.protobuf" => Ok(BodyFormat::Protobuf),
        _ => Err(StatusError::new(
            Reason::UnsupportedMediaType,
            format!(
                "the body of the request was in an unknown format - accepted media types include: {ACCEPTED}"
            ),
        )),
    }
}

/// The Content-Type without its parameters, in lower case; empty when there is none.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;

    #[tokio::test]
    async fn a_body_of_exactly_the_limit_is_read() {
        let sent = Bytes::from(vec![b'x'; BODY_BYTES_MAX]);
        let read = read(Full::new(sent.clone())).await.expect("small enough");
        assert_eq!(read, sent);
    }

    #[tokio::test]
    async fn one_byte_more_is_refused() {
        let sent = Bytes::from(vec![b'x'; BODY_BYTES_MAX + 1]);
        let error = read(Full::new(sent)).await.expect_err("too large");
        assert_eq!(error.code(), 413);
        assert_eq!(
            error.message(),
            "Request entity too large: limit is 3145728"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let silent = http_body_util::StreamBody::new(futures::stream::pending::<
            Result<hyper::body::Frame<Bytes>, std::io::Error>,
        >());
        let error = read(silent).await.expect_err("no body");
        assert_eq!(error.code(), 504);
    }

    #[test]
    fn parameters_of_the_content_type_do_not_matter() {
        let mut headers = HeaderMap::new();
        assert_eq!(format(&headers).expect("JSON"), BodyFormat::Json);
        for (text, expected) in [
            ("application/json;charset=utf-8", BodyFormat::Json),
            ("Application/YAML ; x=y", BodyFormat::Yaml),
            ("application/vnd.kubernetes.protobuf", BodyFormat::Protobuf),
        ] {
            headers.insert(header::CONTENT_TYPE, text.parse().expect("a value"));
            assert_eq!(format(&headers).expect("known"), expected);
        }
        headers.insert(header::CONTENT_TYPE, "text/html".parse().expect("a value"));
        assert_eq!(format(&headers).expect_err("unknown").code(), 415);
    }
}
