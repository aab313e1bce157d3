//! Answers on their way out: bodies, encodings, errors, warnings.

use std::{convert::Infallible, io};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;
use jobyard_api::{
    StatusError, meta,
    protobuf::{self, EncodeError},
};
use serde::Serialize;

use crate::negotiation::Encoding;

/// The body of an answer: a text of known length, or a stream.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A body that is known whole.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}

/// A body whose pieces go out as they come.
pub(crate) fn stream(
    pieces: impl futures::Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Body {
    use futures::StreamExt as _;
    let frames = pieces.map(|piece| piece.map(Frame::data));
    UnsyncBoxBody::new(StreamBody::new(frames))
}

/// An answer of plain text.
pub(crate) fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Body> {
    with_type(status, "text/plain; charset=utf-8", full(body))
}

/// An answer with this Content-Type.
pub(crate) fn with_type(
    status: StatusCode,
    content_type: &'static str,
    body: Body,
) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The answer to a request whose handling panicked; the panic itself is on our standard error.
pub(crate) fn panicked() -> Response<Body> {
    let style = Style {
        encoding: Encoding::Json,
        pretty: false,
    };
    style.error(&StatusError::internal(
        "the server made a mistake with this request; its standard error says which",
    ))
}

/// How one client wants its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// JSON, YAML or protobuf.
    pub(crate) encoding: Encoding,
    /// Indented, for people.
    pub(crate) pretty: bool,
}

impl Style {
    /// By the query parameter `pretty`, or because the client is a browser or curl.
    ///
    /// Source: apiserver `pkg/endpoints/handlers/negotiation`, `isPrettyPrint`.
    pub(crate) fn is_pretty(pretty: &str, headers: &HeaderMap) -> bool {
        if !pretty.is_empty() {
            return matches!(pretty, "1" | "true");
        }
        let agent = headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or("");
        ["curl", "Wget", "Mozilla/5.0"]
            .iter()
            .any(|begin| agent.starts_with(begin))
    }

    /// An answer that is one JSON text, in this style.
    pub(crate) fn answer(self, status: StatusCode, json: &[u8]) -> Response<Body> {
        let content_type = match self.encoding {
            Encoding::Json => "application/json",
            Encoding::Yaml => "application/yaml",
            Encoding::Protobuf => return binary(status, protobuf::encode(json)),
        };
        with_type(status, content_type, full(self.write(json)))
    }

    fn write(self, json: &[u8]) -> Bytes {
        match self.encoding {
            Encoding::Yaml => Bytes::from(yaml(json)),
            Encoding::Json if self.pretty => {
                let mut text = indent(json);
                text.put_u8(b'\n');
                text.freeze()
            }
            Encoding::Json | Encoding::Protobuf => {
                let mut text = BytesMut::with_capacity(json.len() + 1);
                text.put_slice(json);
                text.put_u8(b'\n');
                text.freeze()
            }
        }
    }

