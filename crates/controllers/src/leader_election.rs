//! Running controllers in one process of several: the one that leads.
//!
//! ```text
//! stand by: look at the Lease, make it or take it over when it may be taken
//! lead:     run the controllers, and renew the Lease beside them
//! stop:     when asked, the controllers end their work, then the Lease is let go;
//!           when the Lease cannot be renewed in time, they are dropped on the spot
//! ```
//!
//! What a Lease means is decided in `jobyard_decide::leader_election`. Whoever
//! loses the lead must not run on: [`lead`] returns [`Lost`], by when nothing of
//! the controllers is left, and the process should end, as client-go's do; it is
//! started again with empty memory.
//!
//! Source: client-go `tools/leaderelection` (`Run`, `acquire`, `renew`, `release`).

use std::{fmt, future::Future, pin::pin, sync::Arc, time::Duration};

use jobyard_api::{
    Object as _, ObjectKey, Timestamp,
    coordination::{Lease, LeaseSpec},
    meta::ObjectMeta,
    resource::LEASE,
};
use jobyard_cluster::{Cluster, ClusterError, EventType, Recorder, Source, object_reference};
use jobyard_decide::leader_election::{
    Attempt, Candidate, Observed, Record, attempt, jittered, released,
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

/// How the election is held.
#[derive(Clone)]
pub struct Options {
    /// The Lease.
    pub lease: ObjectKey,
    /// Who we are, and the times. [`Candidate::check`] has approved of it.
    pub candidate: Candidate,
    /// Who records the events on the Lease.
    pub component: &'static str,
    /// Where it is shown who leads.
    pub metrics: Metrics,
    /// The time that people are told.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// A number from 0 up to 1, each time another: waits vary by it.
    pub chance: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("lease", &self.lease)
            .field("candidate", &self.candidate)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// With the system's clock and chance.
    pub fn new(lease: ObjectKey, candidate: Candidate, component: &'static str) -> Self {
        Self {
            lease,
            candidate,
            component,
            metrics: Metrics::default(),
            now: Arc::new(Timestamp::now),
            chance: Arc::new(rand::random),
        }
    }
}

/// `leader_election_master_status`: 1 for the Lease that this process holds.
///
/// Source: component-base `metrics/prometheus/clientgo/leaderelection`.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    master_status: Family<NameLabel, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NameLabel {
    name: String,
}

impl Metrics {
    /// Shows it in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "leader_election_master_status",
            "Whether this process holds the Lease of that name: 1, or 0 while it stands by",
            self.master_status.clone(),
        );
    }

    fn set(&self, lease: &ObjectKey, leads: bool) {
        let label = NameLabel {
            name: lease.name.to_string(),
        };
        self.master_status
            .get_or_create(&label)
            .set(i64::from(leads));
    }
}

/// The Lease could not be renewed in time, or somebody else has it.
#[derive(Debug, thiserror::Error)]
#[error("lost the lease {lease}: {why}")]
pub struct Lost {
    /// Which.
    pub lease: ObjectKey,
    /// What stood in the way last.
    pub why: String,
}

/// Waits for the lead, and runs `work` as long as we have it.
///
/// `work` must end when `shutdown` is cancelled; until it has, the Lease is
/// renewed, and then let go. Without the lead, `shutdown` ends this at once.
pub async fn lead<C: Cluster, W: Future<Output = ()>>(
    cluster: C,
    options: Options,
    shutdown: CancellationToken,
    work: impl FnOnce(CancellationToken) -> W,
) -> Result<(), Lost> {
    let source = Source {
        component: options.component,
        host: None,
    };
    let (recorder, recording) = Recorder::with_clock(cluster.clone(), source, options.now.clone());
    let mut recorder_task = JoinSet::new();
    recorder_task.spawn(recording);
    options.metrics.set(&options.lease, false);
    let mut election = Election {
        cluster,
        recorder,
        began: Instant::now(),
        observed: None,
        own: None,
        options,
    };

    // An attempt that is given up may have made us the leader: others then wait
    // for the time of the Lease, as if we had been killed.
    let renewed = tokio::select! {
        renewed = election.acquire() => renewed,
        () = shutdown.cancelled() => return Ok(()),
    };
    election.tell(true);
    let outcome = {
        let mut work = pin!(work(shutdown));
        tokio::select! {
            lost = election.renew_from(renewed) => Err(lost),
            () = &mut work => Ok(()),
        }
    };
    election.tell(false);
    if outcome.is_ok() {
        election.release().await;
    }
    drop(election);
    // Events are worth a moment, not more.
    let _ = tokio::time::timeout(LAST_EVENTS, recorder_task.join_next()).await;
    outcome
}

/// How long the end waits for the last events to be written.
const LAST_EVENTS: Duration = Duration::from_secs(2);

struct Election<C> {
    cluster: C,
    options: Options,
    recorder: Recorder,
    /// Where our monotonic clock begins.
    began: Instant,
    /// What the Lease said when we last looked, and since when.
    observed: Option<(Record, Duration)>,
    /// The Lease as we wrote it last, unless something went wrong since.
    own: Option<Arc<Lease>>,
}

/// What an attempt came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Leads,
    StandsBy,
}

impl<C: Cluster> Election<C> {
    /// Tries until we lead, and says when the attempt began that made us leader.
    async fn acquire(&mut self) -> Instant {
        loop {
            let started = Instant::now();
            let patience = self.options.candidate.renew_deadline;
            match tokio::time::timeout(patience, self.attempt()).await {
                Ok(Ok(Standing::Leads)) => return started,
                Ok(Ok(Standing::StandsBy)) => {}
                Ok(Err(error)) => self.warn(&error.to_string()),
                Err(_) => self.warn("the server does not answer"),
            }
            let period = self.options.candidate.retry_period;
            tokio::time::sleep(jittered(period, (self.options.chance)())).await;
        }
    }

