//! People and their programs, and all that strikes by itself at any moment.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use jobyard_api::{
    Object, ObjectKey, batch, core, meta::ObjectMeta, well_known::JOB_TRACKING_FINALIZER,
};
use jobyard_cluster::{Deletion, MetadataEdit, Propagation};
use rand::{Rng, seq::IndexedRandom};

use crate::{
    fault::Fault,
    history::Author,
    kubelet::{is_terminal, phase},
    manifest,
    world::{Order, World},
};

/// The faults that come by themselves, at times drawn by their rate.
const BY_THEMSELVES: &[Fault] = &[
    Fault::Crash,
    Fault::ClockJump,
    Fault::Quota,
    Fault::JobTouched,
    Fault::PodTouched,
    Fault::PodFlips,
    Fault::ReadyFlips,
    Fault::PodDeleted,
    Fault::PodVanishes,
    Fault::PodEvicted,
    Fault::FinalizerStripped,
    Fault::LabelsStripped,
    Fault::OwnerStripped,
    Fault::NodeLost,
    Fault::NamespaceTerminated,
    Fault::JobDeleted,
    Fault::JobDeletedForeground,
    Fault::JobOrphans,
    Fault::SuspendEdited,
    Fault::ParallelismEdited,
    Fault::CompletionsEdited,
    Fault::LimitsEdited,
    Fault::OrphansToAdopt,
];

/// Most seconds that the controller's clock is off.
const CLOCK_OFF_MAX: i64 = 240;

impl World {
    /// Begins with what users want, and with what disturbs it.
    pub(crate) fn begin_users(&mut self) {
        let jobs = [1, 2, 2, 3, 4][self.chance.random_range(0..5)];
        for name in ["a", "b", "c", "d"].into_iter().take(jobs) {
            let delay = self.up_to(20_000);
            self.after(delay, move |world| world.create_job(name));
        }
        for fault in BY_THEMSELVES {
            self.next_disturbance(*fault);
        }
    }

    fn create_job(&mut self, name: &str) {
        let is_managed_by_others = self.strikes(Fault::ManagedByOthers);
        // What breaks rules is refused; the next one may not.
        for _ in 0..8 {
            let job = manifest::job(&mut self.chance, name, is_managed_by_others);
            match self.server.create(Author::User.into(), job) {
                Ok(_) => return,
                Err(error) => self.tell(|| format!("       Job {name} is refused: {error}")),
            }
        }
    }

    fn next_disturbance(&mut self, fault: Fault) {
        let rate = self.character.odds(fault);
        if rate <= 0.0 {
            return;
        }
        let share: f64 = self.chance.random_range(0.001..1.0);
        let wait = Duration::from_secs_f64(-share.ln() * 100.0 / rate);
        self.after(wait, move |world| {
            if world.is_calm {
                return;
            }
            if world.disturb(fault) {
                world.statistics.happened(fault);
                world.tell(|| format!("       ({fault:?})"));
            }
            world.next_disturbance(fault);
        });
    }

    fn some_pod(&mut self, is_meant: impl Fn(&core::Pod) -> bool) -> Option<Arc<core::Pod>> {
        let pods = self.server.pods.all().map(|(_, pod)| pod);
        let pods: Vec<_> = pods.filter(|pod| is_meant(pod)).collect();
        pods.choose(&mut self.chance).map(|pod| (*pod).clone())
    }

    fn some_job(&mut self) -> Option<Arc<batch::Job>> {
        let jobs: Vec<_> = self.server.jobs.all().map(|(_, job)| job).collect();
        jobs.choose(&mut self.chance).map(|job| (*job).clone())
    }

