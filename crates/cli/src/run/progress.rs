//! What `run` knows of its Jobs and Pods: small views, and the questions asked of them.
//!
//! Pure: the informers put views in, the loop of [`super`] asks whether all is
//! over, and the summary is drawn from the same.

use std::{collections::BTreeMap, sync::Arc};

use jobyard_api::{Object, ObjectKey, Timestamp, Uid, batch, core};
use jobyard_cluster::View;

/// A Job as `run` sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JobProgress {
    pub(crate) key: ObjectKey,
    pub(crate) uid: Uid,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) active: i32,
    pub(crate) succeeded: i32,
    pub(crate) failed: i32,
    pub(crate) completions: Option<i32>,
    pub(crate) started: Option<Timestamp>,
    pub(crate) finished: Option<Timestamp>,
}

/// How a Job or Pod ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Complete,
    Failed { reason: String, message: String },
}

/// A Pod as `run` sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PodProgress {
    pub(crate) key: ObjectKey,
    pub(crate) uid: Uid,
    /// The Job that controls it.
    pub(crate) job: Option<Uid>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) started: Option<Timestamp>,
    pub(crate) containers: Vec<ContainerProgress>,
}

/// A container of a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContainerProgress {
    pub(crate) name: String,
    /// How many instances came before the present one.
    pub(crate) restart_count: u32,
    pub(crate) state: ContainerState,
}

/// Where a container is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ContainerState {
    Waiting {
        reason: String,
        message: String,
    },
    Running,
    Terminated {
        exit_code: i32,
        reason: String,
        finished: Option<Timestamp>,
    },
}

impl View for JobProgress {
    type Object = batch::Job;