    /// Renews the Lease until that fails for too long. `renewed` is when the last
    /// renewal began: nobody saw it earlier.
    async fn renew_from(&mut self, mut renewed: Instant) -> Lost {
        let mut why = "the server does not answer".to_owned();
        loop {
            let deadline = renewed + self.options.candidate.renew_deadline;
            let next = Instant::now() + self.options.candidate.retry_period;
            tokio::time::sleep_until(next.min(deadline)).await;
            let started = Instant::now();
            if started >= deadline {
                return self.lost(why);
            }
            match tokio::time::timeout_at(deadline, self.attempt()).await {
                Ok(Ok(Standing::Leads)) => renewed = started,
                Ok(Ok(Standing::StandsBy)) => return self.lost("somebody else holds it"),
                Ok(Err(error)) => {
                    why = error.to_string();
                    self.warn(&why);
                }
                Err(_) => return self.lost(why),
            }
        }
    }

    /// One attempt to make, take or renew the Lease.
    async fn attempt(&mut self) -> Result<Standing, ClusterError> {
        // A leader knows its own last write; only if that does not stand any
        // more, it has to look.
        if let Some(own) = self.own.take() {
            match self.carry_out(Some(own)).await {
                Ok(standing) => return Ok(standing),
                Err(error) => tracing::debug!(%error, "looking at the lease again"),
            }
        }
        let lease = match self.cluster.get_live(&self.options.lease).await {
            Ok(lease) => Some(lease),
            Err(ClusterError::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        self.carry_out(lease).await
    }

    /// Does what is to be done about the Lease, as it is.
    async fn carry_out(&mut self, lease: Option<Arc<Lease>>) -> Result<Standing, ClusterError> {
        let observed = match &lease {
            Some(lease) => self.observe(lease),
            None => Observed::Absent,
        };
        let wall = (self.options.now)();
        let next = attempt(
            &self.options.candidate,
            &observed,
            self.began.elapsed(),
            wall,
        );
        let written = match next {
            Attempt::Wait => return Ok(Standing::StandsBy),
            Attempt::Create(record) => self.cluster.create(self.new_lease(&record)).await?,
            Attempt::Update(record) => {
                let lease = lease.expect("a Lease is updated only if it was seen");
                self.cluster.update(with_record(&lease, &record)).await?
            }
        };
        self.observe(&written);
        self.own = Some(written);
        Ok(Standing::Leads)
    }

    /// Notes what the Lease says, and since when.
    fn observe(&mut self, lease: &Lease) -> Observed {
        let record = lease.spec.as_ref().map(Record::from);
        let record = record.unwrap_or_else(|| Record::from(&LeaseSpec::default()));
        let since = match &self.observed {
            Some((known, since)) if *known == record => *since,
            Some(_) | None => self.began.elapsed(),
        };
        self.observed = Some((record.clone(), since));
        Observed::Present { record, since }
    }

    fn new_lease(&self, record: &Record) -> Lease {
        let ObjectKey { namespace, name } = &self.options.lease;
        let lease = Lease {
            metadata: ObjectMeta {
                namespace: Some(namespace.to_string()),
                name: Some(name.to_string()),
                ..ObjectMeta::default()
            },
            spec: None,
        };
        with_record(&lease, record)
    }

    /// Lets the Lease go, so that the next candidate need not wait. If that
    /// fails, it waits.
    async fn release(&mut self) {
        let patience = self.options.candidate.renew_deadline;
        if tokio::time::timeout(patience, self.try_release())
            .await
            .is_err()
        {
            self.warn("the server does not answer");
        }
    }

    async fn try_release(&mut self) {
        let own = match self.own.take() {
            Some(own) => own,
            // A renewal was under way when the work ended.
            None => match self.cluster.get_live(&self.options.lease).await {
                Ok(lease) => lease,
                Err(error) => return self.warn(&error.to_string()),
            },
        };
        let held = own.spec.as_ref().map(Record::from);
        let is_ours =
            |held: &Record| held.holder.as_ref() == Some(&self.options.candidate.identity);
        let Some(held) = held.filter(is_ours) else {
            return;
        };
        let record = released(&held, (self.options.now)());
        if let Err(error) = self.cluster.update(with_record(&own, &record)).await {
            self.warn(&error.to_string());
        }
    }

    /// Tells that we lead now, or do not any more.
    fn tell(&self, leads: bool) {
        let Options {
            lease,
            candidate,
            metrics,
            ..
        } = &self.options;
        metrics.set(lease, leads);
        let what = if leads {
            "became leader"
        } else {
            "stopped leading"
        };
        tracing::info!(%lease, identity = %candidate.identity, what);
        let uid = self.own.as_ref().map(|own| own.uid());
        let about = object_reference(&LEASE, lease, &uid.unwrap_or_else(|| "".into()));
        let message = format!("{} {what}", candidate.identity);
        self.recorder
            .record(about, EventType::Normal, "LeaderElection", message);
    }

    fn warn(&self, why: &str) {
        tracing::warn!(lease = %self.options.lease, why, "cannot write the lease");
    }

    fn lost(&self, why: impl Into<String>) -> Lost {
        Lost {
            lease: self.options.lease.clone(),
            why: why.into(),
        }
    }
}

/// The Lease with another record; all else stays, the resourceVersion as well.
fn with_record(lease: &Lease, record: &Record) -> Lease {
    let mut lease = lease.clone();
    record.write_to(lease.spec.get_or_insert_default());
    lease
}
