//! What one request of the controller is judged by.

use std::sync::Arc;

use jobyard_api::{ObjectKey, Uid};

use super::{
    Law,
    account::Account,
    job::JobFacts,
    ledger::{Ledger, SeenPod},
    pod::PodFacts,
    tally::Tally,
};
use crate::history::Knowledge;

/// A sync of one Job, as far as it has come.
pub(super) struct Scene<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) account: &'a Account,
    pub(super) sync: Knowledge,
    /// The Job as the sync knows it.
    pub(super) job: Arc<JobFacts>,
    pub(super) pods: Vec<SeenPod>,
}

/// A broken law: which, of whom, and what is wrong.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) law: Law,
    pub(super) subject: ObjectKey,
    pub(super) what: String,
}

/// What a law finds.
pub(super) type Finding = Result<(), Broken>;

impl<'a> Scene<'a> {
    pub(super) fn of(
        ledger: &'a Ledger,
        account: &'a Account,
        sync: Knowledge,
        job: Arc<JobFacts>,
    ) -> Self {
        let pods = ledger.seen_pods(&job.uid, &sync);
        Self {
            ledger,
            account,
            sync,
            job,
            pods,
        }
    }

    /// The Pod of this uid as the sync sees it.
    pub(super) fn seen(&self, pod: &Uid) -> SeenPod {
        self.ledger.seen_pod(pod, &self.job.uid, &self.sync)
    }

    /// The Job's Pods as the sync found them.
    pub(super) fn found(&self) -> impl Iterator<Item = &Arc<PodFacts>> {
        let pods = self.pods.iter().filter_map(|pod| pod.found.as_ref());
        pods.filter(|pod| self.job.claims(pod))
    }

    /// The Job's Pods as the sync knows them now, without those that are gone: it
    /// may have been told so by a request that failed.
    pub(super) fn known(&self) -> impl Iterator<Item = &Arc<PodFacts>> {
        let pods = self.pods.iter().filter(|pod| pod.truth.is_some());
        let pods = pods.filter(|pod| self.claims(pod));
        pods.filter_map(|pod| pod.known.as_ref())
    }

    /// Whether the sync works with this Pod: found as one of the Job's, or made one.
    pub(super) fn claims(&self, pod: &SeenPod) -> bool {
        let mut versions = [&pod.found, &pod.known, &pod.maybe].into_iter().flatten();
        versions.any(|pod| self.job.claims(pod))
    }

    /// Whether the sync whose failures this one remembers has found this Pod
    /// failed, too.
    pub(super) fn is_old(&self, failed: &PodFacts) -> bool {
        let before = self.account.remembered(&self.sync);
        let cached = before.and_then(|before| self.ledger.cached_pod(&failed.uid, &before));
        cached.is_some_and(|cached| self.job.takes_as_failed(cached))
    }

    /// The numbers with which the sync began.
    pub(super) fn tally(&self) -> Tally<'_> {
        let mut tally = Tally::of(&self.job, self.account, self.found());
        // A Pod without its finalizer can be gone, and the controller may have met that.
        tally.is_ambiguous |= self.pods.iter().any(|pod| {
            pod.truth.is_none() && pod.found.as_ref().is_some_and(|found| found.is_tracked)
        });
        tally.is_ambiguous |= self.pods.iter().any(|pod| pod.is_adopted);
        tally
    }
}

/// `Err` with the sentence, unless the law is kept.
pub(super) fn ensure(
    is_kept: bool,
    law: Law,
    subject: &ObjectKey,
    what: impl FnOnce() -> String,
) -> Finding {
    if is_kept {
        return Ok(());
    }
    Err(Broken {
        law,
        subject: subject.clone(),
        what: what(),
    })
}
