//! Several candidates for one Lease: one leads, and when it goes another follows,
//! never two at a time.

use std::{sync::Arc, time::Duration};

use jobyard_api::{ObjectKey, StatusError, Timestamp, coordination};
use jobyard_cluster::{Cluster, ClusterError};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_controllers::leader_election::{Lost, Options, lead};
use jobyard_decide::leader_election::Candidate;
use parking_lot::Mutex;
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    unreliable::{Faults, Unreliable},
    world::World,
};

const SECOND: Duration = Duration::from_secs(1);
/// The defaults of the flags.
const LEASE: Duration = Duration::from_secs(15);
const DEADLINE: Duration = Duration::from_secs(10);
const RETRY: Duration = Duration::from_secs(2);
/// The longest wait between two attempts.
const RETRY_MAX: Duration = Duration::from_millis(4_400);

/// When, who, and whether it `leads` or `ended`.
type Entry = (Instant, &'static str, &'static str);

/// Who leads, and since when somebody does or nobody.
#[derive(Clone, Default)]
struct Stage {
    log: Arc<Mutex<Vec<Entry>>>,
}

impl Stage {
    fn note(&self, who: &'static str, what: &'static str) {
        self.log.lock().push((Instant::now(), who, what));
    }

    /// `a leads`, `a ended`, in their order.
    fn story(&self) -> Vec<String> {
        let log = self.log.lock();
        let line = |(_, who, what): &Entry| format!("{who} {what}");
        log.iter().map(line).collect()
    }

    fn when(&self, who: &str, what: &str) -> Instant {
        let log = self.log.lock();
        let found = log.iter().find(|entry| (entry.1, entry.2) == (who, what));
        found.unwrap_or_else(|| panic!("{who} {what}: never")).0
    }

    async fn until(&self, world: &World, who: &'static str, what: &'static str) {
        let story = format!("{who} {what}");
        world
            .until(&story.clone(), async || self.story().contains(&story))
            .await;
    }
}

