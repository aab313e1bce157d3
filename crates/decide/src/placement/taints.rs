//! Taints keep Pods away from a node, tolerations let them come.
//!
//! Source: documentation page "Taints and Tolerations"; upstream
//! `Toleration.ToleratesTaint`, plugin `TaintToleration`.

use jobyard_api::core::{Taint, Toleration};

/// The taint that a cordoned node stands for.
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// Whether a Pod may come although the node is cordoned.
pub(crate) fn tolerates_unschedulable(tolerations: &[Toleration]) -> bool {
    let cordoned = Taint {
        key: UNSCHEDULABLE.to_owned(),
        effect: "NoSchedule".to_owned(),
        ..Taint::default()
    };
    tolerations.iter().any(|one| tolerates(one, &cordoned))
}

/// Whether no taint keeps the Pod away. `PreferNoSchedule` keeps none away.
pub(crate) fn tolerates_all(tolerations: &[Toleration], taints: &[Taint]) -> bool {
    taints
        .iter()
        .filter(|taint| matches!(taint.effect.as_str(), "NoSchedule" | "NoExecute"))
        .all(|taint| tolerations.iter().any(|one| tolerates(one, taint)))
}

/// How many taints ask the Pod to go elsewhere if it can (`PreferNoSchedule`).
pub(crate) fn unwelcome(tolerations: &[Toleration], taints: &[Taint]) -> i64 {
    let soft = taints
        .iter()
        .filter(|taint| taint.effect == "PreferNoSchedule");
    let untolerated = soft.filter(|taint| !tolerations.iter().any(|one| tolerates(one, taint)));
    i64::try_from(untolerated.count()).unwrap_or(i64::MAX)
}

/// An absent key or effect stands for all of them.
fn tolerates(toleration: &Toleration, taint: &Taint) -> bool {
    let allows = |asked: &Option<String>, found: &str| {
        asked
            .as_deref()
            .is_none_or(|asked| asked.is_empty() || asked == found)
    };
    let value_matches = match toleration.operator.as_deref() {
        Some("Exists") => true,
        None | Some("" | "Equal") => {
            toleration.value.as_deref().unwrap_or("") == taint.value.as_deref().unwrap_or("")
        }
        Some(_) => false,
    };
    allows(&toleration.effect, &taint.effect)
        && allows(&toleration.key, &taint.key)
        && value_matches
}
