//! The worker's hands: making the sandbox and starting containers.
//!
//! Every way a start can fail ends in [`Observed`](jobyard_decide::pod::Observed),
//! where the next decision finds it, and in an event.

use std::{collections::BTreeSet, fs, sync::Arc};

use jobyard_api::{Object, ObjectKey, core, well_known::RUNTIME_CLASS_HOST};
use jobyard_cluster::{Cluster, ClusterError};
use jobyard_decide::pod::{
    Attempt, AttemptState, Backoff, ContainerLife, Held, HeldReason, Sandbox, event,
};
use jobyard_runtime::{ContainerSpec, RuntimeError, StartError, Started};
use tokio::task;

use super::{
    container_spec::{StartContext, container_spec},
    downward::NodeFacts,
    environment::{self, SourceData, SourceKind, Sources},
    host_files, image, recovery,
    sandbox::sandbox_spec,
    termination,
    worker::Worker,
};
use crate::{
    config::{NodeConfig, RuntimeKind},
    logs,
    registration::allocatable_memory_bytes,
    runtime::PodRuntime,
    volume,
};

/// A step that failed, as the decision will see it.
type Failure = (HeldReason, String);

impl<C: Cluster, R: PodRuntime> Worker<C, R> {
    pub(super) async fn prepare_sandbox(&mut self) {
        // Only what ran before has seen another sandbox.
        if self
            .observed
            .containers
            .values()
            .any(|container| container.attempt.is_some())
        {
            self.record(event::sandbox_changed());
        }
        match self.make_sandbox().await {
            Ok(()) => {
                self.observed.on_sandbox_made();
                self.observed.pod_ip = Some(self.shared.config.address.clone());
            }
            Err(message) => {
                let failures = match &self.observed.sandbox {
                    Sandbox::Failed(held) => held.failures + 1,
                    Sandbox::Absent | Sandbox::Ready | Sandbox::Lost | Sandbox::Removed => 1,
                };
                let since = self.shared.config.clock.now();
                self.observed.sandbox = Sandbox::Failed(Held {
                    reason: HeldReason::Sandbox,
                    message,
                    since,
                    failures,
                });
            }
        }
    }

    async fn make_sandbox(&mut self) -> Result<(), String> {
        let uid = self.uid().clone();
        if self.observed.sandbox == Sandbox::Lost {
            self.volumes = None;
            let removed = self.shared.runtime.remove_pod(uid.as_str()).await;
            removed.map_err(|error| self.sandbox_failed(&error.to_string()))?;
        }
        let config = &self.shared.config;
        let (hostname, domain) =
            host_files::hostname(&self.pod, &config.name, &config.cluster_domain);
        let spec = sandbox_spec(&self.pod, &self.life, &hostname, config.pod_pids_max);
        match self.shared.runtime.create_pod(spec).await {
            // Made by an earlier try whose volumes failed.
            Ok(()) | Err(RuntimeError::PodExists { .. }) => {}
            Err(error) => return Err(self.sandbox_failed(&chain(&error))),
        }
        let (pod, folders, pod_ip) = (
            self.pod.clone(),
            self.folders.clone(),
            config.address.clone(),
        );
        blocking(move || folders.write_etc(&pod, &pod_ip, (&hostname, domain.as_deref())))
            .await
            .map_err(|error| self.sandbox_failed(&error.to_string()))?;
        self.make_volumes().await
    }

    fn sandbox_failed(&self, message: &str) -> String {
        self.record(event::failed_create_sandbox(message));
        message.to_owned()
    }

    async fn make_volumes(&mut self) -> Result<(), String> {
        let named = self
            .pod
            .spec
            .as_ref()
            .map(volume::sources)
            .unwrap_or_default();
        let sources = self.read_sources(named).await?;
        let (pod, folder, config) = (
            self.pod.clone(),
            self.folders.volumes(),
            self.shared.config.clone(),
        );
        let made =
            blocking(move || volume::make(&pod, &folder, &sources, &node_facts(&config))).await;
        match made {
            Ok(volumes) => {
                self.volumes = Some(volumes);
                Ok(())
            }
            Err(failure) => {
                self.record(event::failed_mount(failure.to_string()));
                Err(failure.to_string())
            }
        }
    }

