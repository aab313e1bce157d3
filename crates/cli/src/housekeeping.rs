//! What a registry needs now and then: ending namespaces emptied, old Events dropped.
//!
//! The registry has no task and no clock of its own; this is both.

use std::{sync::Arc, time::Duration};

use jobyard_api::{ObjectKey, Timestamp, core};
use jobyard_cluster::{Cluster as _, Selection, View};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_registry::{Registry, request::Context};
use tokio::{
    sync::Notify,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::yard::administrator;

/// How often an ending namespace is looked at until it is gone: its Pods end in
/// their own time.
const ENDING_NAMESPACE: Duration = Duration::from_millis(200);

/// How often Events are looked through; they live for an hour.
const OLD_EVENTS: Duration = Duration::from_secs(60);

/// A namespace, and whether it is ending.
struct Ending {
    key: ObjectKey,
    is_ending: bool,
}

impl View for Ending {
    type Object = core::Namespace;

    fn of(namespace: &Arc<core::Namespace>) -> Self {
        use jobyard_api::Object as _;
        Self {
            key: namespace.key(),
            is_ending: namespace.metadata.deletion_timestamp.is_some(),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

/// Keeps house until `shutdown`.
pub(crate) async fn run(registry: Registry, cluster: EmbeddedCluster, shutdown: CancellationToken) {
    let ending = Arc::new(Notify::new());
    let _namespaces = cluster.informer::<Ending>(Selection::default(), {
        let ending = ending.clone();
        move |change| {
            if change
                .new
                .as_ref()
                .is_some_and(|namespace| namespace.is_ending)
            {
                ending.notify_one();
            }
        }
    });
    let mut old_events = interval(OLD_EVENTS);
    old_events.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = old_events.tick() => registry.expire(Timestamp::now()),
            () = ending.notified() => match registry.empty_namespaces(&Context { user: administrator(), now: Timestamp::now() }) {
                Ok(0) => {}
                outcome => {
                    if let Err(error) = outcome {
                        tracing::warn!(%error, "emptying namespaces");
                    }
                    sleep(ENDING_NAMESPACE).await;
                    ending.notify_one();
                }
            },
        }
    }
}
