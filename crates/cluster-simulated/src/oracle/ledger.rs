//! All versions of all objects, and which of them the controller knew.
//!
//! A sync knows what its caches showed when it began, and what it and earlier
//! syncs of the same life did and were told of. Of an own write it knows the
//! effect, not the rest of the object: a Pod whose finalizer it removed may have
//! ended meanwhile.

use std::{collections::HashMap, sync::Arc};

use jobyard_api::{ObjectKey, Revision, Uid};

use super::{job::JobFacts, pod::PodFacts};
use crate::history::Knowledge;

/// The history, by object.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    jobs: HashMap<ObjectKey, Vec<Version<JobFacts>>>,
    pods: HashMap<Uid, Vec<Version<PodFacts>>>,
    /// Pods that were ever controlled by the Job of this uid, oldest first.
    pods_of: HashMap<Uid, Vec<Uid>>,
}

#[derive(Debug)]
struct Version<T> {
    revision: Revision,
    /// `None`: gone.
    facts: Option<Arc<T>>,
    /// The sync that wrote it, if it is the controller's.
    own: Option<Own>,
}

/// What a write of the controller tells its author.
#[derive(Clone, Debug)]
pub(super) struct Own {
    pub(super) sync: Knowledge,
    pub(super) effect: Effect,
    /// Whether the answer arrived. If not, the author may find out all the same.
    pub(super) is_answered: bool,
}

/// What the author of a write knows of the object after it.
#[derive(Clone, Debug)]
pub(super) enum Effect {
    /// All of it: it was created.
    Created,
    /// All of it: it was adopted, before anything was decided, and is taken as answered.
    Adopted,
    /// Its deletion was asked for.
    Deletion,
    /// It is without the tracking finalizer.
    NoFinalizer,
    /// It is without controller and tracking finalizer.
    LetGo,
}

/// A Pod as one sync sees it.
#[derive(Clone, Debug)]
pub(super) struct SeenPod {
    /// When the sync began.
    pub(super) found: Option<Arc<PodFacts>>,
    /// With what the sync itself has done since.
    pub(super) known: Option<Arc<PodFacts>>,
    /// The same, if its life has found out what its unanswered requests did.
    pub(super) maybe: Option<Arc<PodFacts>>,
    /// It was adopted after the cache; if not by this sync, then this sync was
    /// answered when it asked again, and saw the Pod as it was then.
    pub(super) is_adopted: bool,
    /// As it really is.
    pub(super) truth: Option<Arc<PodFacts>>,
}

impl Ledger {
    pub(super) fn add_job(
        &mut self,
        key: ObjectKey,
        revision: Revision,
        facts: Option<Arc<JobFacts>>,
        own: Option<Own>,
    ) {
        self.jobs.entry(key).or_default().push(Version {
            revision,
            facts,
            own,
        });
    }

    pub(super) fn add_pod(
        &mut self,
        uid: &Uid,
        revision: Revision,
        facts: Option<Arc<PodFacts>>,
        own: Option<Own>,
    ) {
        if let Some(controller) = facts.as_ref().and_then(|facts| facts.controller.as_ref()) {
            let pods = self.pods_of.entry(controller.uid.clone()).or_default();
            if !pods.contains(uid) {
                pods.push(uid.clone());
            }
        }
        self.pods.entry(uid.clone()).or_default().push(Version {
            revision,
            facts,
            own,
        });
    }

    /// The Job of this name as it is now.
    pub(super) fn job(&self, key: &ObjectKey) -> Option<&Arc<JobFacts>> {
        self.jobs.get(key)?.last()?.facts.as_ref()
    }

    /// The Job of this name as a sync knows it: as its cache shows it, or as its
    /// life has written it since.
    pub(super) fn known_job(&self, key: &ObjectKey, sync: &Knowledge) -> Option<Arc<JobFacts>> {
        let versions = self.jobs.get(key)?;
        let of_life = |version: &&Version<JobFacts>| {
            version.revision <= sync.jobs
                || matches!(&version.own, Some(own) if own.is_answered && own.sync.life == sync.life)
        };
        versions.iter().rfind(of_life)?.facts.clone()
    }

    /// The Job of this uid as it was at a revision; `None` if it was not there.
    pub(super) fn job_at(&self, key: &ObjectKey, revision: Revision) -> Option<&Arc<JobFacts>> {
        let versions = self.jobs.get(key)?;
        let version = versions
            .iter()
            .rfind(|version| version.revision <= revision)?;
        version.facts.as_ref()
    }

    /// The Pod of this uid as it is now.
    pub(super) fn pod(&self, uid: &Uid) -> Option<&Arc<PodFacts>> {
        self.pods.get(uid)?.last()?.facts.as_ref()
    }

