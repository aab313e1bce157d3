//! Discovery: which groups, versions and resources there are.
//!
//! Two forms. The aggregated one (two requests for everything) is what kubectl
//! asks for since 1.27; the older one is what client libraries of other
//! languages know. Both are made once, from the table of kinds, and never change
//! while the server runs.
//!
//! Source: KEP-3352; apiserver `pkg/endpoints/discovery`.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use jobyard_api::{ResourceInfo, StatusError, resource};
use serde_json::{Value, json};

use crate::{
    negotiation::{self, Clause, Encoding},
    response::{self, Body, Style},
};

const AGGREGATED_TYPE: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Every discovery document, ready to go out.
#[derive(Debug)]
pub(crate) struct Discovery {
    core: Aggregated,
    named: Aggregated,
    groups: Vec<(String, Value)>,
}

/// An aggregated document and the tag by which a client asks whether it is still the same.
#[derive(Debug)]
struct Aggregated {
    body: Bytes,
    etag: HeaderValue,
}

/// A part of a resource with a path of its own.
struct Subresource {
    name: &'static str,
    kind: &'static str,
    verbs: &'static [&'static str],
}

/// The parts of a resource that are served.
fn subresources(info: &ResourceInfo) -> Vec<Subresource> {
    let mut found = Vec::new();
    if info == &resource::POD {
        found.push(Subresource {
            name: "binding",
            kind: "Binding",
            verbs: &["create"],
        });
        found.push(Subresource {
            name: "log",
            kind: "Pod",
            verbs: &["get"],
        });
    }
    if info.has_status {
        found.push(Subresource {
            name: "status",
            kind: info.kind,
            verbs: &["get", "patch", "update"],
        });
    }
    found
}

fn verbs(info: &ResourceInfo) -> Vec<&'static str> {
    let all = [
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch",
    ];
    all.into_iter()
        .filter(|&verb| verb != "deletecollection" || info.delete_collection)
        .collect()
}

/// Groups in the order of the table of kinds, each with its version.
fn group_versions() -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for info in resource::ALL {
        if !found.contains(&(info.group, info.version)) {
            found.push((info.group, info.version));
        }
    }
    found
}

fn resources_of<'a>(
    group: &'a str,
    version: &'a str,
) -> impl Iterator<Item = &'static ResourceInfo> + 'a {
    resource::ALL
        .iter()
        .copied()
        .filter(move |info| info.group == group && info.version == version)
}

/// Whether anything of this group and version is served.
pub(crate) fn is_served(group: &str, version: &str) -> bool {
    resources_of(group, version).next().is_some()
}

impl Discovery {
    /// Makes all documents.
    pub(crate) fn new() -> Self {
        let (core, named): (Vec<_>, Vec<_>) = group_versions()
            .into_iter()
            .partition(|(group, _)| group.is_empty());
        let mut groups: Vec<(String, Value)> = Vec::new();
        for &(group, version) in &named {
            let group_version = json!({
                "groupVersion": format!("{group}/{version}"),
                "version": version,
            });
            match groups.iter_mut().find(|(name, _)| name == group) {
                Some((_, found)) => {
                    let versions = found["versions"].as_array_mut();
                    versions.expect("made as a list below").push(group_version);
                }
                None => groups.push((
                    group.to_owned(),
                    json!({
                        "name": group,
                        "versions": [group_version],
                        "preferredVersion": group_version,
                    }),
                )),
            }
        }
        Self {
            core: Aggregated::of(&core),
            named: Aggregated::of(&named),
            groups,
        }
    }

    /// `/api`; `address` is where the client reached us.
    pub(crate) fn core_versions(
        &self,
        headers: &HeaderMap,
        style: Style,
        address: &str,
    ) -> Response<Body> {
        if wants_aggregated(&negotiation::clauses(headers)) {
            return self.core.answer(headers);
        }
        let versions = json!({
            "kind": "APIVersions",
            "versions": ["v1"],
            "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
        });
        style.answer(StatusCode::OK, versions.to_string().as_bytes())
    }

    /// `/apis`
    pub(crate) fn groups(&self, headers: &HeaderMap, style: Style) -> Response<Body> {
        if wants_aggregated(&negotiation::clauses(headers)) {
            return self.named.answer(headers);
        }
        let groups: Vec<&Value> = self.groups.iter().map(|(_, group)| group).collect();
        let list = json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups});
        style.answer(StatusCode::OK, list.to_string().as_bytes())
    }

    /// `/apis/batch`; `None` when there is no such group.
    pub(crate) fn group(&self, group: &str, style: Style) -> Option<Response<Body>> {
        let (_, found) = self.groups.iter().find(|(name, _)| name == group)?;
        let mut document = found.clone();
        document["kind"] = json!("APIGroup");
        document["apiVersion"] = json!("v1");
        Some(style.answer(StatusCode::OK, document.to_string().as_bytes()))
    }

    /// `/api/v1`, `/apis/batch/v1`; `None` when it is not served.
    pub(crate) fn resources(group: &str, version: &str, style: Style) -> Option<Response<Body>> {
        if !is_served(group, version) {
            return None;
        }
        let resources: Vec<Value> = resources_of(group, version).flat_map(legacy).collect();
        let group_version = if group.is_empty() {
            version.to_owned()
        } else {
            format!("{group}/{version}")
        };
        let list = json!({
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": group_version,
            "resources": resources,
        });
        Some(style.answer(StatusCode::OK, list.to_string().as_bytes()))
    }
}

