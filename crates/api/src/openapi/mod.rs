//! The OpenAPI v3 documents: what `kubectl` reads before it validates or explains.
//!
//! One document for each group and version, made from the schema table when
//! first asked for; the server keeps them. Paths hold what clients look for:
//! that a kind can be patched with `fieldValidation` and `dryRun`, which makes
//! kubectl leave validation to the server.
//!
//! Source: kube-openapi `pkg/handler3`, `pkg/builder3`.

mod schemas;

use serde_json::{Map, Value, json};

use crate::{ResourceInfo, resource, schema::Definition};

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
    let roots = served(group, version).map(|info| {
        Definition::by_kind(info.group, info.version, info.kind)
            .expect("the schema table has every kind we serve")
    });
    Some(json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": "v1.36.0"},
        "paths": paths,
        "components": {"schemas": schemas::schemas(roots)},
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all() -> Vec<(String, Value)> {
        let documents = group_versions().into_iter();
        documents
            .map(|(group, version)| {
                let document = document(group, version).expect("a served version");
                (document_path(group, version), document)
            })
            .collect()
    }

    #[test]
    fn there_is_a_document_for_each_served_version_and_no_other() {
        let paths: Vec<String> = all().into_iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "api/v1",
                "apis/batch/v1",
                "apis/coordination.k8s.io/v1",
                "apis/node.k8s.io/v1"
            ]
        );
        assert_eq!(document("apps", "v1"), None);
    }

    /// What kubectl asks before it leaves validation to the server.
    #[test]
    fn every_kind_can_be_patched_with_field_validation() {
        for info in resource::ALL {
            let document = document(info.group, info.version).expect("a served version");
            let kind = json!({"group": info.group, "version": info.version, "kind": info.kind});
            let paths = document["paths"].as_object().expect("paths");
            let patch = paths.values().map(|path| &path["patch"]);
            let patch = patch
                .filter(|patch| patch["x-kubernetes-group-version-kind"] == kind)
                .collect::<Vec<_>>();
            let [patch] = patch.as_slice() else {
                panic!("{} has {} patch operations", info.kind, patch.len());
            };
            for name in ["fieldValidation", "dryRun"] {
                let parameters = patch["parameters"].as_array().expect("parameters");
                assert!(
                    parameters
                        .iter()
                        .any(|one| one["name"] == name && one["in"] == "query")
                );
            }
        }
    }

    #[test]
    fn every_reference_leads_to_a_schema() {
        fn references(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(entries) => {
                    let target = entries.get("$ref").and_then(Value::as_str);
                    found.extend(target.map(str::to_owned));
                    entries.values().for_each(|value| references(value, found));
                }
                Value::Array(items) => items.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        for (path, document) in all() {
            let mut found = BTreeSet::new();
            references(&document, &mut found);
            assert!(!found.is_empty(), "{path}");
            for reference in found {
                let pointer = reference.replacen('#', "", 1);
                assert!(document.pointer(&pointer).is_some(), "{path}: {reference}");
            }
        }
    }

    #[test]
    fn a_kind_is_found_and_explained() {
        let document = document("batch", "v1").expect("batch/v1");
        let schemas = &document["components"]["schemas"];
        let job = &schemas["io.k8s.api.batch.v1.Job"];
        assert_eq!(
            job["x-kubernetes-group-version-kind"],
            json!([{"group": "batch", "version": "v1", "kind": "Job"}])
        );
        let spec = &schemas["io.k8s.api.batch.v1.JobSpec"];
        assert_eq!(spec["required"], json!(["template"]));
        assert_eq!(spec["properties"]["parallelism"]["format"], "int32");
        assert!(spec["properties"]["parallelism"]["description"].is_string());
        let containers = &schemas["io.k8s.api.core.v1.PodSpec"]["properties"]["containers"];
        assert_eq!(containers["x-kubernetes-patch-merge-key"], "name");
        assert_eq!(containers["x-kubernetes-list-map-keys"], json!(["name"]));
        assert_eq!(
            containers["items"]["allOf"][0]["$ref"],
            "#/components/schemas/io.k8s.api.core.v1.Container"
        );
    }

    /// Measured for v1.36: 261 KB (`api/v1`) and 218 KB (`apis/batch/v1`).
    #[test]
    fn documents_stay_small() {
        for (path, document) in all() {
            let length = document.to_string().len();
            assert!(length < 400_000, "{path} has {length} bytes");
        }
    }
}