    /// Whether it could happen.
    fn disturb(&mut self, fault: Fault) -> bool {
        match fault {
            Fault::Crash => self.order = Some(Order::Die),
            Fault::ClockJump => {
                let seconds = self.chance.random_range(-CLOCK_OFF_MAX..=CLOCK_OFF_MAX);
                self.tell(|| format!("       the controller's clock is {seconds} s ahead"));
                self.mind.set_offset(SignedDuration::from_secs(seconds));
            }
            Fault::Quota => {
                self.quota_is_used_up = true;
                let until = self.between(1_000, 40_000);
                self.after(until, |world| world.quota_is_used_up = false);
            }
            Fault::NodeLost => return self.lose_node(),
            Fault::NamespaceTerminated => {
                self.server.terminate_namespace("default");
                self.empty_namespace();
            }
            Fault::OrphansToAdopt => return self.create_orphan(),
            Fault::JobTouched => {
                let word = self.chance.random_range(0..1000).to_string();
                return self.edit_job(|metadata, _| touch(metadata, word));
            }
            Fault::JobDeleted => return self.delete_job(Propagation::Background),
            Fault::JobDeletedForeground => return self.delete_job(Propagation::Foreground),
            Fault::JobOrphans => return self.delete_job(Propagation::Orphan),
            Fault::SuspendEdited => {
                return self.edit_job(|_, spec| {
                    spec.suspend = Some(!spec.suspend.unwrap_or(false));
                });
            }
            Fault::ParallelismEdited => {
                let parallelism = self.chance.random_range(0..=8);
                return self.edit_job(|_, spec| spec.parallelism = Some(parallelism));
            }
            Fault::CompletionsEdited => {
                let completions = self.chance.random_range(0..=12);
                return self.edit_job(|_, spec| {
                    spec.completions = Some(completions);
                    spec.parallelism = Some(completions);
                });
            }
            Fault::LimitsEdited => return self.edit_limits(),
            Fault::PodTouched
            | Fault::PodFlips
            | Fault::ReadyFlips
            | Fault::PodDeleted
            | Fault::PodVanishes
            | Fault::PodEvicted
            | Fault::FinalizerStripped
            | Fault::LabelsStripped
            | Fault::OwnerStripped => return self.disturb_pod(fault),
            Fault::WatchDelayed
            | Fault::WatchInPieces
            | Fault::WatchBroken
            | Fault::ListSlow
            | Fault::AnswerLost
            | Fault::RequestLost
            | Fault::RequestSlow
            | Fault::Unavailable
            | Fault::CrashAfterWrite
            | Fault::JobRecreated
            | Fault::ManagedByOthers => return false,
        }
        true
    }

    fn disturb_pod(&mut self, fault: Fault) -> bool {
        let needs_running = matches!(fault, Fault::PodFlips | Fault::ReadyFlips);
        let is_meant = |pod: &core::Pod| {
            if needs_running {
                phase(pod) == "Running"
            } else {
                // What has ended is looked at less often.
                !is_terminal(pod) || pod.metadata.finalizers.is_some()
            }
        };
        let Some(pod) = self.some_pod(is_meant) else {
            return false;
        };
        let (key, uid) = (pod.key(), pod.uid());
        match fault {
            Fault::PodFlips => {
                let phase = ["Pending", "Unknown"][self.chance.random_range(0..2)];
                self.write_pod_status(Author::Node, &key, &uid, |status, _| {
                    status.phase = Some(phase.to_owned());
                });
            }
            Fault::ReadyFlips => {
                let is_ready = self.chance.random();
                self.set_ready(&key, &uid, is_ready);
            }
            Fault::PodDeleted => self.delete_pod(Author::User, &key, &uid, None),
            Fault::PodEvicted => {
                self.disrupt(Author::User, &pod, "EvictionByEvictionAPI");
                self.delete_pod(Author::User, &key, &uid, None);
            }
            Fault::PodVanishes => {
                self.delete_pod(Author::User, &key, &uid, Some(0));
                self.strip_finalizer(&key);
            }
            Fault::FinalizerStripped => self.strip_finalizer(&key),
            Fault::OwnerStripped => {
                let owners = pod.metadata.owner_references.as_ref();
                let Some(owner) = owners.and_then(|owners| owners.first()) else {
                    return false;
                };
                let edit = MetadataEdit::Release {
                    owner: owner.uid.as_str().into(),
                    finalizer: None,
                };
                let asker = Author::User.into();
                let _ = self
                    .server
                    .edit_metadata::<core::Pod>(asker, &key, &uid, &edit);
            }
            Fault::LabelsStripped => {
                let mut pod = core::Pod::clone(&pod);
                pod.metadata.labels = None;
                return self.server.update(Author::User.into(), pod).is_ok();
            }
            _ => {
                let word = self.chance.random_range(0..1000).to_string();
                let mut pod = core::Pod::clone(&pod);
                touch(&mut pod.metadata, word);
                return self.server.update(Author::User.into(), pod).is_ok();
            }
        }
        true
    }

