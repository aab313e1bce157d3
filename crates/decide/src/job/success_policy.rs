//! `spec.successPolicy`: when an Indexed Job has succeeded although not all of
//! its indexes have.
//!
//! Source: documentation page "Jobs", section "Success policy"; upstream
//! `matchSuccessPolicy` (`pkg/controller/job/success_policy.go`).

use jobyard_api::{batch, indexes::IndexSet};

/// The rules, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuccessPolicy {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    succeeded_indexes: Option<String>,
    succeeded_count: Option<u32>,
}

impl SuccessPolicy {
    /// The number of the first rule that these succeeded indexes, of `completions` in
    /// all, satisfy. Without any success none is satisfied.
    pub fn matching(&self, succeeded: &IndexSet, completions: u32) -> Option<usize> {
        if succeeded.is_empty() {
            return None;
        }
        self.rules
            .iter()
            .position(|rule| rule.is_met_by(succeeded, completions))
    }
}

impl Rule {
    fn is_met_by(&self, succeeded: &IndexSet, completions: u32) -> bool {
        let enough = |count: usize| {
            self.succeeded_count
                .is_some_and(|wanted| count >= wanted as usize)
        };
        match &self.succeeded_indexes {
            Some(text) => {
                let asked = IndexSet::parse_lenient(text, completions);
                let done = asked.intersection(succeeded).len();
                // Asking for no index is asking for nothing.
                !asked.is_empty() && (done == asked.len() || enough(done))
            }
            None => enough(succeeded.len()),
        }
    }
}

impl From<&batch::SuccessPolicy> for SuccessPolicy {
    fn from(policy: &batch::SuccessPolicy) -> Self {
        let rules = policy.rules.iter().map(|rule| Rule {
            succeeded_indexes: rule.succeeded_indexes.clone(),
            succeeded_count: rule
                .succeeded_count
                .map(|count| count.max(0).cast_unsigned()),
        });
        Self {
            rules: rules.collect(),
        }
    }
}