    /// The answer to a request that failed.
    pub(crate) fn error(self, error: &StatusError) -> Response<Body> {
        let code = StatusCode::from_u16(error.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = self.answer(code, &status_json(&error.0));
        let details = error.0.details.as_ref();
        if let Some(seconds) = details.and_then(|details| details.retry_after_seconds)
            && seconds > 0
        {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The binary form of an answer, or why there is none.
pub(crate) fn binary(status: StatusCode, encoded: Result<Vec<u8>, EncodeError>) -> Response<Body> {
    match encoded {
        Ok(bytes) => with_type(status, PROTOBUF, full(bytes)),
        Err(error) => Style {
            encoding: Encoding::Json,
            pretty: false,
        }
        .error(&StatusError::internal(error)),
    }
}

/// The Content-Type of the binary form.
const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

/// A Status as JSON, its fields in the order in which Kubernetes prints them.
pub(crate) fn status_json(status: &meta::Status) -> Vec<u8> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Ordered<'a> {
        kind: &'static str,
        api_version: &'static str,
        metadata: &'a meta::ListMeta,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: &'a Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: &'a Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: &'a Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        details: &'a Option<meta::StatusDetails>,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: &'a Option<i32>,
    }
    serde_json::to_vec(&Ordered {
        kind: "Status",
        api_version: "v1",
        metadata: &status.metadata,
        status: &status.status,
        message: &status.message,
        reason: &status.reason,
        details: &status.details,
        code: &status.code,
    })
    .expect("strings and numbers are always JSON")
}

/// Adds the `Warning` headers, each text once.
///
/// When all together are longer than 4096 characters, each is cut to 256: as
/// many as possible reach the user, and no client refuses the headers.
///
/// Source: apiserver `pkg/warning` and `pkg/endpoints/filters/warning.go`.
pub(crate) fn add_warnings(headers: &mut HeaderMap, warnings: &[String]) {
    const ALL_MAX: usize = 4096;
    const EACH_MAX: usize = 256;
    let total: usize = warnings.iter().map(|text| text.chars().count()).sum();
    let mut seen: Vec<&str> = Vec::new();
    for text in warnings {
        if seen.contains(&text.as_str()) {
            continue;
        }
        seen.push(text);
        let shown: String = if total > ALL_MAX {
            text.chars().take(EACH_MAX).collect()
        } else {
            text.clone()
        };
        let mut value = String::from("299 - \"");
        for character in shown.chars() {
            match character {
                '"' | '\\' => value.extend(['\\', character]),
                // A header is one line.
                character if character.is_control() => value.push(' '),
                character => value.push(character),
            }
        }
        value.push('"');
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(header::WARNING, value);
        }
    }
}

/// The JSON text with two blanks of indentation, as Go's encoder writes it.
///
/// Works on the text, so the order of fields and the form of numbers stay.
fn indent(json: &[u8]) -> BytesMut {
    let mut out = BytesMut::with_capacity(json.len() * 2);
    let mut depth = 0;
    let mut in_string = false;
    let mut escaped = false;
    let new_line = |out: &mut BytesMut, depth: usize| {
        out.put_u8(b'\n');
        out.put_bytes(b' ', depth * 2);
    };
    for (at, &byte) in json.iter().enumerate() {
        if in_string {
            out.put_u8(byte);
            in_string = escaped || byte != b'"';
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'"' => {
                in_string = true;
                out.put_u8(byte);
            }
            b'{' | b'[' => {
                depth += 1;
                out.put_u8(byte);
                if !matches!(json.get(at + 1), Some(b'}' | b']')) {
                    new_line(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth -= 1;
                if at > 0 && !matches!(json[at - 1], b'{' | b'[') {
                    new_line(&mut out, depth);
                }
                out.put_u8(byte);
            }
            b',' => {
                out.put_u8(byte);
                new_line(&mut out, depth);
            }
            b':' => out.put_slice(b": "),
            b' ' | b'\n' | b'\t' | b'\r' => {}
            _ => out.put_u8(byte),
        }
    }
    out
}

fn yaml(json: &[u8]) -> String {
    let value: serde_json::Value =
        serde_json::from_slice(json).expect("what we answer is JSON before it is YAML");
    serde_saphyr::to_string(&value).expect("every JSON value has a YAML form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_is_that_of_go() {
        let json = br#"{"a":{"b":[1,{"c":"x:{,}\"]"}],"d":{},"e":[]},"f":null}"#;
        let expected = r#"{
  "a": {
    "b": [
      1,
      {
        "c": "x:{,}\"]"
      }
    ],
    "d": {},
    "e": []
  },
  "f": null
}"#;
        assert_eq!(indent(json), expected.as_bytes());
    }

    #[test]
    fn a_backslash_before_the_closing_quote_does_not_hide_it() {
        assert_eq!(
            indent(br#"{"a":"\\","b":1}"#),
            "{\n  \"a\": \"\\\\\",\n  \"b\": 1\n}"
        );
    }

    #[test]
    fn an_error_prints_like_kubernetes() {
        let error = StatusError::not_found(&jobyard_api::resource::JOB, "pi");
        assert_eq!(
            String::from_utf8(status_json(&error.0)).expect("text"),
            r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"jobs.batch \"pi\" not found","reason":"NotFound","details":{"group":"batch","kind":"jobs","name":"pi"},"code":404}"#
        );
    }

    #[test]
    fn warnings_are_escaped_and_said_once() {
        let mut headers = HeaderMap::new();
        let text = r#"unknown field "spec.x\y""#.to_owned();
        add_warnings(&mut headers, &[text.clone(), text]);
        let values: Vec<_> = headers.get_all(header::WARNING).iter().collect();
        assert_eq!(values, [r#"299 - "unknown field \"spec.x\\y\"""#]);
    }

    #[test]
    fn too_much_warning_is_cut() {
        let mut headers = HeaderMap::new();
        let texts: Vec<String> = (0..20)
            .map(|n| format!("{n:03}{}", "x".repeat(300)))
            .collect();
        add_warnings(&mut headers, &texts);
        let longest = headers
            .get_all(header::WARNING)
            .iter()
            .map(HeaderValue::len)
            .max();
        assert_eq!(longest, Some(256 + r#"299 - """#.len()));
    }

    #[test]
    fn people_at_a_terminal_get_indented_text() {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_static("curl/8.5.0"));
        assert!(Style::is_pretty("", &headers));
        assert!(!Style::is_pretty("false", &headers));
        assert!(Style::is_pretty("1", &HeaderMap::new()));
        assert!(!Style::is_pretty("", &HeaderMap::new()));
    }
}