    fn of(job: &Arc<batch::Job>) -> Self {
        let status = job.status.clone().unwrap_or_default();
        let condition = |wanted: &str| {
            status
                .conditions
                .iter()
                .flatten()
                .find(|one| one.type_ == wanted && one.status == "True")
        };
        let failed = condition("Failed");
        let outcome = if condition("Complete").is_some() {
            Some(Outcome::Complete)
        } else {
            failed.map(|failed| Outcome::Failed {
                reason: failed.reason.clone().unwrap_or_default(),
                message: failed.message.clone().unwrap_or_default(),
            })
        };
        let failed_at = failed.and_then(|failed| failed.last_transition_time.as_ref());
        Self {
            key: job.key(),
            uid: job.uid(),
            outcome,
            active: status.active.unwrap_or(0),
            succeeded: status.succeeded.unwrap_or(0),
            failed: status.failed.unwrap_or(0),
            completions: job.spec.as_ref().and_then(|spec| spec.completions),
            started: status.start_time.as_ref().map(|time| time.0),
            finished: status
                .completion_time
                .as_ref()
                .or(failed_at)
                .map(|time| time.0),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

impl View for PodProgress {
    type Object = core::Pod;

    fn of(pod: &Arc<core::Pod>) -> Self {
        let status = pod.status.clone().unwrap_or_default();
        let outcome = match status.phase.as_deref() {
            Some("Succeeded") => Some(Outcome::Complete),
            Some("Failed") => Some(Outcome::Failed {
                reason: status.reason.clone().unwrap_or_default(),
                message: status.message.clone().unwrap_or_default(),
            }),
            _ => None,
        };
        let init = status.init_container_statuses.iter().flatten();
        let containers = init
            .chain(status.container_statuses.iter().flatten())
            .map(ContainerProgress::of)
            .collect();
        let controller = pod
            .metadata
            .owner_references
            .iter()
            .flatten()
            .find(|owner| owner.controller == Some(true));
        Self {
            key: pod.key(),
            uid: pod.uid(),
            job: controller.map(|owner| owner.uid.as_str().into()),
            outcome,
            started: status.start_time.as_ref().map(|time| time.0),
            containers,
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

impl ContainerProgress {
    fn of(status: &core::ContainerStatus) -> Self {
        let state = status.state.clone().unwrap_or_default();
        let state = if let Some(terminated) = state.terminated {
            ContainerState::Terminated {
                exit_code: terminated.exit_code,
                reason: terminated.reason.unwrap_or_default(),
                finished: terminated.finished_at.map(|time| time.0),
            }
        } else if state.running.is_some() {
            ContainerState::Running
        } else {
            let waiting = state.waiting.unwrap_or_default();
            ContainerState::Waiting {
                reason: waiting.reason.unwrap_or_default(),
                message: waiting.message.unwrap_or_default(),
            }
        };
        Self {
            name: status.name.clone(),
            restart_count: status.restart_count.try_into().unwrap_or(0),
            state,
        }
    }
}

/// An Event that says why nothing goes on.
#[derive(Debug)]
pub(crate) struct WarningEvent {
    key: ObjectKey,
    /// The uid of the object it is about.
    pub(crate) about: Uid,
    /// `pod/big: FailedScheduling: 0/1 nodes are available: ...`
    pub(crate) text: String,
    /// Whether neither a container's state nor the summary says the same.
    pub(crate) is_told_nowhere_else: bool,
}

impl View for WarningEvent {
    type Object = core::Event;

    fn of(event: &Arc<core::Event>) -> Self {
        let about = &event.involved_object;
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let (kind, name, reason) = (text(&about.kind), text(&about.name), text(&event.reason));
        let what = super::summary::name(
            &kind.to_lowercase(),
            &ObjectKey::new(&text(&about.namespace), &name),
        );
        Self {
            key: event.key(),
            about: text(&about.uid).as_str().into(),
            text: format!("{what}: {reason}: {}", text(&event.message)),
            is_told_nowhere_else: matches!(
                reason.as_str(),
                "FailedScheduling" | "FailedMount" | "FailedCreatePodSandBox" | "FailedCreate"
            ),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

/// Everything that `run` started, and how far it is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The Jobs of the manifests, by uid.
    pub(crate) jobs: BTreeMap<Uid, Option<Arc<JobProgress>>>,
    /// The bare Pods of the manifests, by uid.
    pub(crate) bare_pods: BTreeMap<Uid, Option<Arc<PodProgress>>>,
    /// All Pods of both.
    pub(crate) pods: BTreeMap<Uid, Arc<PodProgress>>,
    /// Those of them that nobody has looked at since they changed.
    pub(super) news: BTreeMap<Uid, Arc<PodProgress>>,
}

impl Progress {
    /// Takes in a Job; others than ours are ignored.
    pub(crate) fn see_job(&mut self, job: Arc<JobProgress>) {
        if let Some(slot) = self.jobs.get_mut(&job.uid) {
            *slot = Some(job);
        }
    }

    /// Takes in a Pod, and says whether it is ours.
    pub(crate) fn see_pod(&mut self, pod: Arc<PodProgress>) -> bool {
        if let Some(slot) = self.bare_pods.get_mut(&pod.uid) {
            *slot = Some(pod.clone());
        } else if !pod
            .job
            .as_ref()
            .is_some_and(|job| self.jobs.contains_key(job))
        {
            return false;
        }
        self.news.insert(pod.uid.clone(), pod.clone());
        self.pods.insert(pod.uid.clone(), pod);
        true
    }

    /// The Pods that changed since the last call: what a change costs must not
    /// grow with the number of Pods.
    pub(crate) fn take_news(&mut self) -> BTreeMap<Uid, Arc<PodProgress>> {
        std::mem::take(&mut self.news)
    }

    /// Whether this is the uid of one of our Jobs or Pods.
    pub(crate) fn is_ours(&self, uid: &Uid) -> bool {
        self.jobs.contains_key(uid)
            || self.bare_pods.contains_key(uid)
            || self.pods.contains_key(uid)
    }

    /// Whether every Job and every bare Pod has ended.
    pub(crate) fn is_over(&self) -> bool {
        let job_over =
            |job: &Option<Arc<JobProgress>>| job.as_ref().is_some_and(|job| job.outcome.is_some());
        let pod_over =
            |pod: &Option<Arc<PodProgress>>| pod.as_ref().is_some_and(|pod| pod.outcome.is_some());
        self.jobs.values().all(job_over) && self.bare_pods.values().all(pod_over)
    }

    /// Whether all that ended was complete.
    pub(crate) fn all_complete(&self) -> bool {
        let jobs = self.jobs.values().flatten().map(|job| &job.outcome);
        let pods = self.bare_pods.values().flatten().map(|pod| &pod.outcome);
        jobs.chain(pods)
            .all(|outcome| *outcome == Some(Outcome::Complete))
    }

    /// The Pods of a Job, or the bare Pod itself, oldest start first.
    pub(crate) fn pods_of(&self, owner: &Uid) -> Vec<&Arc<PodProgress>> {
        let mut found: Vec<_> = self
            .pods
            .values()
            .filter(|pod| pod.job.as_ref() == Some(owner) || pod.uid == *owner)
            .collect();
        found.sort_by_key(|pod| (pod.started, pod.key.clone()));
        found
    }
}
