//! Which nodes a Pod wants: `nodeSelector` and required node affinity.
//!
//! Source: documentation page "Assigning Pods to Nodes"; upstream
//! `nodeaffinity.GetRequiredNodeAffinity`, `labels.Requirement.Matches`.

use jobyard_api::core::{NodeSelectorRequirement, NodeSelectorTerm};

use crate::placement::{node::NodeView, request::PodRequest};

/// Whether the node is one that the Pod wants.
pub(crate) fn matches(pod: &PodRequest, node: &NodeView) -> bool {
    let has_label = |(key, value): (&String, &String)| node.labels.get(key) == Some(value);
    pod.node_selector.iter().all(has_label)
        && pod
            .node_affinity
            .as_ref()
            .is_none_or(|terms| terms.iter().any(|term| term_matches(term, node)))
}

/// All requirements of a term must hold; a term without any holds for no node.
fn term_matches(term: &NodeSelectorTerm, node: &NodeView) -> bool {
    let labels = || term.match_expressions.iter().flatten();
    let fields = || term.match_fields.iter().flatten();
    let is_empty = labels().chain(fields()).next().is_none();
    let label = |key: &str| node.labels.get(key).map(String::as_str);
    let field = |key: &str| (key == "metadata.name").then_some(&*node.name);
    !is_empty
        && labels().all(|requirement| requirement_matches(requirement, label(&requirement.key)))
        && fields().all(|requirement| requirement_matches(requirement, field(&requirement.key)))
}

fn requirement_matches(requirement: &NodeSelectorRequirement, found: Option<&str>) -> bool {
    let values = || requirement.values.iter().flatten();
    let is_listed = || found.is_some_and(|found| values().any(|value| value == found));
    let numbers = || {
        let found: i64 = found?.parse().ok()?;
        let limit: i64 = values().next()?.parse().ok()?;
        Some((found, limit))
    };
    match requirement.operator.as_str() {
        "In" => is_listed(),
        "NotIn" => !is_listed(),
        "Exists" => found.is_some(),
        "DoesNotExist" => found.is_none(),
        "Gt" => numbers().is_some_and(|(found, limit)| found > limit),
        "Lt" => numbers().is_some_and(|(found, limit)| found < limit),
        _ => false,
    }
}
