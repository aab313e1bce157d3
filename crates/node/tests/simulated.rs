//! The simulated node over the real registry, with the clock stopped.

mod yard;

use std::{path::Path, time::Duration};

use jobyard_api::{ObjectKey, coordination::Lease, core};
use jobyard_cluster::Cluster;
use jobyard_node::{
    AgentError, Clock,
    simulated::{self, Fate, Share, SimulatedNode},
};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use yard::{NODE, Yard, shown, status};

struct RunningNode {
    shutdown: CancellationToken,
    task: JoinHandle<Result<(), AgentError>>,
}

impl RunningNode {
    fn start(yard: &Yard, fate: Fate) -> Self {
        let shutdown = CancellationToken::new();
        let node = SimulatedNode {
            name: NODE.to_owned(),
            address: "10.0.0.1".to_owned(),
            pods_max: 100_000,
            fate,
            clock: yard.config.clock.clone(),
        };
        let task = simulated::run(yard.cluster.clone(), node, shutdown.clone());
        Self {
            shutdown,
            task: tokio::spawn(task),
        }
    }

    async fn end(self) {
        self.shutdown.cancel();
        let ended = self.task.await.expect("the node does not panic");
        ended.expect("the node ends in order");
    }
}

async fn world(folder: &Path) -> Yard {
    let clock = Clock::paced("2026-01-01T00:00:00Z".parse().expect("a time"));
    Yard::new(folder, clock).await
}

fn runs(seconds: u64) -> Fate {
    Fate {
        run_time: Duration::from_secs(seconds),
        ..Fate::default()
    }
}

fn fails(times: Option<u32>) -> Fate {
    Fate {
        fail_share: Share::new(1.0).expect("a share"),
        fail_times: times,
        exit_code: 42,
        ..runs(5)
    }
}

macro_rules! yard_test {
    ($name:ident, |$yard:ident| $body:block) => {
        #[tokio::test(start_paused = true)]
        async fn $name() {
            let folder = tempfile::tempdir().unwrap();
            let $yard = world(folder.path()).await;
            $body
        }
    };
}

/// How long the first container ran, as its status says.
fn seconds_run(pod: &core::Pod) -> i64 {
    let state = status(pod).state.expect("it was started");
    let ended = state.terminated.expect("it has ended");
    let since = ended.started_at.expect("it says since when");
    (ended.finished_at.expect("it says when").0 - since.0).get_seconds()
}

fn condition(pod: &core::Pod, type_: &str) -> String {
    let conditions = pod
        .status
        .iter()
        .flat_map(|status| status.conditions.iter());
    let mut conditions = conditions.flatten();
    let found = conditions.find(|found| found.type_ == type_);
    found.map(|found| found.status.clone()).unwrap_or_default()
}

yard_test!(a_pod_runs_for_its_time_and_succeeds, |yard| {
    let node = RunningNode::start(&yard, runs(60));
    yard.run("p", "Never", &["anything"]).await;
    let running = yard.until_phase("p", "Running").await;
    assert!(status(&running).ready);
    assert_eq!(condition(&running, "Ready"), "True");
    let done = yard.until_phase("p", "Succeeded").await;
    assert_eq!(shown(&done), "terminated 0 Completed");
    assert_eq!(seconds_run(&done), 60);
    assert_eq!(condition(&done, "Ready"), "False");
    assert_eq!(yard.writes("p"), 3, "created, running, ended");
    node.end().await;
});

yard_test!(a_pod_fails_with_the_code_asked_for, |yard| {
    let node = RunningNode::start(&yard, fails(None));
    yard.run("p", "Never", &["anything"]).await;
    let done = yard.until_phase("p", "Failed").await;
    assert_eq!(shown(&done), "terminated 42 Error");
    node.end().await;
});

