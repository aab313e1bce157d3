//! Which nodes a Pod wants: `nodeSelector` and node affinity.
//!
//! Source: documentation page "Assigning Pods to Nodes"; upstream
//! `nodeaffinity.GetRequiredNodeAffinity`, `labels.Requirement.Matches`, plugin
//! `NodeAffinity` (`PreFilter`, `Score`).

use std::collections::BTreeSet;

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

/// The nodes that the required affinity names, if each of its terms names some:
/// others need not be asked.
pub(crate) fn named_nodes(pod: &PodRequest) -> Option<BTreeSet<&str>> {
    let terms = pod.node_affinity.as_deref()?;
    let mut named = BTreeSet::new();
    for term in terms {
        let names = |requirement: &&NodeSelectorRequirement| {
            requirement.key == "metadata.name" && requirement.operator == "In"
        };
        let lists = term.match_fields.iter().flatten().filter(names);
        let sets = lists.map(|one| one.values.iter().flatten().map(String::as_str));
        let in_all = sets
            .map(Iterator::collect::<BTreeSet<_>>)
            .reduce(|all, one| &all & &one)?;
        named.extend(in_all);
    }
    (!terms.is_empty()).then_some(named)
}

/// How much the Pod would like the node: the weights of the preferred terms that
/// match it.
pub(crate) fn preference(pod: &PodRequest, node: &NodeView) -> i64 {
    let matching = pod
        .preferred_nodes
        .iter()
        .filter(|preferred| term_matches(&preferred.preference, node));
    matching.map(|preferred| i64::from(preferred.weight)).sum()
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
