//! What users and nodes do to the world.

use std::sync::Arc;

use jobyard_api::{
    batch,
    core::{
        ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStatus, Pod,
        PodCondition,
    },
    meta::Time,
};

use super::{World, start, words::apply_words};

impl World {
    /// Moves the clock to this many seconds after the start.
    pub(in crate::job::tests) fn at(&mut self, seconds: i64) -> &mut Self {
        let then = start() + jiff::SignedDuration::from_secs(seconds);
        assert!(then >= self.now, "time does not go back");
        self.now = then;
        self
    }

    /// Somebody sets the clock back.
    pub(in crate::job::tests) fn clock_back_at(&mut self, seconds: i64) -> &mut Self {
        self.now = start() + jiff::SignedDuration::from_secs(seconds);
        self
    }

    pub(in crate::job::tests) fn patch(&mut self, words: &str) -> &mut Self {
        apply_words(&mut self.job, words);
        *self.job.metadata.generation.get_or_insert(0) += 1;
        self.job_revision = self.next_revision();
        self
    }

    pub(in crate::job::tests) fn change_job(
        &mut self,
        change: impl FnOnce(&mut batch::Job),
    ) -> &mut Self {
        change(&mut self.job);
        self.job_revision = self.next_revision();
        self
    }

    /// Puts a Pod there that the controller did not create.
    pub(in crate::job::tests) fn add_pod(&mut self, pod: Pod) -> usize {
        let number = self.names.len();
        let mut pod = pod;
        let name = format!("{}{number:05}", pod.metadata.name.unwrap_or_default());
        pod.metadata.uid = Some(name.clone());
        pod.metadata.name = Some(name.clone());
        pod.metadata.namespace = Some("default".to_owned());
        pod.metadata.creation_timestamp = Some(Time(self.now));
        self.names.push(name.clone());
        self.pods.insert(name, Arc::new(pod));
        self.pods_revision = self.next_revision();
        number
    }

    /// A copy of a Pod, as a race would leave it.
    pub(in crate::job::tests) fn duplicate(&mut self, pod: usize) -> usize {
        let mut copy = self.stored_pod(pod).clone();
        copy.metadata.name = Some("copy-".to_owned());
        self.add_pod(copy)
    }

    pub(in crate::job::tests) fn change_pod(
        &mut self,
        pod: usize,
        change: impl FnOnce(&mut Pod),
    ) -> &mut Self {
        let name = self.name(pod);
        change(self.stored_mut(&name).expect("the Pod was found"));
        self.pods_revision = self.next_revision();
        self.remove_if_released(&name);
        self
    }

    pub(in crate::job::tests) fn strip_finalizer(&mut self, pod: usize) -> &mut Self {
        self.change_pod(pod, |pod| pod.metadata.finalizers = None)
    }

    pub(in crate::job::tests) fn delete_pod(&mut self, pod: usize) -> &mut Self {
        let name = self.name(pod);
        self.request_deletion(&name);
        self
    }

    // What nodes do.

    pub(in crate::job::tests) fn schedule(&mut self, pod: usize) -> &mut Self {
        self.change_pod(pod, |pod| {
            pod.spec.get_or_insert_default().node_name = Some("node".to_owned());
        })
    }

    pub(in crate::job::tests) fn run(&mut self, pod: usize) -> &mut Self {
        let now = self.now;
        self.schedule(pod).change_pod(pod, |pod| {
            let status = pod.status.get_or_insert_default();
            status.phase = Some("Running".to_owned());
            status.container_statuses = Some(vec![ContainerStatus {
                name: "main".to_owned(),
                state: Some(ContainerState {
                    running: Some(ContainerStateRunning {
                        started_at: Some(Time(now)),
                    }),
                    ..ContainerState::default()
                }),
                ..ContainerStatus::default()
            }]);
        })
    }

    pub(in crate::job::tests) fn ready(&mut self, pod: usize) -> &mut Self {
        self.run(pod).condition(pod, "Ready", "True")
    }

    pub(in crate::job::tests) fn condition(
        &mut self,
        pod: usize,
        condition: &str,
        status: &str,
    ) -> &mut Self {
        let now = self.now;
        self.change_pod(pod, |pod| {
            let conditions = pod
                .status
                .get_or_insert_default()
                .conditions
                .get_or_insert_default();
            conditions.retain(|found| found.type_ != condition);
            conditions.push(PodCondition {
                type_: condition.to_owned(),
                status: status.to_owned(),
                last_transition_time: Some(Time(now)),
                ..PodCondition::default()
            });
        })
    }

    pub(in crate::job::tests) fn restarts(&mut self, pod: usize, count: i32) -> &mut Self {
        self.change_pod(pod, |pod| {
            let status = pod.status.get_or_insert_default();
            for container in status.container_statuses.iter_mut().flatten() {
                container.restart_count = count;
            }
        })
    }

    /// The Pod's only container ends with this code.
    pub(in crate::job::tests) fn exits(&mut self, pod: usize, exit_code: i32) -> &mut Self {
        let now = self.now;
        self.run(pod)
            .condition(pod, "Ready", "False")
            .change_pod(pod, |pod| {
                let status = pod.status.get_or_insert_default();
                let phase = if exit_code == 0 {
                    "Succeeded"
                } else {
                    "Failed"
                };
                status.phase = Some(phase.to_owned());
                for container in status.container_statuses.iter_mut().flatten() {
                    container.state = Some(ContainerState {
                        terminated: Some(ContainerStateTerminated {
                            exit_code,
                            finished_at: Some(Time(now)),
                            ..ContainerStateTerminated::default()
                        }),
                        ..ContainerState::default()
                    });
                }
            })
    }

    pub(in crate::job::tests) fn succeeds(&mut self, pod: usize) -> &mut Self {
        self.exits(pod, 0)
    }

    pub(in crate::job::tests) fn fails(&mut self, pod: usize) -> &mut Self {
        self.exits(pod, 1)
    }

    /// The node ends every Pod that is being deleted: killed if it was running,
    /// and gone unless a finalizer keeps it.
    pub(in crate::job::tests) fn end_terminating(&mut self) -> &mut Self {
        for name in self.pods.keys().cloned().collect::<Vec<_>>() {
            let pod = self.stored_mut(&name).expect("a key of the map");
            if pod.metadata.deletion_timestamp.is_none() {
                continue;
            }
            let status = pod.status.get_or_insert_default();
            if !matches!(status.phase.as_deref(), Some("Succeeded" | "Failed")) {
                status.phase = Some("Failed".to_owned());
            }
            pod.metadata.deletion_grace_period_seconds = Some(0);
            self.remove_if_released(&name);
        }
        self.pods_revision = self.next_revision();
        self
    }
}