    /// Starts one attempt, or notes why it was not started.
    pub(super) async fn start(&mut self, name: &str, attempt: u32, backoff: Option<Backoff>) {
        let Some((container, life)) = self.find(name) else {
            return;
        };
        match self.ready_to_start(&container, &life, attempt).await {
            Ok(spec) => self.start_process(&life, spec, backoff).await,
            Err((reason, message)) => self.held(&life, reason, message),
        }
    }

    fn find(&self, name: &str) -> Option<(core::Container, ContainerLife)> {
        let spec = self.pod.spec.as_ref()?;
        let mut containers = spec
            .containers
            .iter()
            .chain(spec.init_containers.iter().flatten());
        let container = containers.find(|container| container.name == name)?;
        let life = self
            .life
            .all_containers()
            .find(|container| container.name == name)?;
        Some((container.clone(), life.clone()))
    }

    /// Image, volumes, environment, user and files: all before a process is made.
    async fn ready_to_start(
        &mut self,
        container: &core::Container,
        life: &ContainerLife,
        attempt: u32,
    ) -> Result<ContainerSpec, Failure> {
        self.settle_image(container, life, attempt)?;
        if self.volumes.is_none() {
            // Picked up from an earlier agent, whose volumes are still there.
            self.make_volumes()
                .await
                .map_err(|message| (HeldReason::ContainerConfig, message))?;
        }
        let sources = self
            .read_sources(environment::sources(container))
            .await
            .map_err(|message| (HeldReason::ContainerConfig, message))?;
        let volumes = self.volumes.clone().unwrap_or_default();
        let (pod, folders, shared) = (self.pod.clone(), self.folders.clone(), self.shared.clone());
        let container = container.clone();
        blocking(move || {
            let create = |error: std::io::Error| (HeldReason::CreateContainer, error.to_string());
            let config = &shared.config;
            let log_path = shared
                .logs
                .file(&pod.key(), &pod.uid(), &container.name, attempt);
            if let Some(folder) = log_path.parent() {
                fs::create_dir_all(folder).map_err(create)?;
            }
            let termination_log = folders
                .make_termination_log(&container.name, attempt)
                .map_err(create)?;
            let (hostname, _) = host_files::hostname(&pod, &config.name, &config.cluster_domain);
            let context = StartContext {
                pod: &pod,
                attempt,
                facts: node_facts(config),
                hostname: &hostname,
                services: &config.service_env,
                sources: &sources,
                volumes: &volumes,
                etc: &folders.etc(),
                termination_log: &termination_log,
                log_path: &log_path,
                default_user: config.default_user,
                pod_pids_max: config.pod_pids_max,
                passwd: &fs::read_to_string("/etc/passwd").unwrap_or_default(),
            };
            container_spec(&container, &context)
                .map_err(|message| (HeldReason::ContainerConfig, message))
        })
        .await
    }

    fn settle_image(
        &self,
        container: &core::Container,
        life: &ContainerLife,
        attempt: u32,
    ) -> Result<(), Failure> {
        let class = self
            .pod
            .spec
            .as_ref()
            .and_then(|spec| spec.runtime_class_name.as_deref());
        let kind = match class {
            None | Some("") => self.shared.config.default_runtime,
            Some(RUNTIME_CLASS_HOST) => RuntimeKind::Host,
            Some(other) => {
                let message =
                    format!("no runtime for RuntimeClass \"{other}\" is configured on this node");
                return Err((HeldReason::CreateContainer, message));
            }
        };
        match kind {
            RuntimeKind::Host => {
                if attempt == 0 {
                    self.record(event::image_ignored(life));
                }
                Ok(())
            }
            RuntimeKind::Oci => {
                let (reason, message) = image::missing(container);
                if reason == HeldReason::ImagePull {
                    self.record(event::pulling(life));
                }
                Err((reason, message))
            }
        }
    }

