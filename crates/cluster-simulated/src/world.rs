//! The world: a server, those who act on it, and what goes wrong, in virtual time.
//!
//! Everything that happens is an event of one queue, at a time that was drawn
//! when the event was caused. One source of chance, drawn from in the order of
//! events, makes a run a function of its seed.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    fmt::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use jobyard_api::{Object, ObjectKey, Revision, Timestamp, Uid};
use parking_lot::{Mutex, MutexGuard};
use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::{sync::Notify, time::Instant};

use crate::{
    fault::{Character, Fault, Statistics},
    history::{Author, Commit, Stored},
    kubelet::PodActor,
    mind::Mind,
    oracle::{Oracle, Violation},
    run::Habits,
    server::Server,
    watch::{Feed, FeedId},
};

/// When the world begins; any time would do.
const BEGIN_SECOND: i64 = 1_767_225_600;

/// The world, and how to wake whoever drives it.
#[derive(Clone)]
pub(crate) struct Shared {
    world: Arc<Mutex<World>>,
    pub(crate) mind: Arc<Mind>,
    /// Something is due sooner than was known.
    sooner: Arc<Notify>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

type Act = Box<dyn FnOnce(&mut World) + Send>;

struct Event {
    at: Instant,
    order: u64,
    act: Act,
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Event {}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Event {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// One informer, and whether something is under way to it.
pub(crate) struct Subscription {
    pub(crate) feed: Box<dyn Feed>,
    pub(crate) life: u32,
    pub(crate) is_scheduled: bool,
}

/// What is to become of the controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Die,
    Start,
}

/// Everything that is.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each read alone"
)]
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) chance: StdRng,
    pub(crate) character: Character,
    pub(crate) statistics: Statistics,
    pub(crate) mind: Arc<Mind>,
    pub(crate) life: u32,
    pub(crate) subscriptions: BTreeMap<FeedId, Subscription>,
    pub(crate) pods: BTreeMap<Uid, PodActor>,
    pub(crate) habits: Habits,
    /// Jobs that the garbage collector is about to look at.
    pub(crate) collecting: BTreeSet<Uid>,
    /// The unhealthy nodes.
    pub(crate) lost_nodes: Vec<&'static str>,
    /// Whether the quota refuses Pods.
    pub(crate) quota_is_used_up: bool,
    /// Whether faults and users are over.
    pub(crate) is_calm: bool,
    /// Whether anybody but the controller acts.
    pub(crate) has_actors: bool,
    pub(crate) order: Option<Order>,
    pub(crate) next_feed: FeedId,
    oracle: Oracle,
    violation: Option<Violation>,
    /// When something last changed on the server.
    pub(crate) changed_at: Instant,
    queue: BinaryHeap<Reverse<Event>>,
    events: u64,
    awaited: Option<Instant>,
    is_sooner: bool,
    trace: Option<String>,
}

impl Shared {
    pub(crate) fn new(seed: u64, has_trace: bool) -> Self {
        let begin = Timestamp::from_second(BEGIN_SECOND).expect("the begin is in range");
        let mind = Arc::new(Mind::new(begin));
        let world = World {
            server: Server::new(seed, begin),
            chance: StdRng::seed_from_u64(seed),
            character: Character::calm(),
            statistics: Statistics::default(),
            mind: mind.clone(),
            life: 0,
            subscriptions: BTreeMap::new(),
            pods: BTreeMap::new(),
            habits: Habits::default(),
            collecting: BTreeSet::new(),
            lost_nodes: Vec::new(),
            quota_is_used_up: false,
            is_calm: false,
            has_actors: true,
            order: None,
            next_feed: 0,
            oracle: Oracle::new(),
            violation: None,
            changed_at: Instant::now(),
            queue: BinaryHeap::new(),
            events: 0,
            awaited: None,
            is_sooner: false,
            trace: has_trace.then(String::new),
        };
        Self {
            world: Arc::new(Mutex::new(world)),
            mind,
            sooner: Arc::default(),
        }
    }

    /// The world, for a caller who may cause events.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.lock();
        let outcome = act(&mut world);
        if std::mem::take(&mut world.is_sooner) {
            self.sooner.notify_one();
        }
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock()
    }

    /// Waits for the next event, or until `until`, and lets everything happen
    /// that is due.
    pub(crate) async fn step(&self, until: Instant) {
        let due = {
            let mut world = self.lock();
            let due = world.queue.peek().map_or(until, |Reverse(event)| event.at);
            world.awaited = Some(due.min(until));
            due.min(until)
        };
        tokio::select! {
            biased;
            () = self.sooner.notified() => {}
            () = tokio::time::sleep_until(due) => {}
        }
        self.mind.tick();
        let mut world = self.lock();
        world.server.now = self.mind.server_time();
        let now = Instant::now();
        while world.violation.is_none()
            && world
                .queue
                .peek()
                .is_some_and(|Reverse(event)| event.at <= now)
        {
            let Some(Reverse(event)) = world.queue.pop() else {
                break;
            };
            world.statistics.steps += 1;
            (event.act)(&mut world);
            world.look_at_commits();
        }
        world.is_sooner = false;
    }
}

