//! What a sync must conclude from what it saw: the numbers, and the end that is due.
//!
//! Written from the documentation page "Jobs" and the KEPs, not from the
//! controller: where both say the same, two readings agree.

use std::{collections::BTreeSet, sync::Arc};

use jobyard_api::Timestamp;

use super::{
    account::Account,
    failure::Failure,
    job::{JobFacts, parse_indexes},
    pod::{Phase, PodFacts},
};

/// The numbers of one sync.
#[derive(Debug)]
pub(super) struct Tally<'a> {
    pub(super) job: &'a JobFacts,
    pub(super) pods: Vec<&'a PodFacts>,
    /// Ended well, and neither counted nor listed.
    pub(super) newly_succeeded: Vec<&'a PodFacts>,
    /// Failed, and neither counted nor listed; also those whose failure is ignored.
    pub(super) newly_failed: Vec<&'a PodFacts>,
    pub(super) succeeded: i64,
    pub(super) failed: i64,
    /// Whether a Pod is listed as succeeded but failed by now: it may be taken
    /// either way.
    pub(super) is_ambiguous: bool,
    pub(super) completed: BTreeSet<u32>,
    pub(super) failed_indexes: BTreeSet<u32>,
}

/// An end that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) is_success: bool,
    pub(super) reason: String,
    /// What the condition may say; any of these.
    pub(super) messages: Vec<String>,
}

impl<'a> Tally<'a> {
    /// The numbers for a Job and all Pods that may be its.
    pub(super) fn of(
        job: &'a JobFacts,
        account: &Account,
        pods: impl Iterator<Item = &'a Arc<PodFacts>>,
    ) -> Self {
        let pods: Vec<&PodFacts> = pods.map(|pod| &**pod).filter(|p| job.claims(p)).collect();
        let status = &job.status;
        let is_new = |pod: &&&PodFacts| {
            pod.is_tracked
                && job.has_place_for(pod)
                && !status.lists(&pod.uid)
                && !account.counted.contains_key(&pod.uid)
        };
        let select = |holds: &dyn Fn(&PodFacts) -> bool| -> Vec<&'a PodFacts> {
            let chosen = pods.iter().filter(is_new);
            chosen.filter(|pod| holds(pod)).copied().collect()
        };
        let newly_succeeded = select(&|pod| pod.phase == Phase::Succeeded);
        let newly_failed = select(&|pod| job.takes_as_failed(pod));
        let counted = |pods: &[&PodFacts]| {
            let counted = pods
                .iter()
                .filter(|pod| Failure::of(job, pod).is_counted())
                .count();
            counted as i64
        };
        let failed = status.failed + status.listed_failed.len() as i64 + counted(&newly_failed);
        let is_ambiguous = pods.iter().any(|pod| {
            status.listed_succeeded.contains(&pod.uid) && job.takes_as_failed(pod) && pod.is_tracked
        });