yard_test!(
    a_container_that_fails_once_is_restarted_and_counted,
    |yard| {
        let node = RunningNode::start(&yard, fails(Some(1)));
        yard.run("p", "OnFailure", &["anything"]).await;
        let done = yard.until_phase("p", "Succeeded").await;
        let status = status(&done);
        assert_eq!(status.restart_count, 1);
        let last = status.last_state.unwrap().terminated.unwrap();
        assert_eq!(last.exit_code, 42);
        node.end().await;
    }
);

yard_test!(init_containers_come_first_and_sidecars_end_last, |yard| {
    let node = RunningNode::start(&yard, runs(5));
    let spec = json!({
        "restartPolicy": "Never",
        "initContainers": [{"name": "first"}, {"name": "beside", "restartPolicy": "Always"}],
        "containers": [{"name": "c"}],
    });
    yard.create("p", spec).await;
    let done = yard.until_phase("p", "Succeeded").await;
    let codes: Vec<_> = done
        .status
        .iter()
        .flat_map(|status| status.init_container_statuses.iter().flatten())
        .map(|status| status.state.clone().unwrap().terminated.unwrap().exit_code)
        .collect();
    assert_eq!(codes, [0, 143]);
    assert_eq!(seconds_run(&done), 5);
    node.end().await;
});

yard_test!(a_deleted_pod_ends_and_goes, |yard| {
    let node = RunningNode::start(&yard, runs(3_600));
    let metadata = json!({"finalizers": ["example.com/held"]});
    let spec = json!({"restartPolicy": "Never", "containers": [{"name": "c"}]});
    yard.create_with("held", spec, metadata).await;
    yard.run("free", "Never", &["anything"]).await;
    yard.until_phase("held", "Running").await;
    yard.until_phase("free", "Running").await;
    yard.delete("held", None).await;
    yard.delete("free", None).await;
    yard.until_gone("free").await;
    let held = yard.until_phase("held", "Failed").await;
    assert_eq!(shown(&held), "terminated 143 Error");
    node.end().await;
});

yard_test!(a_finished_pod_that_is_deleted_goes, |yard| {
    let node = RunningNode::start(&yard, runs(1));
    yard.run("p", "Never", &["anything"]).await;
    yard.until_phase("p", "Succeeded").await;
    yard.delete("p", None).await;
    yard.until_gone("p").await;
    node.end().await;
});

yard_test!(a_deadline_ends_a_pod, |yard| {
    let node = RunningNode::start(&yard, runs(3_600));
    let spec = json!({
        "restartPolicy": "Never",
        "activeDeadlineSeconds": 10,
        "containers": [{"name": "c"}],
    });
    yard.create("p", spec).await;
    let ended = yard.until_phase("p", "Failed").await;
    let reason = ended.status.as_ref().unwrap().reason.as_deref();
    assert_eq!(reason, Some("DeadlineExceeded"));
    node.end().await;
});

yard_test!(the_next_node_goes_on_with_pods_that_run, |yard| {
    let node = RunningNode::start(&yard, runs(60));
    yard.run("p", "Never", &["anything"]).await;
    let running = yard.until_phase("p", "Running").await;
    node.end().await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let node = RunningNode::start(&yard, runs(60));
    let done = yard.until_phase("p", "Succeeded").await;
    assert_eq!(status(&done).container_id, status(&running).container_id);
    assert_eq!(seconds_run(&done), 60);
    node.end().await;
});

yard_test!(the_node_says_what_it_holds_and_that_it_lives, |yard| {
    let node = RunningNode::start(&yard, runs(1));
    yard.run("p", "Never", &["anything"]).await;
    yard.until_phase("p", "Succeeded").await;
    let key = ObjectKey::new("", NODE);
    let object = yard.cluster.get_live::<core::Node>(&key).await.unwrap();
    let room = object.status.as_ref().unwrap().allocatable.clone().unwrap();
    assert_eq!(room["pods"].0, "100k");
    let key = ObjectKey::new("kube-node-lease", NODE);
    let lease = yard.cluster.get_live::<Lease>(&key).await.unwrap();
    let holder = lease.spec.as_ref().unwrap().holder_identity.as_deref();
    assert_eq!(holder, Some(NODE));
    node.end().await;
});