    fn strip_finalizer(&mut self, key: &ObjectKey) {
        // Gone already if nothing else held it.
        let Some(pod) = self.server.pods.get(key).cloned() else {
            return;
        };
        let edit = MetadataEdit::RemoveFinalizer(JOB_TRACKING_FINALIZER);
        let asker = Author::User.into();
        let _ = self
            .server
            .edit_metadata::<core::Pod>(asker, key, &pod.uid(), &edit);
    }

    /// Whether the edit was accepted.
    fn edit_job(&mut self, change: impl FnOnce(&mut ObjectMeta, &mut batch::JobSpec)) -> bool {
        let Some(job) = self.some_job() else {
            return false;
        };
        // While a shrink is not noticed, `/status` takes a smaller count only as
        // long as completions and parallelism are equal: with any other
        // parallelism the Job would stand still for ever, as upstream's does.
        let succeeded = job.status.as_ref().and_then(|status| status.succeeded);
        let completions = job.spec.as_ref().and_then(|spec| spec.completions);
        if completions.is_some_and(|completions| succeeded.unwrap_or(0) > completions) {
            return false;
        }
        let mut edited = batch::Job::clone(&job);
        change(&mut edited.metadata, edited.spec.get_or_insert_default());
        if edited == *job {
            return false;
        }
        match self.server.update(Author::User.into(), edited) {
            Ok(_) => true,
            Err(error) => {
                self.tell(|| format!("       edit of {} is refused: {error}", job.key()));
                false
            }
        }
    }

    fn edit_limits(&mut self) -> bool {
        let (which, small, seconds) = (
            self.chance.random_range(0..3),
            self.chance.random_range(0..8),
            self.chance.random_range(1..200),
        );
        self.edit_job(|_, spec| match which {
            0 => spec.backoff_limit = Some(small),
            1 => spec.active_deadline_seconds = Some(seconds),
            _ => {
                if spec.max_failed_indexes.is_some() {
                    spec.max_failed_indexes = Some(small);
                }
            }
        })
    }

    fn delete_job(&mut self, propagation: Propagation) -> bool {
        let Some(job) = self.some_job() else {
            return false;
        };
        let key = job.key();
        let options = Deletion {
            propagation: Some(propagation),
            ..Deletion::default()
        };
        let asker = Author::User.into();
        if self
            .server
            .delete::<batch::Job>(asker, &key, &options)
            .is_err()
        {
            return false;
        }
        if self.strikes(Fault::JobRecreated) {
            let delay = self.up_to(30_000);
            let name = key.name;
            self.after(delay, move |world| world.create_job(&name));
        }
        true
    }

    /// A Pod without owner that a Job's selector matches.
    fn create_orphan(&mut self) -> bool {
        let Some(job) = self.some_job() else {
            return false;
        };
        let Some(spec) = &job.spec else {
            return false;
        };
        let template = spec.template.metadata.as_ref();
        let name = format!("orphan-{:x}", self.chance.random::<u32>());
        let restart_policy = spec
            .template
            .spec
            .as_ref()
            .and_then(|spec| spec.restart_policy.as_deref())
            .unwrap_or("Never");
        let pod = core::Pod {
            metadata: ObjectMeta {
                name: Some(name),
                namespace: job.metadata.namespace.clone(),
                labels: template.and_then(|template| template.labels.clone()),
                ..ObjectMeta::default()
            },
            spec: Some(manifest::pod_spec(restart_policy, 5)),
            status: None,
        };
        self.server.create(Author::User.into(), pod).is_ok()
    }

    /// The namespace controller: again until nothing is left.
    fn empty_namespace(&mut self) {
        for key in self.job_keys() {
            let options = Deletion {
                propagation: Some(Propagation::Background),
                ..Deletion::default()
            };
            let asker = Author::GarbageCollector.into();
            let _ = self.server.delete::<batch::Job>(asker, &key, &options);
        }
        let keys = self.pod_keys();
        let is_empty = keys.is_empty();
        for key in keys {
            let Some(pod) = self.server.pods.get(&key).cloned() else {
                continue;
            };
            if pod.metadata.deletion_timestamp.is_none() {
                self.delete_pod(Author::GarbageCollector, &key, &pod.uid(), None);
            }
        }
        if !is_empty {
            self.after(Duration::from_secs(5), Self::empty_namespace);
        }
    }
}

fn touch(metadata: &mut ObjectMeta, word: String) {
    let labels = metadata.labels.get_or_insert_default();
    labels.insert("touched".to_owned(), word);
}
