//! The OpenAPI v3 documents: what `kubectl` reads before it validates or explains.
//!
//! One document for each group and version, made when first asked for; the
//! server keeps them.
//!
//! Source: kube-openapi `pkg/handler3`, `pkg/builder3`.

use serde_json::{Map, Value, json};

use crate::{ResourceInfo, resource};

/// The document of one group and version, such as `batch`, `v1`; `None` when
/// it is not served.
pub fn document(group: &str, version: &str) -> Option<Value> {
    let mut paths = Map::new();
    for info in served(group, version) {
        paths.insert(object_path(info), json!({"patch": patch_operation(info)}));
    }
    if paths.is_empty() {
        return None;
    }
    Some(json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": "v1.36.0"},
        "paths": paths,
        "components": {"schemas": {}},
    }))
}

/// The groups and versions that have a document, as `(group, version)`, in the
/// order of discovery.
pub fn group_versions() -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for info in resource::ALL {
        if !found.contains(&(info.group, info.version)) {
            found.push((info.group, info.version));
        }
    }
    found
}

/// `api/v1` or `apis/batch/v1`: the key of the root document, and what follows
/// `/openapi/v3/` in the path of the document.
pub fn document_path(group: &str, version: &str) -> String {
    if group.is_empty() {
        format!("api/{version}")
    } else {
        format!("apis/{group}/{version}")
    }
}

fn served(group: &str, version: &str) -> impl Iterator<Item = &'static ResourceInfo> {
    resource::ALL
        .iter()
        .copied()
        .filter(move |info| info.group == group && info.version == version)
}

fn object_path(info: &ResourceInfo) -> String {
    let namespace = if info.namespaced {
        "namespaces/{namespace}/"
    } else {
        ""
    };
    format!(
        "/{}/{namespace}{}/{{name}}",
        document_path(info.group, info.version),
        info.plural
    )
}

fn patch_operation(info: &ResourceInfo) -> Value {
    let query = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string"}});
    json!({
        "parameters": [query("dryRun"), query("fieldManager"), query("fieldValidation"), query("force")],
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-action": "patch",
        "x-kubernetes-group-version-kind": {"group": info.group, "version": info.version, "kind": info.kind},
    })
}