    async fn start_process(
        &mut self,
        life: &ContainerLife,
        spec: ContainerSpec,
        backoff: Option<Backoff>,
    ) {
        let (uid, number) = (self.uid().clone(), spec.attempt);
        let id = logs::container_id(&uid, &life.name, number);
        let started = self
            .shared
            .runtime
            .start_container(uid.as_str(), spec)
            .await;
        let now = self.shared.config.clock.now();
        let state = match started {
            Ok(Started { started_at, .. }) => {
                self.record(event::created(life));
                self.record(event::started(life));
                AttemptState::Running {
                    started_at: termination::timestamp(started_at),
                }
            }
            Err(StartError::CannotRun { message }) => {
                self.record(event::created(life));
                self.record(event::start_failed(life, &message));
                AttemptState::Finished(recovery::start_error(&message, id.clone(), now))
            }
            // Somebody started it and nobody saw it end. It must not run again.
            Err(StartError::StartedBefore { .. }) => {
                AttemptState::Finished(recovery::lost(id.clone()))
            }
            Err(StartError::Runtime(
                RuntimeError::PodLost { .. } | RuntimeError::UnknownPod { .. },
            )) => {
                self.on_lost();
                return;
            }
            Err(StartError::Runtime(error)) => {
                self.held(life, HeldReason::CreateContainer, chain(&error));
                return;
            }
        };
        self.begin(
            &life.name,
            Attempt {
                number,
                id,
                image_id: String::new(),
                state,
            },
        );
        if let Some(observed) = self.observed.containers.get_mut(&life.name) {
            observed.backoff = backoff.or(observed.backoff);
        }
        self.forget_old_attempt(&life.name, number).await;
    }

    /// The current attempt and the one before are kept, as upstream keeps them.
    async fn forget_old_attempt(&self, container: &str, number: u32) {
        let Some(old) = number.checked_sub(2) else {
            return;
        };
        if let Err(error) = self
            .shared
            .runtime
            .remove_container(self.uid().as_str(), container, old)
            .await
        {
            tracing::debug!(pod = %self.life.key, %error, "an old attempt was not removed; it goes with the Pod");
        }
        let log = self
            .shared
            .logs
            .file(&self.life.key, self.uid(), container, old);
        if let Err(error) = tokio::fs::remove_file(log).await {
            tracing::debug!(pod = %self.life.key, %error, "an old log was not removed; it goes with the Pod");
        }
    }

    fn held(&mut self, life: &ContainerLife, reason: HeldReason, message: String) {
        for event in event::held(life, reason, &message) {
            self.record(event);
        }
        let since = self.shared.config.clock.now();
        let observed = self
            .observed
            .containers
            .entry(life.name.clone())
            .or_default();
        let failures = observed.held.as_ref().map_or(0, |held| held.failures) + 1;
        observed.held = Some(Held {
            reason,
            message,
            since,
            failures,
        });
    }

    /// Reads ConfigMaps and Secrets; those that are not there are left out.
    async fn read_sources(&self, named: BTreeSet<(SourceKind, String)>) -> Result<Sources, String> {
        let mut sources = Sources::new();
        for (kind, name) in named {
            let key = ObjectKey::new(&self.life.key.namespace, &name);
            let found = match kind {
                SourceKind::ConfigMap => self.read::<core::ConfigMap>(&key).await,
                SourceKind::Secret => self.read::<core::Secret>(&key).await,
            };
            match found {
                Ok(data) => {
                    sources.insert((kind, name), data);
                }
                Err(ClusterError::NotFound(_)) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(sources)
    }

    async fn read<K: Object>(&self, key: &ObjectKey) -> Result<SourceData, ClusterError>
    where
        for<'a> SourceData: From<&'a K>,
    {
        let object: Arc<K> = self.shared.cluster.get_live(key).await?;
        Ok(SourceData::from(&*object))
    }
}

fn node_facts(config: &NodeConfig) -> NodeFacts<'_> {
    NodeFacts {
        host_ip: &config.address,
        // Pods share the machine's network for now, and with it its address.
        pod_ip: &config.address,
        cpu_milli: config.machine.cpu_milli,
        memory_bytes: allocatable_memory_bytes(config.machine.memory_bytes),
    }
}

/// File work, off the tasks' threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    task::spawn_blocking(work)
        .await
        .expect("file work does not panic")
}

/// An error with its causes, for users.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
