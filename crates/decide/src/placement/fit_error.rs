//! Why a Pod fits nowhere, in upstream's words.
//!
//! Source: upstream `framework.FitError`, `preemption.Evaluator`; the texts of the plugins.

use std::{collections::BTreeMap, fmt};

/// Why a Pod does not fit on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The node is cordoned.
    Unschedulable,
    /// The Pod names another node.
    NodeName,
    /// A taint of the node keeps the Pod away.
    Taint,
    /// `nodeSelector` or the required affinity asks for other nodes.
    Affinity,
    /// The required affinity names nodes, and this is none of them.
    NotNamed,
    /// A port of the machine is taken.
    Ports,
    /// As many Pods run as may.
    TooManyPods,
    /// Not enough of a resource is left.
    Insufficient {
        /// Its name.
        resource: Box<str>,
        /// Even the empty node has not enough.
        exceeds_node: bool,
    },
}

impl Unfit {
    /// Whether the Pod could fit if other Pods went.
    fn preemption_could_help(&self) -> bool {
        match self {
            Self::Unschedulable
            | Self::NodeName
            | Self::Taint
            | Self::Affinity
            | Self::NotNamed => false,
            Self::Ports | Self::TooManyPods => true,
            Self::Insufficient { exceeds_node, .. } => !exceeds_node,
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unschedulable => "node(s) were unschedulable",
            Self::NodeName => "node(s) didn't match the requested node name",
            Self::Taint => "node(s) had untolerated taint(s)",
            Self::Affinity => "node(s) didn't match Pod's node affinity/selector",
            Self::NotNamed => "node(s) didn't satisfy plugin(s) [NodeAffinity]",
            Self::Ports => "node(s) didn't have free ports for the requested pod ports",
            Self::TooManyPods => "Too many pods",
            Self::Insufficient { resource, .. } => return write!(f, "Insufficient {resource}"),
        })
    }
}

/// A Pod that fits on no node. Its text is the message of the event
/// `FailedScheduling` and of the condition PodScheduled (reason `Unschedulable`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FitError {
    /// The reasons of each node.
    pub unfit: Vec<Vec<Unfit>>,
    /// Whether the Pod would drive others away if that helped.
    pub may_preempt: bool,
}

impl std::error::Error for FitError {}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes = self.unfit.len();
        if nodes == 0 {
            return f.write_str("no nodes available to schedule pods");
        }
        let reasons = self.unfit.iter().flatten().map(ToString::to_string);
        write!(f, "0/{nodes} nodes are available: {}. ", counted(reasons))?;
        if !self.may_preempt {
            return f.write_str("preemption: not eligible due to preemptionPolicy=Never.");
        }
        let preemption = self.unfit.iter().map(|reasons| {
            if reasons.iter().all(Unfit::preemption_could_help) {
                "No preemption victims found for incoming pod".to_owned()
            } else {
                "Preemption is not helpful for scheduling".to_owned()
            }
        });
        write!(
            f,
            "preemption: 0/{nodes} nodes are available: {}.",
            counted(preemption)
        )
    }
}

/// `1 Insufficient cpu, 2 Too many pods`: each text with its count, sorted as text.
fn counted(texts: impl Iterator<Item = String>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let mut parts: Vec<String> = counts
        .into_iter()
        .map(|(text, count)| format!("{count} {text}"))
        .collect();
    parts.sort();
    parts.join(", ")
}