/// In which encoding the old form goes out.
pub(crate) fn accept(headers: &HeaderMap) -> Result<Encoding, StatusError> {
    let clauses = negotiation::clauses(headers);
    if wants_aggregated(&clauses) {
        return Ok(Encoding::Json);
    }
    negotiation::accept_document(headers)
}

/// Whether the first clause that we can answer asks for the aggregated form.
fn wants_aggregated(clauses: &[Clause]) -> bool {
    clauses
        .iter()
        .filter(|clause| {
            matches!(
                clause.media.as_str(),
                "application/json" | "*/*" | "application/yaml"
            )
        })
        .find_map(|clause| {
            match (
                clause.parameter("g"),
                clause.parameter("v"),
                clause.parameter("as"),
            ) {
                ("apidiscovery.k8s.io", "v2", "APIGroupDiscoveryList") => Some(true),
                (_, _, "") => Some(false),
                _ => None,
            }
        })
        .unwrap_or(false)
}

impl Aggregated {
    fn of(group_versions: &[(&'static str, &'static str)]) -> Self {
        let items: Vec<Value> = group_versions
            .iter()
            .map(|&(group, version)| {
                let metadata = if group.is_empty() {
                    json!({})
                } else {
                    json!({"name": group})
                };
                let resources: Vec<Value> = resources_of(group, version).map(aggregated).collect();
                json!({"metadata": metadata, "versions": [
                    {"version": version, "freshness": "Current", "resources": resources},
                ]})
            })
            .collect();
        let list = json!({
            "kind": "APIGroupDiscoveryList",
            "apiVersion": "apidiscovery.k8s.io/v2",
            "metadata": {},
            "items": items,
        });
        let body = Bytes::from(format!("{list}\n"));
        let etag = format!("\"{}\"", crate::digest::hex(&body));
        Self {
            body,
            etag: HeaderValue::from_str(&etag).expect("hexadecimal digits in quotes"),
        }
    }

    fn answer(&self, headers: &HeaderMap) -> Response<Body> {
        let is_known = headers.get(header::IF_NONE_MATCH) == Some(&self.etag);
        let mut response = if is_known {
            let mut response = Response::new(response::full(Bytes::new()));
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            response::with_type(
                StatusCode::OK,
                AGGREGATED_TYPE,
                response::full(self.body.clone()),
            )
        };
        let answer = response.headers_mut();
        answer.insert(header::ETAG, self.etag.clone());
        answer.insert(header::VARY, HeaderValue::from_static("Accept"));
        answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("public"));
        response
    }
}

fn aggregated(info: &'static ResourceInfo) -> Value {
    let kind = |kind: &str| json!({"group": "", "version": "", "kind": kind});
    let mut found = json!({
        "resource": info.plural,
        "responseKind": kind(info.kind),
        "scope": if info.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": info.singular,
        "verbs": verbs(info),
    });
    add_names(&mut found, info);
    let parts: Vec<Value> = subresources(info)
        .iter()
        .map(|part| {
            json!({
                "subresource": part.name,
                "responseKind": kind(part.kind),
                "verbs": part.verbs,
            })
        })
        .collect();
    if !parts.is_empty() {
        found["subresources"] = json!(parts);
    }
    found
}

fn legacy(info: &'static ResourceInfo) -> Vec<Value> {
    let mut main = json!({
        "name": info.plural,
        "singularName": info.singular,
        "namespaced": info.namespaced,
        "kind": info.kind,
        "verbs": verbs(info),
    });
    add_names(&mut main, info);
    let parts = subresources(info);
    let parts = parts.iter().map(|part| {
        json!({
            "name": format!("{}/{}", info.plural, part.name),
            "singularName": "",
            "namespaced": info.namespaced,
            "kind": part.kind,
            "verbs": part.verbs,
        })
    });
    std::iter::once(main).chain(parts).collect()
}

fn add_names(document: &mut Value, info: &ResourceInfo) {
    if !info.short_names.is_empty() {
        document["shortNames"] = json!(info.short_names);
    }
    if !info.categories.is_empty() {
        document["categories"] = json!(info.categories);
    }
}
