//! Fields that an applier wants otherwise than their owners.
//!
//! Source: structured-merge-diff `merge/conflict.go`, apimachinery
//! `pkg/util/managedfields/internal/conflict.go`.

use std::{collections::BTreeMap, fmt};

use super::{
    element::FieldPath,
    managers::{ManagerId, Operation},
};
use crate::{
    StatusError,
    field::{ERRORS_MAX, quoted},
    status::Reason,
};

/// One field, wanted otherwise than one of its owners wrote it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conflict {
    pub(super) owner: ManagerId,
    pub(super) path: FieldPath,
}

/// As errors name it: `"kubectl-edit" using batch/v1`.
impl fmt::Display for ManagerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(&self.manager))?;
        if !self.subresource.is_empty() {
            write!(f, " with subresource {}", quoted(&self.subresource))?;
        }
        match self.operation {
            Operation::Apply => Ok(()),
            Operation::Update => write!(f, " using {}", self.api_version),
        }
    }
}

/// 409 with a cause for each conflict; all are counted, not more than
/// [`ERRORS_MAX`] are named.
pub(super) fn refusal(conflicts: &[Conflict]) -> StatusError {
    let error = StatusError::new(Reason::Conflict, message(conflicts)).about("", "", "");
    let shown = conflicts.iter().take(ERRORS_MAX);
    shown.fold(error, |error, conflict| {
        error.with_cause(
            "FieldManagerConflict",
            format!("conflict with {}", conflict.owner),
            Some(&conflict.path.to_string()),
        )
    })
}

fn message(conflicts: &[Conflict]) -> String {
    if let [conflict] = conflicts {
        let Conflict { owner, path } = conflict;
        return format!("Apply failed with 1 conflict: conflict with {owner}: {path}");
    }
    let mut owners: BTreeMap<&ManagerId, Vec<&FieldPath>> = BTreeMap::new();
    for conflict in conflicts.iter().take(ERRORS_MAX) {
        owners
            .entry(&conflict.owner)
            .or_default()
            .push(&conflict.path);
    }
    let groups: Vec<String> = owners
        .iter()
        .map(|(owner, paths)| {
            let paths = paths.iter();
            let paths: Vec<String> = paths.map(|path| format!("\n- {path}")).collect();
            format!("conflicts with {owner}:{}", paths.concat())
        })
        .collect();
    format!(
        "Apply failed with {} conflicts: {}",
        conflicts.len(),
        groups.join("\n")
    )
}