    /// The Pod of this uid as a sync of this Job sees it.
    pub(super) fn seen_pod(&self, uid: &Uid, job: &Uid, sync: &Knowledge) -> SeenPod {
        let versions = self.pods.get(uid).map_or(&[][..], Vec::as_slice);
        let later = versions.partition_point(|version| version.revision <= sync.pods);
        let cached = later
            .checked_sub(1)
            .and_then(|last| versions[last].facts.clone());
        let mut found = cached.clone();
        let mut known = cached.clone();
        let mut maybe = cached.clone();
        let mut is_adopted = false;
        for version in &versions[later..] {
            let adoption = version.own.as_ref();
            let adoption = adoption.filter(|own| matches!(own.effect, Effect::Adopted));
            if let Some(adoption) = adoption {
                // What another Job takes, from a user who took it from this one, this
                // one's cache will show. Without a controller in the cache, it was
                // asked for by this sync too.
                let is_asked_for = adoption.sync == *sync
                    || (adoption.sync.life <= sync.life
                        && cached.as_ref().is_some_and(|pod| pod.controller.is_none()));
                let ours = |pod: &&Arc<PodFacts>| pod.is_controlled_by(job);
                let adopted = version.facts.as_ref().filter(ours);
                if let Some(adopted) = adopted.filter(|_| is_asked_for) {
                    is_adopted = true;
                    let selected =
                        |pod: &Arc<PodFacts>| Some(pod.as_selected_by_labels_of(cached.as_deref()));
                    maybe = selected(adopted);
                    // An adoption that changed nothing is answered with the Pod as it is then.
                    let newest = versions.last().and_then(|last| last.facts.as_ref());
                    let newest = newest.filter(ours).filter(|_| adoption.sync != *sync);
                    found = selected(newest.unwrap_or(adopted));
                    known.clone_from(&found);
                }
                continue;
            }
            // Other workers of the same life may have begun later and write now.
            let is_earlier =
                |own: &Knowledge| own != sync && own.jobs <= sync.jobs && own.pods <= sync.pods;
            let is_known = |own: &&Own| {
                own.sync.life == sync.life && (own.sync == *sync || is_earlier(&own.sync))
            };
            let Some(own) = version.own.as_ref().filter(is_known) else {
                continue;
            };
            apply(&own.effect, version, &mut maybe);
            if own.is_answered {
                apply(&own.effect, version, &mut known);
                if is_earlier(&own.sync) {
                    apply(&own.effect, version, &mut found);
                }
            }
        }
        SeenPod {
            found,
            known,
            maybe,
            is_adopted,
            truth: versions.last().and_then(|version| version.facts.clone()),
        }
    }

    /// A version of this Pod whose controller is the Job for which a sync asks
    /// something about it: that which the cache shows, even if a user took the Pod
    /// from it and another Job adopted it since; else that which the sync adopted.
    pub(super) fn owned<'a>(&'a self, before: &'a PodFacts, sync: &Knowledge) -> &'a PodFacts {
        let cached = self.cached_pod(&before.uid, sync);
        let cached = cached.filter(|cached| cached.controller.is_some());
        let versions = self.pods.get(&before.uid).map_or(&[][..], Vec::as_slice);
        let is_adoption = |version: &&Version<PodFacts>| {
            let own = version.own.as_ref();
            own.is_some_and(|own| own.sync == *sync && matches!(own.effect, Effect::Adopted))
        };
        let adopted = || versions.iter().rfind(is_adoption)?.facts.as_ref();
        cached.or_else(adopted).map_or(before, |pod| pod)
    }

    /// The Pod of this uid as a cache shows it.
    pub(super) fn cached_pod(&self, uid: &Uid, sync: &Knowledge) -> Option<&Arc<PodFacts>> {
        let versions = self.pods.get(uid)?;
        let version = versions
            .iter()
            .rfind(|version| version.revision <= sync.pods)?;
        version.facts.as_ref()
    }

    /// All Pods that were ever controlled by this Job, as a sync sees them.
    pub(super) fn seen_pods(&self, job: &Uid, sync: &Knowledge) -> Vec<SeenPod> {
        let pods = self.pods_of.get(job).into_iter().flatten();
        pods.map(|uid| self.seen_pod(uid, job, sync)).collect()
    }

    /// All Pods that were ever controlled by this Job and still exist.
    pub(super) fn pods_of(&self, job: &Uid) -> impl Iterator<Item = &Arc<PodFacts>> {
        let pods = self.pods_of.get(job).into_iter().flatten();
        pods.filter_map(|uid| self.pod(uid))
    }

    /// Everything that exists.
    pub(super) fn all_jobs(&self) -> impl Iterator<Item = &Arc<JobFacts>> {
        let versions = self.jobs.values();
        versions.filter_map(|versions| versions.last()?.facts.as_ref())
    }

    /// Everything that exists.
    pub(super) fn all_pods(&self) -> impl Iterator<Item = &Arc<PodFacts>> {
        let versions = self.pods.values();
        versions.filter_map(|versions| versions.last()?.facts.as_ref())
    }
}

fn apply(effect: &Effect, version: &Version<PodFacts>, pod: &mut Option<Arc<PodFacts>>) {
    if let Effect::Created | Effect::Adopted = effect {
        pod.clone_from(&version.facts);
        return;
    }
    let Some(pod) = pod else { return };
    let pod = Arc::make_mut(pod);
    match effect {
        Effect::Created | Effect::Adopted => {}
        Effect::Deletion => pod.is_deleting = true,
        Effect::NoFinalizer => pod.is_tracked = false,
        Effect::LetGo => {
            pod.is_tracked = false;
            pod.controller = None;
        }
    }
}