impl World {
    /// Lets this happen after `delay`.
    pub(crate) fn after(&mut self, delay: Duration, act: impl FnOnce(&mut Self) + Send + 'static) {
        let at = Instant::now() + delay;
        self.events += 1;
        if self.awaited.is_none_or(|awaited| at < awaited) {
            self.is_sooner = true;
        }
        self.queue.push(Reverse(Event {
            at,
            order: self.events,
            act: Box::new(act),
        }));
    }

    /// A time between the two, in milliseconds.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_millis(self.chance.random_range(least..=most))
    }

    /// A time up to so many milliseconds, short ones more often than long ones.
    pub(crate) fn up_to(&mut self, most: u64) -> Duration {
        let share: f64 = self.chance.random_range(0.0..1.0);
        Duration::from_millis((most as f64 * share * share * share) as u64 + 1)
    }

    /// Whether the fault strikes now; it is counted if so.
    pub(crate) fn strikes(&mut self, fault: Fault) -> bool {
        let odds = self.character.odds(fault);
        let strikes = odds > 0.0 && self.chance.random_bool(odds.min(1.0));
        if strikes {
            self.statistics.happened(fault);
        }
        strikes
    }

    /// Writes a line of the trace.
    pub(crate) fn tell(&mut self, line: impl FnOnce() -> String) {
        if self.trace.is_none() {
            return;
        }
        let (elapsed, line) = (self.mind.elapsed(), line());
        let trace = self.trace.get_or_insert_default();
        let _ = writeln!(trace, "{:>10.3} {line}", elapsed.as_secs_f64());
    }

    pub(crate) fn take_trace(&mut self) -> String {
        self.trace.take().unwrap_or_default()
    }

    pub(crate) fn violation(&mut self) -> Option<Violation> {
        self.violation.take()
    }

    /// Asks the oracle about the world at rest.
    pub(crate) fn judge_rest(&mut self) -> Result<(), Violation> {
        self.oracle.rest(self.server.now)
    }

    /// Shows new commits to the oracle, the informers and the actors.
    pub(crate) fn look_at_commits(&mut self) {
        for commit in self.server.take_commits() {
            self.changed_at = Instant::now();
            self.tell(|| told(&commit));
            // Without actors there is nothing to judge: anybody may write anything.
            if self.has_actors
                && self.violation.is_none()
                && let Err(violation) = self.oracle.judge(&commit)
            {
                self.tell(|| format!("ORACLE     {violation}"));
                self.violation = Some(violation);
            }
            if self.has_actors {
                self.on_commit(&commit);
            }
        }
        self.schedule_deliveries();
    }

    fn on_commit(&mut self, commit: &Commit) {
        match commit.after.as_ref().or(commit.before.as_ref()) {
            Some(Stored::Pod(pod)) => {
                self.plan_pod(&pod.key(), &pod.uid());
                self.look_at_owner(pod);
            }
            Some(Stored::Job(job)) => {
                let job = job.clone();
                self.on_job(&job, commit.after.is_none());
            }
            None => {}
        }
    }

    /// The controller learns what this Job was at that revision.
    pub(crate) fn note_live_read(&mut self, job: &ObjectKey, at: Revision) {
        self.oracle.read_live(job, self.life, at);
    }

    /// The server found a status of this Job invalid.
    pub(crate) fn note_refusal(&mut self, job: &ObjectKey, why: &str) {
        if self.has_actors {
            let violation = self.oracle.refused(job, self.server.now, why);
            self.tell(|| format!("ORACLE     {violation}"));
            self.violation.get_or_insert(violation);
        }
    }

    /// Keys of all Pods.
    pub(crate) fn pod_keys(&self) -> Vec<ObjectKey> {
        self.server.pods.all().map(|(key, _)| key.clone()).collect()
    }

    /// Keys of all Jobs.
    pub(crate) fn job_keys(&self) -> Vec<ObjectKey> {
        self.server.jobs.all().map(|(key, _)| key.clone()).collect()
    }
}

/// A commit as a line of the trace.
fn told(commit: &Commit) -> String {
    let who = match commit.author {
        Author::Controller(knowledge) => format!(
            "controller {} (jobs {}, pods {})",
            knowledge.life, knowledge.jobs, knowledge.pods
        ),
        Author::User => "user".to_owned(),
        Author::Node => "node".to_owned(),
        Author::Scheduler => "scheduler".to_owned(),
        Author::GarbageCollector => "gc".to_owned(),
    };
    let what = match (&commit.before, &commit.after) {
        (None, Some(after)) => format!("creates {}", crate::trace::whole(after)),
        (Some(before), None) => format!("ends    {} {}", kind(before), before.key()),
        (Some(before), Some(after)) => {
            let change = crate::trace::change(before, after);
            format!("changes {} {}: {change}", kind(after), after.key())
        }
        (None, None) => "does nothing".to_owned(),
    };
    let lost = if commit.is_answered {
        ""
    } else {
        " [answer lost]"
    };
    format!("r{:<5} {who} {what}{lost}", commit.revision.0)
}

fn kind(stored: &Stored) -> &'static str {
    match stored {
        Stored::Job(_) => "Job",
        Stored::Pod(_) => "Pod",
    }
}
