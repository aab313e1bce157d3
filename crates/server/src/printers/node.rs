//! Nodes: whether they take Pods, and what they are.
//!
//! Source: upstream `printNode`.

use std::collections::BTreeSet;

use jobyard_api::{Timestamp, core};
use serde_json::{Value, json};

use super::{AGE, Column, NAME, NONE, Printer, duration};

/// What follows the prefix is the name of a role.
const ROLE_LABEL_PREFIX: &str = "node-role.kubernetes.io/";
/// The value is the name of a role.
const ROLE_LABEL: &str = "kubernetes.io/role";

impl Printer for core::Node {
    const COLUMNS: &'static [Column] = &[
        NAME,
        Column::text(
            "Status",
            "Whether the node is ready, and whether it takes new Pods",
        ),
        Column::text("Roles", "Roles given by labels"),
        AGE,
        Column::text("Version", "Version of the node agent"),
        Column::text("Internal-IP", "Address inside the cluster").wide(),
        Column::text("External-IP", "Address for the outside").wide(),
        Column::text("OS-Image", "Operating system").wide(),
        Column::text("Kernel-Version", "Kernel").wide(),
        Column::text(
            "Container-Runtime",
            "What runs the containers, and its version",
        )
        .wide(),
    ];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        let status = self.status.clone().unwrap_or_default();
        let info = status.node_info.clone().unwrap_or_default();
        let known = |text: String| {
            if text.is_empty() {
                json!("<unknown>")
            } else {
                json!(text)
            }
        };
        vec![
            json!(self.metadata.name.as_deref().unwrap_or("")),
            json!(readiness(self, &status)),
            json!(roles(self)),
            json!(duration::age(&self.metadata, now)),
            json!(info.kubelet_version),
            json!(address(&status, "InternalIP")),
            json!(address(&status, "ExternalIP")),
            known(info.os_image),
            known(info.kernel_version),
            known(info.container_runtime_version),
        ]
    }
}

fn readiness(node: &core::Node, status: &core::NodeStatus) -> String {
    let ready = status
        .conditions
        .iter()
        .flatten()
        .find(|it| it.type_ == "Ready");
    let mut text = match ready {
        Some(condition) if condition.status == "True" => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_owned();
    if node.spec.as_ref().and_then(|it| it.unschedulable) == Some(true) {
        text.push_str(",SchedulingDisabled");
    }
    text
}

fn roles(node: &core::Node) -> String {
    let labels = node.metadata.labels.iter().flatten();
    let roles: BTreeSet<&str> = labels
        .filter_map(|(key, value)| {
            if key == ROLE_LABEL {
                Some(value.as_str())
            } else {
                key.strip_prefix(ROLE_LABEL_PREFIX)
            }
        })
        .filter(|role| !role.is_empty())
        .collect();
    if roles.is_empty() {
        return NONE.to_owned();
    }
    roles.into_iter().collect::<Vec<_>>().join(",")
}

fn address<'a>(status: &'a core::NodeStatus, kind: &str) -> &'a str {
    let addresses = status.addresses.iter().flatten();
    addresses
        .filter(|it| it.type_ == kind)
        .map(|it| it.address.as_str())
        .next()
        .unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(node: Value) -> Vec<Value> {
        let node: core::Node = serde_json::from_value(node).expect("a Node");
        node.cells("2026-01-01T00:00:00Z".parse().expect("a timestamp"))
    }

    #[test]
    fn a_cordoned_node_with_roles() {
        let cells = cells(json!({
            "apiVersion": "v1", "kind": "Node",
            "metadata": {"name": "box", "creationTimestamp": "2025-12-31T00:00:00Z", "labels": {
                "node-role.kubernetes.io/worker": "", "kubernetes.io/role": "batch", "other": "x",
            }},
            "spec": {"unschedulable": true},
            "status": {
                "conditions": [{"type": "Ready", "status": "True"}],
                "addresses": [{"type": "Hostname", "address": "box"}, {"type": "InternalIP", "address": "10.0.0.1"}],
                "nodeInfo": {"kubeletVersion": "v1.36.0", "osImage": "Debian", "kernelVersion": "6.18",
                    "architecture": "", "bootID": "", "containerRuntimeVersion": "", "kubeProxyVersion": "",
                    "machineID": "", "operatingSystem": "", "systemUUID": ""},
            },
        }));
        let expected = [
            "box",
            "Ready,SchedulingDisabled",
            "batch,worker",
            "24h",
            "v1.36.0",
            "10.0.0.1",
            "<none>",
            "Debian",
            "6.18",
            "<unknown>",
        ];
        assert_eq!(cells, expected.map(|text| json!(text)));
    }

    #[test]
    fn a_node_that_never_spoke_is_unknown() {
        let cells = cells(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "box"}}));
        assert_eq!(
            cells[1..4],
            ["Unknown", "<none>", "<unknown>"].map(|text| json!(text))
        );
    }
}
