//! In which form an answer goes out: the `Accept` header.
//!
//! Two questions are asked, one after the other, as in Kubernetes: is there a
//! clause whose media type we write at all (else the router answers 406), and is
//! there one among them whose `as=` form suits the request (else the handler
//! does, in other words).
//!
//! Source: apiserver `pkg/endpoints/handlers/negotiation`.

use http::{HeaderMap, header};
use jobyard_api::{StatusError, status::Reason};

/// What we write and read.
pub(crate) const SUPPORTED: &str =
    "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/// One clause of an `Accept` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// The media type in lower case, without parameters.
    pub(crate) media: String,
    parameters: Vec<(String, String)>,
    /// 1000 times the `q` value.
    quality: u32,
}

impl Clause {
    /// The value of a parameter; empty when absent.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value)
    }

    fn encoding(&self) -> Option<Encoding> {
        match self.media.as_str() {
            "application/json" | "*/*" => Some(Encoding::Json),
            "application/yaml" => Some(Encoding::Yaml),
            "application/vnd.kubernetes.protobuf" => Some(Encoding::Protobuf),
            _ => None,
        }
    }

    fn form(&self) -> Option<Form> {
        let is_meta = self.parameter("g") == "meta.k8s.io";
        match (self.parameter("as"), self.parameter("v")) {
            ("", _) => Some(Form::Object),
            // Rows have no message.
            ("Table", _) if self.encoding() == Some(Encoding::Protobuf) => None,
            ("Table", "v1") if is_meta => Some(Form::Table("meta.k8s.io/v1")),
            ("Table", "v1beta1") if is_meta => Some(Form::Table("meta.k8s.io/v1beta1")),
            ("PartialObjectMetadata", "v1") if is_meta => Some(Form::Metadata),
            ("PartialObjectMetadataList", "v1") if is_meta => Some(Form::MetadataList),
            _ => None,
        }
    }
}

/// The clauses of all `Accept` headers, the most wanted first. No header at all
/// means anything.
pub(crate) fn clauses(headers: &HeaderMap) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|clause| !clause.is_empty())
        .map(parse_clause)
        .filter(|clause| clause.quality > 0)
        .collect();
    if clauses.is_empty() && !headers.contains_key(header::ACCEPT) {
        clauses.push(parse_clause("*/*"));
    }
    clauses.sort_by_key(|clause| std::cmp::Reverse(clause.quality));
    clauses
}

fn parse_clause(text: &str) -> Clause {
    let mut parts = text.split(';').map(str::trim);
    let mut clause = Clause {
        media: parts.next().unwrap_or("").to_ascii_lowercase(),
        parameters: Vec::new(),
        quality: 1000,
    };
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        let (name, value) = (name.trim(), value.trim().trim_matches('"'));
        if name == "q" {
            let quality = value.parse::<f32>().unwrap_or(1.0).clamp(0.0, 1.0);
            clause.quality = (quality * 1000.0) as u32;
        } else {
            clause.parameters.push((name.to_owned(), value.to_owned()));
        }
    }
    clause
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// application/json
    Json,
    /// application/yaml
    Yaml,
    /// application/vnd.kubernetes.protobuf
    Protobuf,
}

/// What of an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// All of it.
    Object,
    /// A row for people; the apiVersion of the Table.
    Table(&'static str),
    /// Only its metadata.
    Metadata,
    /// A list of such.
    MetadataList,
}

/// Writes answers as one client wants them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// How it is written.
    pub(crate) encoding: Encoding,
    /// Whole objects, metadata or rows.
    pub(crate) form: Form,
}

/// For an answer that is an object or a list of them.
pub(crate) fn accept_object(headers: &HeaderMap) -> Result<Accepted, StatusError> {
    let clauses = clauses(headers);
    let mut readable = clauses
        .iter()
        .filter_map(|clause| Some((clause, clause.encoding()?)))
        .peekable();
    if readable.peek().is_none() {
        return Err(router_not_acceptable());
    }
    readable
        .find_map(|(clause, encoding)| {
            let form = clause.form()?;
            Some(Accepted { encoding, form })
        })
        .ok_or_else(|| only_accepted(SUPPORTED))
}

