//! One run: disturbed for a while, then left alone until it is at rest.

use std::{fmt, future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use jiff::SignedDuration;
use jobyard_api::Timestamp;
use rand::Rng;
use tokio::{
    runtime::Builder,
    task::{JoinError, JoinHandle},
    time::Instant,
};

use crate::{
    fault::{Character, Statistics},
    oracle::Violation,
    simulated::Simulated,
    world::{Order, Shared, World},
};

/// Nothing was written for so long: the world is at rest. Longer than the
/// longest back-off and the longest deadline of any Job.
const REST: Duration = Duration::from_mins(12);
/// By then the world must have come to rest, after faults and users are gone.
const REST_WITHIN: Duration = Duration::from_hours(3);
/// For so long nothing is written after that.
const QUIET: Duration = Duration::from_mins(30);
/// So many lines of a failed run are shown, unless all are asked for.
const LINES_SHOWN: usize = 150;

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// What happened in it.
    pub statistics: Statistics,
    /// What was wrong.
    pub failure: Option<Failure>,
    /// Each event in a line, if asked for.
    pub trace: String,
}

/// Why a run failed.
#[derive(Debug)]
pub enum Failure {
    /// A law was broken.
    Violation(Violation),
    /// The world did not come to rest.
    NoRest,
    /// The controller wrote although all was done.
    NotQuiet,
    /// The controller ended by itself, for this reason.
    Ended(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Violation(violation) => violation.fmt(f),
            Self::NoRest => write!(
                f,
                "something was still written {} h after faults and users were gone",
                REST_WITHIN.as_secs() / 3600
            ),
            Self::NotQuiet => f.write_str("the controller wrote although all was done"),
            Self::Ended(why) => write!(f, "the controller ended: {why}"),
        }
    }
}

/// What a controller under test is given when it starts.
#[derive(Clone)]
pub struct Start {
    /// The server.
    pub cluster: Simulated,
    /// The time, for decisions: each sync asks once, when it reads its caches.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The time, for all else.
    pub event_now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Random numbers.
    pub chance: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start").finish_non_exhaustive()
    }
}

/// Runs the world of this seed with the controller that `start` starts.
///
/// The controller dies by being dropped. The same seed gives the same run.
pub fn run<F>(seed: u64, has_trace: bool, start: impl Fn(Start) -> F) -> Outcome
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let runtime = runtime.expect("a runtime without I/O needs nothing");
    runtime.block_on(async {
        let shared = Shared::new(seed, has_trace);
        let mut run = Run {
            shared: shared.clone(),
            start,
            controller: None,
        };
        let failure = run.whole().await.err();
        if let Some(controller) = run.controller.take() {
            controller.abort();
        }
        shared.with(|world| Outcome {
            statistics: world.statistics.clone(),
            failure,
            trace: world.take_trace(),
        })
    })
}

/// Runs the seed, and panics with its trace if it fails. `command` is what
/// replays it.
pub fn check<F>(seed: u64, command: &str, start: impl Fn(Start) -> F) -> Statistics
where
    F: Future<Output = ()> + Send + 'static,
{
    let outcome = run(seed, false, &start);
    let Some(failure) = outcome.failure else {
        return outcome.statistics;
    };
    let again = run(seed, true, &start);
    let lines: Vec<_> = again.trace.lines().collect();
    let shown = lines.len().saturating_sub(LINES_SHOWN);
    let trace = lines[shown..].join("\n");
    panic!(
        "seed {seed}: {failure}\n\nthe last {} of {} lines:\n{trace}\n\nseed {seed}: {failure}\nreplay it: {command}\n",
        lines.len() - shown,
        lines.len()
    );
}

struct Run<S> {
    shared: Shared,
    start: S,
    controller: Option<JoinHandle<()>>,
}