/// Says that the work is over, however it ended.
struct AtEnd(Stage, &'static str);

impl Drop for AtEnd {
    fn drop(&mut self) {
        self.0.note(self.1, "ended");
    }
}

/// A process that would lead.
struct Process {
    task: JoinHandle<Result<(), Lost>>,
    shutdown: CancellationToken,
    faults: Faults,
}

impl Process {
    /// `farewell` is how long its work takes to end when asked to.
    fn start(world: &World, stage: &Stage, name: &'static str, farewell: Duration) -> Self {
        let faults = Faults::default();
        let cluster = Unreliable {
            inner: world.admin.clone(),
            faults: faults.clone(),
        };
        let shutdown = CancellationToken::new();
        let stage = stage.clone();
        let work = move |shutdown: CancellationToken| async move {
            stage.note(name, "leads");
            let _at_end = AtEnd(stage, name);
            shutdown.cancelled().await;
            tokio::time::sleep(farewell).await;
        };
        let election = lead(cluster, options(name), shutdown.clone(), work);
        Self {
            task: tokio::spawn(election),
            shutdown,
            faults,
        }
    }

    /// From now on no request of it arrives.
    fn cut_off(&self) {
        self.faults.fail(|_| {
            let status = StatusError::internal("the network is gone");
            Some(ClusterError::Unavailable(status))
        });
    }

    /// Its requests are sent, and nothing comes back.
    fn silence(&self) {
        for verb in ["get", "update", "create"] {
            self.faults.slow_down(verb, Duration::from_hours(1));
        }
    }

    async fn ended(self) -> Result<(), Lost> {
        self.task.await.unwrap()
    }
}

fn options(name: &str) -> Options {
    let candidate = Candidate {
        identity: name.into(),
        lease_duration: LEASE,
        renew_deadline: DEADLINE,
        retry_period: RETRY,
    };
    candidate.check().unwrap();
    // The wall clock of each is off by another amount, and nobody may care.
    let off = Duration::from_secs(3600 * u64::from(name.as_bytes()[0]));
    Options {
        now: Arc::new(move || Timestamp::now().checked_add(off).unwrap()),
        ..Options::new(key(), candidate, "jobyard-controller")
    }
}

fn key() -> ObjectKey {
    ObjectKey::new("kube-system", "jobyard-controller")
}

async fn lease(cluster: &EmbeddedCluster) -> coordination::LeaseSpec {
    let lease: Arc<coordination::Lease> = cluster.get_live(&key()).await.unwrap();
    lease.spec.clone().unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_first_leads_and_says_so() {
    let (world, stage) = (World::empty(), Stage::default());
    let a = Process::start(&world, &stage, "a", Duration::ZERO);
    stage.until(&world, "a", "leads").await;
    let spec = lease(&world.admin).await;
    assert_eq!(
        (
            spec.holder_identity.as_deref(),
            spec.lease_duration_seconds,
            spec.lease_transitions
        ),
        (Some("a"), Some(15), Some(0))
    );
    let events = || world.events("jobyard-controller");
    world
        .until("it is told", async || !events().is_empty())
        .await;
    let (kind, reason, message, _) = events().remove(0);
    assert_eq!(
        [&*kind, &*reason, &*message],
        ["Normal", "LeaderElection", "a became leader"]
    );
    a.shutdown.cancel();
    a.ended().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_killed_leader_is_followed_within_the_time_of_the_lease() {
    let (world, stage) = (World::empty(), Stage::default());
    let a = Process::start(&world, &stage, "a", Duration::ZERO);
    stage.until(&world, "a", "leads").await;
    let b = Process::start(&world, &stage, "b", Duration::ZERO);
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(stage.story(), ["a leads"], "renewed, the lease holds");
    let killed = Instant::now();
    a.task.abort();
    stage.until(&world, "b", "leads").await;
    let waited = stage.when("b", "leads") - killed;
    // b may have seen the last renewal up to one attempt after it was made, and
    // looks again up to one attempt after the lease has run out.
    assert!(waited + RETRY + SECOND > LEASE, "{waited:?}");
    assert!(waited <= LEASE + 2 * RETRY_MAX, "{waited:?}");
    let spec = lease(&world.admin).await;
    assert_eq!(
        (spec.holder_identity.as_deref(), spec.lease_transitions),
        (Some("b"), Some(1))
    );
    b.task.abort();
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_stops_is_followed_at_the_next_attempt() {
    let (world, stage) = (World::empty(), Stage::default());
    let a = Process::start(&world, &stage, "a", Duration::ZERO);
    stage.until(&world, "a", "leads").await;
    let b = Process::start(&world, &stage, "b", Duration::ZERO);
    tokio::time::sleep(20 * SECOND).await;
    a.shutdown.cancel();
    a.ended().await.unwrap();
    let stopped = stage.when("a", "ended");
    stage.until(&world, "b", "leads").await;
    let waited = stage.when("b", "leads") - stopped;
    assert!(waited <= RETRY_MAX + SECOND, "{waited:?}");
    b.task.abort();
}

#[tokio::test(start_paused = true)]
async fn a_released_lease_names_nobody() {
    let (world, stage) = (World::empty(), Stage::default());
    let a = Process::start(&world, &stage, "a", Duration::ZERO);
    stage.until(&world, "a", "leads").await;
    a.shutdown.cancel();
    a.ended().await.unwrap();
    let spec = lease(&world.admin).await;
    assert_eq!(
        (
            spec.holder_identity,
            spec.lease_duration_seconds,
            spec.lease_transitions
        ),
        (None, Some(1), Some(0))
    );
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_held_until_the_work_has_ended() {
    let (world, stage) = (World::empty(), Stage::default());
    let a = Process::start(&world, &stage, "a", 120 * SECOND);
    stage.until(&world, "a", "leads").await;
    let b = Process::start(&world, &stage, "b", Duration::ZERO);
    a.shutdown.cancel();
    stage.until(&world, "b", "leads").await;
    assert_eq!(stage.story(), ["a leads", "a ended", "b leads"]);
    a.ended().await.unwrap();
    b.task.abort();
}

/// A leader that cannot renew has ended by the deadline, before another leads.
async fn loses(cut: impl Fn(&Process)) {
    let (world, stage) = (World::empty(), Stage::default());
    let a = Process::start(&world, &stage, "a", 120 * SECOND);
    stage.until(&world, "a", "leads").await;
    let b = Process::start(&world, &stage, "b", Duration::ZERO);
    tokio::time::sleep(20 * SECOND).await;
    let cut_at = Instant::now();
    cut(&a);
    stage.until(&world, "b", "leads").await;
    assert_eq!(stage.story(), ["a leads", "a ended", "b leads"]);
    let (ended, follows) = (stage.when("a", "ended"), stage.when("b", "leads"));
    assert!(ended - cut_at <= DEADLINE, "{:?}", ended - cut_at);
    assert!(
        follows - ended + DEADLINE + SECOND >= LEASE,
        "{:?}",
        follows - ended
    );
    let lost = a.ended().await.unwrap_err();
    assert_eq!(lost.lease, key());
    b.task.abort();
}

#[tokio::test(start_paused = true)]
async fn a_leader_whose_renewals_fail_ends_before_another_leads() {
    loses(Process::cut_off).await;
}

#[tokio::test(start_paused = true)]
async fn a_leader_whose_renewals_are_not_answered_ends_before_another_leads() {
    loses(Process::silence).await;
}

#[tokio::test(start_paused = true)]
async fn a_leader_survives_errors_shorter_than_the_deadline() {
    let (world, stage) = (World::empty(), Stage::default());
    let a = Process::start(&world, &stage, "a", Duration::ZERO);
    stage.until(&world, "a", "leads").await;
    let b = Process::start(&world, &stage, "b", Duration::ZERO);
    for _ in 0..5 {
        a.cut_off();
        tokio::time::sleep(7 * SECOND).await;
        a.faults.heal();
        tokio::time::sleep(5 * SECOND).await;
    }
    assert_eq!(stage.story(), ["a leads"]);
    a.task.abort();
    b.task.abort();
}

#[tokio::test(start_paused = true)]
async fn a_leader_gives_way_to_whoever_the_lease_names() {
    let (world, stage) = (World::empty(), Stage::default());
    let a = Process::start(&world, &stage, "a", Duration::ZERO);
    stage.until(&world, "a", "leads").await;
    let seized: Arc<coordination::Lease> = world.admin.get_live(&key()).await.unwrap();
    let mut seized = coordination::Lease::clone(&seized);
    seized.spec.as_mut().unwrap().holder_identity = Some("a person".to_owned());
    world.admin.update(seized).await.unwrap();
    let lost = a.ended().await.unwrap_err();
    assert_eq!(lost.why, "somebody else holds it");
    let spec = lease(&world.admin).await;
    assert_eq!(spec.holder_identity.as_deref(), Some("a person"));
}

#[tokio::test(start_paused = true)]
async fn a_candidate_that_is_asked_to_stop_leaves_the_lease_alone() {
    let (world, stage) = (World::empty(), Stage::default());
    let a = Process::start(&world, &stage, "a", Duration::ZERO);
    stage.until(&world, "a", "leads").await;
    let b = Process::start(&world, &stage, "b", Duration::ZERO);
    tokio::time::sleep(5 * SECOND).await;
    b.shutdown.cancel();
    b.ended().await.unwrap();
    let spec = lease(&world.admin).await;
    assert_eq!(spec.holder_identity.as_deref(), Some("a"));
    a.task.abort();
}
