//! What the agent asks of whatever runs containers.
//!
//! The words are those of `jobyard-runtime`; the seam is here because there are
//! two implementations: that one, with real processes, and [`crate::fake`],
//! with none.

use std::{future::Future, path::PathBuf};

use jobyard_runtime::{
    ContainerSpec, Events, PodSandboxSpec, RecoveredPod, Runtime, RuntimeError, RuntimeEvent,
    StartError, Started,
};

/// Runs Pods. Clones are the same runtime.
pub trait PodRuntime: Clone + Send + Sync + 'static {
    /// Finds what an earlier agent left. Asked once, before anything else.
    fn recover(&self) -> impl Future<Output = Result<Vec<RecoveredPod>, RuntimeError>> + Send;

    /// Makes the Pod's sandbox.
    fn create_pod(
        &self,
        spec: PodSandboxSpec,
    ) -> impl Future<Output = Result<(), RuntimeError>> + Send;

    /// Starts one attempt of one container; the same attempt at most once for all time.
    fn start_container(
        &self,
        pod_uid: &str,
        spec: ContainerSpec,
    ) -> impl Future<Output = Result<Started, StartError>> + Send;

    /// Sends a signal to the first process of a container.
    fn signal(
        &self,
        pod_uid: &str,
        container: &str,
        signal: i32,
    ) -> impl Future<Output = Result<(), RuntimeError>> + Send;

    /// Kills all processes of a container.
    fn kill(
        &self,
        pod_uid: &str,
        container: &str,
    ) -> impl Future<Output = Result<(), RuntimeError>> + Send;

    /// Forgets a finished attempt. Its log stays.
    fn remove_container(
        &self,
        pod_uid: &str,
        container: &str,
        attempt: u32,
    ) -> impl Future<Output = Result<(), RuntimeError>> + Send;

    /// Ends and forgets a Pod. One that is not there is a success.
    fn remove_pod(&self, pod_uid: &str) -> impl Future<Output = Result<(), RuntimeError>> + Send;

    /// The folder for files that go with the Pod; there from [`PodRuntime::create_pod`] on.
    fn volumes_dir(&self, pod_uid: &str) -> PathBuf;
}

/// What happens to containers, in order.
pub trait RuntimeEvents: Send + 'static {
    /// The next event; `None` when the runtime is gone. Cancel-safe.
    fn next(&mut self) -> impl Future<Output = Option<RuntimeEvent>> + Send;
}

impl PodRuntime for Runtime {
    async fn recover(&self) -> Result<Vec<RecoveredPod>, RuntimeError> {
        Runtime::recover(self).await
    }

    async fn create_pod(&self, spec: PodSandboxSpec) -> Result<(), RuntimeError> {
        Runtime::create_pod(self, spec).await
    }

    async fn start_container(
        &self,
        pod_uid: &str,
        spec: ContainerSpec,
    ) -> Result<Started, StartError> {
        Runtime::start_container(self, pod_uid, spec).await
    }

    async fn signal(
        &self,
        pod_uid: &str,
        container: &str,
        signal: i32,
    ) -> Result<(), RuntimeError> {
        Runtime::signal(self, pod_uid, container, signal).await
    }

    async fn kill(&self, pod_uid: &str, container: &str) -> Result<(), RuntimeError> {
        Runtime::kill(self, pod_uid, container).await
    }

    async fn remove_container(
        &self,
        pod_uid: &str,
        container: &str,
        attempt: u32,
    ) -> Result<(), RuntimeError> {
        Runtime::remove_container(self, pod_uid, container, attempt).await
    }

    async fn remove_pod(&self, pod_uid: &str) -> Result<(), RuntimeError> {
        Runtime::remove_pod(self, pod_uid).await
    }

    fn volumes_dir(&self, pod_uid: &str) -> PathBuf {
        Runtime::volumes_dir(self, pod_uid)
    }
}

impl RuntimeEvents for Events {
    async fn next(&mut self) -> Option<RuntimeEvent> {
        Events::next(self).await
    }
}