impl<S, F> Run<S>
where
    S: Fn(Start) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    async fn whole(&mut self) -> Result<(), Failure> {
        let disturbed = self.shared.with(|world| {
            world.character = Character::draw(&mut world.chance);
            world.draw_habits();
            world.begin_users();
            world.order = Some(Order::Start);
            world.between(80_000, 360_000)
        });
        self.until(Instant::now() + disturbed, |_| false).await?;
        self.shared.with(World::calm_down);
        let calm = Instant::now();
        let is_at_rest = |world: &World| world.changed_at.elapsed() >= REST;
        let is_at_rest = self.until(calm + REST_WITHIN, is_at_rest).await?;
        if !is_at_rest {
            return Err(Failure::NoRest);
        }
        let writes = self.shared.with(|world| {
            world.statistics.seconds = world.mind.elapsed().as_secs();
            world.tell(|| "       all is at rest".to_owned());
            let judged = world.judge_rest();
            judged.map(|()| world.server.controller_writes)
        });
        let writes = writes.map_err(Failure::Violation)?;
        self.until(Instant::now() + QUIET, |_| false).await?;
        let written = self.shared.with(|world| world.server.controller_writes);
        if written > writes {
            return Err(Failure::NotQuiet);
        }
        Ok(())
    }

    /// Lets the world go on; whether it became as it was waited for.
    async fn until(
        &mut self,
        end: Instant,
        is_so: impl Fn(&World) -> bool,
    ) -> Result<bool, Failure> {
        loop {
            self.obey().await?;
            // Looked at now and then even if nothing happens.
            let next = end.min(Instant::now() + Duration::from_mins(2));
            self.shared.step(next).await;
            let (violation, is_so) = self.shared.with(|world| (world.violation(), is_so(world)));
            if let Some(violation) = violation {
                return Err(Failure::Violation(violation));
            }
            if is_so {
                return Ok(true);
            }
            if Instant::now() >= end {
                return Ok(false);
            }
        }
    }

    /// Starts the controller, or lets it die.
    async fn obey(&mut self) -> Result<(), Failure> {
        if let Some(controller) = self
            .controller
            .take_if(|controller| controller.is_finished())
        {
            return Err(Failure::Ended(reason(controller.await)));
        }
        let order = self.shared.with(|world| world.order.take());
        match order {
            Some(Order::Die) => {
                if let Some(controller) = self.controller.take() {
                    controller.abort();
                    // That it was aborted is what was asked for.
                    let _ = controller.await;
                }
                self.shared.with(World::bury);
            }
            Some(Order::Start) if self.controller.is_none() => {
                let life = self.shared.mind.begin_life();
                self.shared.with(|world| world.be_born(life));
                let cluster = Simulated::new(self.shared.clone(), life);
                let start = Start {
                    now: cluster.clock(),
                    event_now: cluster.event_clock(),
                    chance: cluster.chance(),
                    cluster,
                };
                self.controller = Some(tokio::spawn((self.start)(start)));
            }
            Some(Order::Start) | None => {}
        }
        Ok(())
    }
}

fn reason(ended: Result<(), JoinError>) -> String {
    match ended {
        Ok(()) => "by itself".to_owned(),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => {
                let panic = AssertUnwindSafe(panic);
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
                format!("it panicked: {}", text.unwrap_or("without words"))
            }
            Err(error) => error.to_string(),
        },
    }
}

/// How Pods of a seed fare.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Habits {
    /// The share that fails.
    pub(crate) fails: f64,
    /// The share that never ends by itself.
    pub(crate) lasts: f64,
    /// The longest run, in milliseconds.
    pub(crate) longest_run: u64,
}

impl World {
    fn draw_habits(&mut self) {
        let shares = [0.0, 0.1, 0.3, 0.6, 0.9];
        self.habits = Habits {
            fails: shares[self.chance.random_range(0..shares.len())],
            lasts: [0.0, 0.0, 0.1, 0.4][self.chance.random_range(0..4)],
            longest_run: [2_000, 20_000, 90_000][self.chance.random_range(0..3)],
        };
    }

    /// The controller is dead: nobody listens any more.
    fn bury(&mut self) {
        self.life = 0;
        self.subscriptions.clear();
        self.tell(|| "       the controller is dead".to_owned());
        let delay = if self.is_calm {
            Duration::from_secs(1)
        } else {
            self.up_to(60_000)
        };
        self.after(delay, |world| world.order = Some(Order::Start));
    }

    fn be_born(&mut self, life: u32) {
        self.life = life;
        self.statistics.lives += 1;
        self.tell(|| format!("       controller {life} starts"));
    }

    /// Nothing goes wrong from here on, and nobody changes their mind.
    fn calm_down(&mut self) {
        self.tell(|| "       faults and users are gone".to_owned());
        self.is_calm = true;
        self.character = Character::calm();
        self.quota_is_used_up = false;
        self.mind.set_offset(SignedDuration::ZERO);
    }
}