        let mut completed = BTreeSet::new();
        let mut failed_indexes = BTreeSet::new();
        let mut succeeded =
            status.succeeded + status.listed_succeeded.len() as i64 + newly_succeeded.len() as i64;
        if job.is_indexed {
            let failed_before = job.failed();
            completed = job.completed();
            let new = newly_succeeded.iter().filter_map(|pod| pod.index);
            completed.extend(new.filter(|index| !failed_before.contains(index)));
            succeeded = completed.len() as i64;
            if let Some(limit) = job.backoff_limit_per_index {
                failed_indexes = failed_before;
                let lost = pods
                    .iter()
                    .filter(|pod| pod.is_tracked && job.has_place_for(pod))
                    .filter(|pod| job.takes_as_failed(pod) && fails_index(job, limit, pod))
                    .filter_map(|pod| pod.index);
                failed_indexes.extend(lost.filter(|index| !completed.contains(index)));
            }
        }
        Self {
            job,
            pods,
            newly_succeeded,
            newly_failed,
            succeeded,
            failed,
            is_ambiguous,
            completed,
            failed_indexes,
        }
    }

    /// How many Pods should be active, given how many are.
    pub(super) fn wanted(&self, active: usize) -> usize {
        match self.job.completions {
            None if self.succeeded > 0 => active,
            None => self.job.parallelism as usize,
            Some(completions) => {
                let missing = i64::from(completions) - self.succeeded;
                (self.job.parallelism as usize).min(usize::try_from(missing).unwrap_or(0))
            }
        }
    }

    /// The verdict that is due whatever becomes of the active Pods; the first
    /// that holds, as documented in "Job termination and cleanup".
    pub(super) fn verdict(&self, now: Timestamp) -> Option<Verdict> {
        self.announced()
            .or_else(|| self.fail_job())
            .or_else(|| self.too_many_failures(self.failed))
            .or_else(|| self.deadline(now))
            .or_else(|| self.failed_index())
            .or_else(|| self.success_policy())
    }

    /// Complete, because enough succeeded and no Pod is active any more.
    pub(super) fn completions_reached(&self) -> Option<Verdict> {
        let is_reached = match self.job.completions {
            None => self.succeeded > 0,
            Some(completions) => self.succeeded >= i64::from(completions),
        };
        is_reached.then(|| {
            Verdict::success(
                "CompletionsReached",
                "Reached expected number of succeeded pods",
            )
        })
    }

    fn announced(&self) -> Option<Verdict> {
        let of = |condition: &str, is_success| {
            let condition = self.job.status.holds(condition)?;
            Some(Verdict {
                is_success,
                reason: condition.reason.clone().unwrap_or_default(),
                messages: vec![condition.message.clone().unwrap_or_default()],
            })
        };
        of("SuccessCriteriaMet", true).or_else(|| of("FailureTarget", false))
    }

    fn fail_job(&self) -> Option<Verdict> {
        // Also one that has no finalizer, and so is not counted.
        let failed = self.pods.iter().filter(|pod| self.job.takes_as_failed(pod));
        let messages: Vec<String> = failed
            .filter_map(|pod| match Failure::of(self.job, pod) {
                Failure::FailJob(message) => Some(message),
                Failure::FailIndex | Failure::Ignore | Failure::Count => None,
            })
            .collect();
        (!messages.is_empty()).then(|| Verdict {
            is_success: false,
            reason: "PodFailurePolicy".to_owned(),
            messages,
        })
    }

    fn too_many_failures(&self, failed: i64) -> Option<Verdict> {
        let job = self.job;
        let limit = i64::from(job.backoff_limit);
        let restarts: u64 = self
            .pods
            .iter()
            .filter(|pod| pod.may_restart)
            .map(|pod| pod.restarts)
            .sum();
        let restarted = job.restarts_on_failure
            && restarts >= u64::from(job.backoff_limit.max(1))
            && restarts > 0;
        (failed > limit || restarted).then(|| {
            Verdict::failure(
                "BackoffLimitExceeded",
                "Job has reached the specified backoff limit",
            )
        })
    }

    fn deadline(&self, now: Timestamp) -> Option<Verdict> {
        let job = self.job;
        if job.is_suspended {
            return None;
        }
        // A Job that just starts, or starts anew after a suspension, starts now.
        let resumes = job.status.holds("Suspended").is_some();
        let start = job.status.start_time.filter(|_| !resumes);
        let active = now.duration_since(start.unwrap_or(now));
        (active.as_secs_f64() >= job.deadline_seconds? as f64).then(|| {
            Verdict::failure(
                "DeadlineExceeded",
                "Job was active longer than specified deadline",
            )
        })
    }

    fn failed_index(&self) -> Option<Verdict> {
        let job = self.job;
        job.backoff_limit_per_index?;
        let failed = self.failed_indexes.len() as u32;
        if job.max_failed_indexes.is_some_and(|most| failed > most) {
            return Some(Verdict::failure(
                "MaxFailedIndexesExceeded",
                "Job has exceeded the specified maximal number of failed indexes",
            ));
        }
        let decided = failed + self.completed.len() as u32;
        (failed > 0 && decided >= job.completions?)
            .then(|| Verdict::failure("FailedIndexes", "Job has failed indexes"))
    }

    fn success_policy(&self) -> Option<Verdict> {
        let spec = self.job.object.spec.as_ref()?;
        let rules = &spec.success_policy.as_ref()?.rules;
        if self.completed.is_empty() || !self.job.is_indexed {
            return None;
        }
        let count = self.job.completions.unwrap_or(0);
        let number = rules.iter().position(|rule| {
            let enough = |found: usize| {
                rule.succeeded_count
                    .is_some_and(|wanted| found as i64 >= i64::from(wanted))
            };
            match &rule.succeeded_indexes {
                None => enough(self.completed.len()),
                Some(text) => {
                    let mut asked = parse_indexes(text, count);
                    asked.retain(|index| *index < count);
                    let found = asked.intersection(&self.completed).count();
                    !asked.is_empty() && (found == asked.len() || enough(found))
                }
            }
        })?;
        let message = format!("Matched rules at index {number}");
        Some(Verdict::success("SuccessPolicy", &message))
    }
}

impl Verdict {
    fn success(reason: &str, message: &str) -> Self {
        Self {
            is_success: true,
            reason: reason.to_owned(),
            messages: vec![message.to_owned()],
        }
    }

    fn failure(reason: &str, message: &str) -> Self {
        Self {
            is_success: false,
            ..Self::success(reason, message)
        }
    }
}

/// Whether the failure of this Pod leaves its index no further attempt (KEP-3850).
fn fails_index(job: &JobFacts, limit: u32, pod: &PodFacts) -> bool {
    match Failure::of(job, pod) {
        Failure::FailIndex => true,
        Failure::Ignore => false,
        Failure::Count | Failure::FailJob(_) => pod.failures_before >= limit,
    }
}
