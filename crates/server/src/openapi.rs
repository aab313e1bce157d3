//! The OpenAPI v3 documents over HTTP.
//!
//! The root names a URL with a hash for each group and version, so that a client
//! may keep a document for ever. Documents are large and most servers are never
//! asked: each is made at its first request and kept.
//!
//! Source: kube-openapi `pkg/handler3`.

use std::{collections::BTreeMap, sync::OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use jobyard_api::openapi;
use serde_json::{Value, json};

use crate::{
    negotiation,
    query::Query,
    response::{self, Body},
};

/// One document, as it goes out.
#[derive(Debug)]
struct Document {
    body: Bytes,
    hash: String,
}

/// All documents, by what follows `/openapi/v3/` in their paths.
#[derive(Debug)]
pub(crate) struct OpenApi {
    documents: BTreeMap<String, (&'static str, &'static str, OnceLock<Document>)>,
}

impl OpenApi {
    /// Knows which documents there are, and makes none yet.
    pub(crate) fn new() -> Self {
        let documents = openapi::group_versions()
            .into_iter()
            .map(|(group, version)| {
                let path = openapi::document_path(group, version);
                (path, (group, version, OnceLock::new()))
            });
        Self {
            documents: documents.collect(),
        }
    }

    /// `/openapi/v3`; always JSON, and upstream calls it plain text.
    pub(crate) fn root(&self) -> Response<Body> {
        let paths: serde_json::Map<String, Value> = self
            .documents
            .keys()
            .filter_map(|path| {
                Some((
                    path.clone(),
                    json!({"serverRelativeURL": url(path, self.document(path)?)}),
                ))
            })
            .collect();
        let root = json!({ "paths": paths });
        response::text(StatusCode::OK, root.to_string())
    }

    /// `/openapi/v3/PATH`; `None` when there is no such document.
    pub(crate) fn answer(
        &self,
        path: &str,
        query: &Query,
        headers: &HeaderMap,
    ) -> Option<Response<Body>> {
        let document = self.document(path)?;
        let accepts_json = negotiation::clauses(headers).iter().any(|clause| {
            matches!(
                clause.media.as_str(),
                "application/json" | "application/*" | "*/*"
            )
        });
        if !accepts_json {
            let mut response = Response::new(response::full(Bytes::new()));
            *response.status_mut() = StatusCode::NOT_ACCEPTABLE;
            return Some(response);
        }
        let asked = query.text("hash");
        if !asked.is_empty() && asked != document.hash {
            let mut response = Response::new(response::full(Bytes::new()));
            *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
            let location = HeaderValue::from_str(&url(path, document));
            response
                .headers_mut()
                .insert(header::LOCATION, location.expect("a path of ASCII letters"));
            return Some(response);
        }
        let mut response = response::with_type(
            StatusCode::OK,
            "application/json",
            response::full(document.body.clone()),
        );
        let answer = response.headers_mut();
        let etag = HeaderValue::from_str(&format!("\"{}\"", document.hash));
        answer.insert(header::ETAG, etag.expect("hexadecimal digits in quotes"));
        answer.insert(header::VARY, HeaderValue::from_static("Accept"));
        if !asked.is_empty() {
            // This URL will never mean anything else.
            answer.insert(
                header::CACHE_CONTROL,
                HeaderValue::from_static("public, immutable"),
            );
        }
        Some(response)
    }

    fn document(&self, path: &str) -> Option<&Document> {
        let (group, version, document) = self.documents.get(path)?;
        Some(document.get_or_init(|| {
            let value = openapi::document(group, version).expect("it is in the list of documents");
            let body = Bytes::from(value.to_string());
            let hash = crate::digest::hex(&body);
            Document { body, hash }
        }))
    }
}

fn url(path: &str, document: &Document) -> String {
    format!("/openapi/v3/{path}?hash={}", document.hash)
}
