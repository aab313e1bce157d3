//! The judge of a Job controller: it sees each write, and knows the law.
//!
//! It shares no rule with the controller that it judges: it reads objects as
//! they lie on the server, keeps its own account of every Pod, and asks of each
//! write whether it was allowed. A write of the controller is judged by what its
//! caches showed when the sync behind it began ([`Knowledge`]), and by what it
//! was told of its own writes: acting on what one cannot know is no fault.
//!
//! ```text
//! for commit in history { oracle.judge(&commit)?; }
//! // faults are over, and the world has come to rest:
//! oracle.rest(now)?;
//! // whatever the controller writes from here on is one write too many.
//! ```
//!
//! What looks wrong and is not, so that no law objects: users take finalizers
//! away, force deletions, change labels, shrink an elastic Job; a terminating
//! Pod that was counted as failed succeeds after all; a failed Pod of a Job with
//! `backoffLimitPerIndex` is counted late; after five minutes a controller may
//! believe a cache that never showed its own writes; a creation whose answer was
//! lost is repeated.

mod account;
mod counting;
mod creation;
mod ending;
mod failure;
mod job;
mod ledger;
mod live;
mod pod;
mod removal;
mod rest;
mod scene;
mod tally;
#[cfg(test)]
mod tests;
mod violation;

use std::{collections::HashMap, sync::Arc};

use jobyard_api::{Object, ObjectKey, Revision, Timestamp, Uid, batch, core};

use crate::history::{Author, Commit, Knowledge, Stored};
use account::Account;
use job::JobFacts;
use ledger::{Effect, Ledger, Own};
use pod::PodFacts;
use scene::{Broken, Finding, Scene, ensure};
use tally::Tally;

pub use violation::{Law, Violation};

/// The judge. One sees one run, from its first commit.
#[derive(Debug, Default)]
pub struct Oracle {
    ledger: Ledger,
    accounts: HashMap<Uid, Account>,
    /// Where the server was when the controller last read the Job past its caches.
    reads: HashMap<ObjectKey, (u32, Revision)>,
    revision: Revision,
    at: Timestamp,
    is_resting: bool,
}

impl Oracle {
    /// A judge who has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges the next commit. After a violation the judge is of no more use.
    pub fn judge(&mut self, commit: &Commit) -> Result<(), Violation> {
        (self.revision, self.at) = (commit.revision, commit.at);
        let outcome = match (&commit.before, &commit.after) {
            (Some(Stored::Job(before)), Some(Stored::Job(after))) => {
                self.on_job(commit, Some(before), Some(after))
            }
            (None, Some(Stored::Job(after))) => self.on_job(commit, None, Some(after)),
            (Some(Stored::Job(before)), None) => self.on_job(commit, Some(before), None),
            (Some(Stored::Pod(before)), Some(Stored::Pod(after))) => {
                self.on_pod(commit, Some(before), Some(after))
            }
            (None, Some(Stored::Pod(after))) => self.on_pod(commit, None, Some(after)),
            (Some(Stored::Pod(before)), None) => self.on_pod(commit, Some(before), None),
            (None, None)
            | (Some(Stored::Job(_)), Some(Stored::Pod(_)))
            | (Some(Stored::Pod(_)), Some(Stored::Job(_))) => Ok(()),
        };
        outcome.map_err(|broken| self.violation(broken))
    }

    /// Notes that the controller, in this life, learned how this Job was at that
    /// revision, from a read past its caches: adopting Pods asks for one.
    pub fn read_live(&mut self, job: &ObjectKey, life: u32, at: Revision) {
        self.reads.insert(job.clone(), (life, at));
    }

    /// Judges that the server found a status of the controller invalid (422).
    /// None may ever be: it was made for the version that it should replace.
    pub fn refused(&mut self, job: &ObjectKey, at: Timestamp, why: &str) -> Violation {
        self.at = at;
        self.violation(Broken {
            law: Law::Refused,
            subject: job.clone(),
            what: format!("a status was refused as invalid: {why}"),
        })
    }

    /// Judges the state of the world at rest: faults are over, every actor has
    /// seen everything and acted, no deadline or back-off is pending. From here
    /// on the controller must not write, until somebody else has.
    pub fn rest(&mut self, now: Timestamp) -> Result<(), Violation> {
        self.at = now;
        self.is_resting = true;
        rest::judge(&self.ledger, &self.accounts, now).map_err(|broken| self.violation(broken))
    }

    fn violation(&self, broken: Broken) -> Violation {
        Violation {
            law: broken.law,
            subject: broken.subject,
            revision: self.revision,
            at: self.at,
            what: broken.what,
        }
    }