/// For a document that is no object, such as discovery.
///
/// Differs from Kubernetes: it has no binary form. Clients offer JSON beside it.
pub(crate) fn accept_document(headers: &HeaderMap) -> Result<Encoding, StatusError> {
    clauses(headers)
        .iter()
        .filter_map(Clause::encoding)
        .find(|encoding| *encoding != Encoding::Protobuf)
        .ok_or_else(router_not_acceptable)
}

/// For a watch: there is no YAML stream.
pub(crate) fn accept_watch(headers: &HeaderMap) -> Result<Accepted, StatusError> {
    let clauses = clauses(headers);
    if clauses.iter().all(|clause| clause.encoding().is_none()) {
        return Err(router_not_acceptable());
    }
    clauses
        .iter()
        .filter(|clause| matches!(clause.parameter("stream"), "" | "watch"))
        .find_map(|clause| {
            let encoding = clause.encoding()?;
            let form = clause.form()?;
            (encoding != Encoding::Yaml).then_some(Accepted { encoding, form })
        })
        .ok_or_else(|| {
            only_accepted(
                "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch",
            )
        })
}

/// In which encoding an error goes out: the first one the client can read, else JSON.
pub(crate) fn error_encoding(headers: &HeaderMap) -> Encoding {
    clauses(headers)
        .iter()
        .find_map(Clause::encoding)
        .unwrap_or(Encoding::Json)
}

fn router_not_acceptable() -> StatusError {
    let message = format!("406: Not Acceptable\n\nAvailable representations: {SUPPORTED}");
    StatusError::new(Reason::NotAcceptable, message).about("", "", "")
}

fn only_accepted(media_types: &str) -> StatusError {
    let message = format!("only the following media types are accepted: {media_types}");
    StatusError::new(Reason::NotAcceptable, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(accept: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().expect("a header value"));
        headers
    }

    fn accepted(accept: &str) -> Accepted {
        accept_object(&headers(accept)).expect("acceptable")
    }

    const KUBECTL_GET: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,\
        application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    #[test]
    fn the_first_clause_we_can_write_wins() {
        use Encoding::{Json, Protobuf, Yaml};
        for (accept, encoding, form) in [
            ("*/*", Json, Form::Object),
            ("application/yaml", Yaml, Form::Object),
            (
                "application/vnd.kubernetes.protobuf,application/json",
                Protobuf,
                Form::Object,
            ),
            (
                "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json",
                Json,
                Form::Object,
            ),
            (
                "application/json;q=0.5, application/yaml",
                Yaml,
                Form::Object,
            ),
            (KUBECTL_GET, Json, Form::Table("meta.k8s.io/v1")),
            (
                "application/json;as=Table;v=v7;g=meta.k8s.io,application/json",
                Json,
                Form::Object,
            ),
            (
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,\
                 application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
                Protobuf,
                Form::MetadataList,
            ),
        ] {
            assert_eq!(accepted(accept), Accepted { encoding, form }, "{accept}");
        }
        let nothing_said = accept_object(&HeaderMap::new()).expect("anything goes");
        assert_eq!(nothing_said.encoding, Json);
    }

    #[test]
    fn what_nobody_writes_is_refused_by_the_router() {
        for accept in ["application/*", "text/html"] {
            let error = accept_object(&headers(accept)).expect_err("not acceptable");
            assert_eq!(error.code(), 406, "{accept}");
            assert_eq!(
                error.message(),
                "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf"
            );
        }
    }

    #[test]
    fn an_unknown_form_alone_is_refused_by_the_handler() {
        let error = accept_object(&headers("application/json;as=Chart;v=v1;g=meta.k8s.io"))
            .expect_err("not acceptable");
        assert_eq!(
            error.message(),
            "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf"
        );
    }

    #[test]
    fn a_watch_has_no_yaml() {
        let error = accept_watch(&headers("application/yaml")).expect_err("not acceptable");
        assert_eq!(
            error.message(),
            "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
        );
        let table = accept_watch(&headers(KUBECTL_GET)).expect("acceptable");
        assert_eq!(table.form, Form::Table("meta.k8s.io/v1"));
        accept_watch(&headers("application/json;stream=watch")).expect("acceptable");
    }
}