    /// The sync behind a commit, if it is the controller's.
    fn sync_of(&mut self, commit: &Commit) -> Result<Option<Knowledge>, Broken> {
        let Author::Controller(sync) = commit.author else {
            self.is_resting = false;
            return Ok(None);
        };
        let key = commit.after.as_ref().or(commit.before.as_ref());
        let key = key.map_or_else(|| ObjectKey::new("", ""), Stored::key);
        ensure(!self.is_resting, Law::Quiet, &key, || {
            "written by the controller although all work was done".to_owned()
        })?;
        Ok(Some(sync))
    }

    fn on_job(
        &mut self,
        commit: &Commit,
        before: Option<&Arc<batch::Job>>,
        after: Option<&Arc<batch::Job>>,
    ) -> Finding {
        let sync = self.sync_of(commit)?;
        let known = before.and_then(|before| self.ledger.job(&before.key()).cloned());
        let before = known.or_else(|| before.map(|job| Arc::new(JobFacts::of(job))));
        let after = after.map(|job| Arc::new(JobFacts::of(job)));
        let Some(key) = after
            .as_ref()
            .or(before.as_ref())
            .map(|job| job.key.clone())
        else {
            return Ok(());
        };
        if let Some(sync) = sync {
            let (Some(before), Some(after)) = (&before, &after) else {
                return ensure(false, Law::Ownership, &key, || {
                    "the controller created or deleted a Job".to_owned()
                });
            };
            self.on_status(commit, sync, before, after)?;
        }
        let own = sync.map(|sync| Own {
            sync,
            effect: Effect::Created,
            is_answered: commit.is_answered,
        });
        self.ledger.add_job(key, commit.revision, after, own);
        Ok(())
    }

    fn on_status(
        &mut self,
        commit: &Commit,
        sync: Knowledge,
        before: &Arc<JobFacts>,
        after: &Arc<JobFacts>,
    ) -> Finding {
        let key = &after.key;
        ensure(!before.is_foreign, Law::Ownership, key, || {
            "the controller wrote to a Job that somebody else manages".to_owned()
        })?;
        ensure(
            before.object.spec == after.object.spec,
            Law::Ownership,
            key,
            || "the controller changed the spec".to_owned(),
        )?;
        let mut account = self.accounts.remove(&after.uid).unwrap_or_default();
        account.look_at_age(&sync, commit.at);
        let scene = Scene::of(&self.ledger, &account, sync, before.clone());
        ending::judge(&scene, after)?;
        let counted = counting::judge(&scene, after)?;
        live::judge(&scene, after)?;
        let pods = scene.pods;
        let found = pods.iter().filter_map(|pod| pod.found.as_ref());
        let tally = Tally::of(before, &account, found);
        account.keep(&sync, &tally, commit.is_answered);
        if commit.is_answered {
            account.told_job(sync, commit.at, commit.revision);
        }
        account.counted.extend(counted);
        self.accounts.insert(after.uid.clone(), account);
        Ok(())
    }

    fn on_pod(
        &mut self,
        commit: &Commit,
        before: Option<&Arc<core::Pod>>,
        after: Option<&Arc<core::Pod>>,
    ) -> Finding {
        let sync = self.sync_of(commit)?;
        let Some(uid) = before.or(after).map(|pod| pod.uid()) else {
            return Ok(());
        };
        let known = before.and_then(|_| self.ledger.pod(&uid).cloned());
        let before = known.or_else(|| before.map(|pod| Arc::new(PodFacts::of(pod))));
        let after = after.map(|pod| Arc::new(PodFacts::of(pod)));
        let mut own = None;
        if let Some(sync) = sync {
            let effect = self.on_pod_request(commit, sync, before.as_deref(), after.as_deref())?;
            own = Some(Own {
                sync,
                effect,
                is_answered: commit.is_answered,
            });
            let controller = |pod: &Option<Arc<PodFacts>>| {
                let controller = pod.as_ref()?.controller.as_ref()?;
                Some(controller.uid.clone())
            };
            let job = controller(&after).or_else(|| controller(&before));
            if let Some(job) = job.filter(|_| commit.is_answered) {
                let account = self.accounts.entry(job).or_default();
                account.told_pod(sync, commit.at, commit.revision);
            }
        }
        self.ledger.add_pod(&uid, commit.revision, after, own);
        Ok(())
    }

    /// Judges a request of the controller about a Pod, and says what its answer tells.
    fn on_pod_request(
        &mut self,
        commit: &Commit,
        sync: Knowledge,
        before: Option<&PodFacts>,
        after: Option<&PodFacts>,
    ) -> Result<Effect, Broken> {
        let Some(before) = before else {
            let created = after.expect("a commit has a version before or after it");
            self.in_scene_of(commit, sync, created, |scene| {
                creation::judge(scene, created)
            })?
            .ok_or_else(|| creation::without_job(created))?;
            return Ok(Effect::Created);
        };
        if !before.is_tracked && after.is_some_and(|after| after.is_tracked) {
            // Adopted by what the cache showed of it: from here on it is one more Pod.
            let job = before.controller.as_ref().map(|controller| &controller.uid);
            if let Some(account) = job.and_then(|job| self.accounts.get_mut(job)) {
                account.counted.remove(&before.uid);
            }
        }
        let had = before.controller.as_ref();
        let has = after.map_or(had, |after| after.controller.as_ref());
        if let Some(after) = after.filter(|_| had.is_none() && has.is_some()) {
            let key = key_of_owner(after);
            let job = key
                .as_ref()
                .and_then(|key| self.ledger.known_job(key, &sync));
            let read = key.as_ref().and_then(|key| {
                let (life, revision) = self.reads.get(key)?;
                let read = self.ledger.job_at(key, *revision);
                read.filter(|_| *life == sync.life)
            });
            let cached = self.ledger.cached_pod(&before.uid, &sync);
            removal::judge_adoption(job.as_ref(), read, cached, before, after)?;
            if let Some(account) = job.and_then(|job| self.accounts.get_mut(&job.uid)) {
                // Somebody took it from the Job; now it counts as one more Pod.
                account.counted.remove(&before.uid);
            }
            return Ok(Effect::Adopted);
        }
        if had != has {
            self.in_scene_of(commit, sync, before, |scene| {
                let seen = scene.seen(&before.uid);
                removal::judge_let_go(scene, &seen, before)
            })?;
            return Ok(Effect::LetGo);
        }
        if !before.is_deleting && after.is_none_or(|after| after.is_deleting) {
            self.in_scene_of(commit, sync, before, |scene| {
                let seen = scene.seen(&before.uid);
                removal::judge_deletion(scene, &seen, before)
            })?
            .ok_or_else(|| Broken {
                law: Law::Deletion,
                subject: before.key.clone(),
                what: "deleted by the controller, but of no Job that it knew".to_owned(),
            })?;
            return Ok(Effect::Deletion);
        }
        if before.is_tracked && after.is_none_or(|after| !after.is_tracked) {
            let is_of_another = had.is_some_and(|controller| !controller.is_job);
            ensure(!is_of_another, Law::Ownership, &before.key, || {
                "loses its finalizer, but its controller is no Job".to_owned()
            })?;
            let cached = self.ledger.cached_pod(&before.uid, &sync);
            if cached.is_some_and(|pod| pod.controller.is_none()) {
                // Clean-up of an orphan, while another worker adopts it.
                return Ok(Effect::NoFinalizer);
            }
            self.in_scene_of(commit, sync, before, |scene| {
                ensure(!scene.job.is_foreign, Law::Ownership, &before.key, || {
                    format!(
                        "loses its finalizer, but Job {} is managed by somebody else",
                        scene.job.key
                    )
                })?;
                let seen = scene.seen(&before.uid);
                removal::judge_release(scene, &seen, before)
            })?;
        }
        Ok(Effect::NoFinalizer)
    }

    /// Judges in the scene of the Pod's Job; `None` if the sync knew no such Job,
    /// or what it knew cannot be told any more.
    fn in_scene_of(
        &mut self,
        commit: &Commit,
        sync: Knowledge,
        pod: &PodFacts,
        judge: impl FnOnce(&Scene<'_>) -> Finding,
    ) -> Result<Option<()>, Broken> {
        // Its controller as the sync saw it: that may have changed since.
        let pod = self.ledger.owned(pod, &sync);
        let Some(owner) = &pod.controller else {
            return Ok(None);
        };
        let job = key_of_owner(pod).and_then(|key| self.ledger.known_job(&key, &sync));
        let Some(job) = job.filter(|job| job.uid == owner.uid) else {
            return Ok(None);
        };
        let mut account = self.accounts.remove(&job.uid).unwrap_or_default();
        account.look_at_age(&sync, commit.at);
        let uid = job.uid.clone();
        let outcome = if account.is_blurred {
            Ok(())
        } else {
            judge(&Scene::of(&self.ledger, &account, sync, job))
        };
        self.accounts.insert(uid, account);
        outcome.map(Some)
    }
}

/// The name of the Job that the Pod's controller reference names.
fn key_of_owner(pod: &PodFacts) -> Option<ObjectKey> {
    let owners = pod.object.metadata.owner_references.as_ref()?;
    let owner = owners.iter().find(|owner| owner.controller == Some(true))?;
    Some(ObjectKey::new(&pod.key.namespace, &owner.name))
}
