//! Who of several candidates leads, by a Lease.
//!
//! One object says who leads. Its holder renews it; whoever has watched it stand
//! still for the time that it promises may take it. That is measured on the
//! watcher's own monotonic clock from the moment it saw the last renewal: the
//! times inside the Lease are for people, and clocks of machines are never
//! compared. Two who try at once write over the same resourceVersion, and one
//! fails.
//!
//! Nobody leads twice at a time as long as a leader stops before the others may
//! take over: it gives up [`Candidate::renew_deadline`] after it began its last
//! successful renewal, and others wait the longer [`Candidate::lease_duration`]
//! from when they saw it.
//!
//! Differs from Kubernetes: there the deadline is counted from the attempt that
//! follows the last renewal, `retryPeriod` later, and a leader that sees another
//! holder goes on until the deadline.
//!
//! Source: client-go `tools/leaderelection/leaderelection.go`
//! (`tryAcquireOrRenew`, `isLeaseValid`, `release`, `NewLeaderElector`) and
//! `resourcelock/leaselock.go`.

use std::time::Duration;

use jobyard_api::{Timestamp, coordination::LeaseSpec, meta::MicroTime};

/// Longest that a Lease of somebody else is respected, whatever it promises:
/// a mistyped number must not keep a cluster without controller.
pub const LEASE_DURATION_MAX: Duration = Duration::from_hours(1);

/// How much a wait between attempts varies: up to this part of it longer
/// (client-go `JitterFactor`). It keeps candidates from asking in step.
pub const JITTER_FACTOR: f64 = 1.2;

/// Somebody who would lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// `holderIdentity`: unlike that of any other process.
    pub identity: Box<str>,
    /// How long others wait after the last renewal they saw; whole seconds.
    pub lease_duration: Duration,
    /// How long after its last renewal a leader goes on without one.
    pub renew_deadline: Duration,
    /// Wait between attempts, to acquire as to renew.
    pub retry_period: Duration,
}

/// Times that cannot work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTimes {
    /// The Lease states whole seconds.
    #[error("the lease duration must be whole seconds, and at least one")]
    LeaseDuration,
    /// A leader must stop before others may start.
    #[error("the lease duration must be longer than the renew deadline")]
    RenewDeadline,
    /// A leader must have time for more than one attempt.
    #[error("the renew deadline must be longer than 1.2 times the retry period")]
    RetryPeriod,
    /// Asking without pause.
    #[error("the retry period must be longer than zero")]
    NoRetryPeriod,
}

impl Candidate {
    /// Whether the times work together (client-go `NewLeaderElector`).
    pub fn check(&self) -> Result<(), InvalidTimes> {
        if self.lease_duration.is_zero() || self.lease_duration.subsec_nanos() != 0 {
            Err(InvalidTimes::LeaseDuration)
        } else if self.retry_period.is_zero() {
            Err(InvalidTimes::NoRetryPeriod)
        } else if self.lease_duration <= self.renew_deadline {
            Err(InvalidTimes::RenewDeadline)
        } else if self.renew_deadline <= self.retry_period.mul_f64(JITTER_FACTOR) {
            Err(InvalidTimes::RetryPeriod)
        } else {
            Ok(())
        }
    }
}

/// What a Lease says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Who leads; `None` if the last leader let go.
    pub holder: Option<Box<str>>,
    /// How long the holder may be silent.
    pub duration: Duration,
    /// Since when the holder leads, by its clock.
    pub acquired: Option<Timestamp>,
    /// When it said so last, by its clock.
    pub renewed: Option<Timestamp>,
    /// How often the Lease went from one to another.
    pub transitions: u32,
}

/// What a candidate has seen of the Lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// There is none.
    Absent,
    /// This is what it says.
    Present {
        /// What it says.
        record: Record,
        /// Since when it says exactly this, on the candidate's monotonic clock.
        since: Duration,
    },
}

/// What a candidate does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Make the Lease, which is not there.
    Create(Record),
    /// Write this over the version that was seen.
    Update(Record),
    /// Somebody else leads.
    Wait,
}

/// Decides what to do about a Lease that was seen like this, at `now` of the
/// monotonic clock, which is `wall` for people.
pub fn attempt(
    candidate: &Candidate,
    observed: &Observed,
    now: Duration,
    wall: Timestamp,
) -> Attempt {
    let own = |acquired, transitions| Record {
        holder: Some(candidate.identity.clone()),
        duration: candidate.lease_duration,
        acquired,
        renewed: Some(wall),
        transitions,
    };
    let Observed::Present { record, since } = observed else {
        return Attempt::Create(own(Some(wall), 0));
    };
    let transitions = record.transitions.saturating_add(1);
    match &record.holder {
        Some(holder) if *holder == candidate.identity => {
            Attempt::Update(own(record.acquired, record.transitions))
        }
        Some(_) if now < since.saturating_add(record.duration.min(LEASE_DURATION_MAX)) => {
            Attempt::Wait
        }
        Some(_) | None => Attempt::Update(own(Some(wall), transitions)),
    }
}

/// What the leader leaves behind when it stops: nobody leads, and whoever asks
/// next may.
pub fn released(record: &Record, wall: Timestamp) -> Record {
    Record {
        holder: None,
        duration: Duration::from_secs(1),
        acquired: Some(wall),
        renewed: Some(wall),
        transitions: record.transitions,
    }
}

/// How long to wait after an attempt; `chance` is from 0 up to 1.
pub fn jittered(period: Duration, chance: f64) -> Duration {
    period.mul_f64(1.0 + JITTER_FACTOR * chance.clamp(0.0, 1.0))
}

impl From<&LeaseSpec> for Record {
    /// What is absent or senseless counts as nothing: an empty holder is none, a
    /// duration below a second is one.
    fn from(spec: &LeaseSpec) -> Self {
        let holder = spec.holder_identity.as_deref();
        let seconds = spec.lease_duration_seconds.unwrap_or(0).max(1);
        Self {
            holder: holder.filter(|holder| !holder.is_empty()).map(Into::into),
            duration: Duration::from_secs(seconds.unsigned_abs().into()),
            acquired: spec.acquire_time.as_ref().map(|time| time.0),
            renewed: spec.renew_time.as_ref().map(|time| time.0),
            transitions: spec.lease_transitions.unwrap_or(0).max(0).unsigned_abs(),
        }
    }
}

impl Record {
    /// Puts the record into a Lease; what else the Lease says stays.
    pub fn write_to(&self, spec: &mut LeaseSpec) {
        let number = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        spec.holder_identity = self.holder.as_deref().map(str::to_owned);
        spec.lease_duration_seconds = Some(number(self.duration.as_secs()));
        spec.acquire_time = self.acquired.map(MicroTime);
        spec.renew_time = self.renewed.map(MicroTime);
        spec.lease_transitions = Some(number(self.transitions.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn wall(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    fn me() -> Candidate {
        Candidate {
            identity: "me".into(),
            lease_duration: seconds(15),
            renew_deadline: seconds(10),
            retry_period: seconds(2),
        }
    }

    /// A Lease as it was first seen at 100 s of our clock. What it says of times
    /// is an hour off: nobody may rely on that.
    fn held(holder: Option<&str>, duration: u64, transitions: u32) -> Observed {
        Observed::Present {
            record: record(holder, duration, -3600, -3600, transitions),
            since: seconds(100),
        }
    }

    fn record(
        holder: Option<&str>,
        duration: u64,
        acquired: i64,
        renewed: i64,
        transitions: u32,
    ) -> Record {
        Record {
            holder: holder.map(Into::into),
            duration: seconds(duration),
            acquired: Some(wall(acquired)),
            renewed: Some(wall(renewed)),
            transitions,
        }
    }

    // The cases of client-go `leaderelection_test.go`, `testTryAcquireOrRenew`.
    #[test]
    fn a_lease_is_made_renewed_respected_or_taken() {
        let create = |record| Attempt::Create(record);
        let update = |record| Attempt::Update(record);
        for (name, observed, now, expected) in [
            (
                "acquire from no object",
                Observed::Absent,
                100,
                create(record(Some("me"), 15, 0, 0, 0)),
            ),
            (
                "renew",
                held(Some("me"), 15, 3),
                102,
                update(record(Some("me"), 15, -3600, 0, 3)),
            ),
            (
                "renew what has run out and nobody took",
                held(Some("me"), 15, 3),
                900,
                update(record(Some("me"), 15, -3600, 0, 3)),
            ),
            (
                "acquire from unled",
                held(None, 1, 3),
                100,
                update(record(Some("me"), 15, 0, 0, 4)),
            ),
            ("just seen", held(Some("bing"), 15, 3), 100, Attempt::Wait),
            (
                "not run out yet",
                held(Some("bing"), 15, 3),
                114,
                Attempt::Wait,
            ),
            (
                "acquire from led, run out",
                held(Some("bing"), 15, 3),
                115,
                update(record(Some("me"), 15, 0, 0, 4)),
            ),
            (
                "the holder's promise counts, not ours",
                held(Some("bing"), 60, 3),
                159,
                Attempt::Wait,
            ),
            (
                "no promise is respected for ever",
                held(Some("bing"), 1_000_000, 3),
                100 + 3600,
                update(record(Some("me"), 15, 0, 0, 4)),
            ),
        ] {
            let found = attempt(&me(), &observed, seconds(now), wall(0));
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn a_released_lease_has_no_holder_and_keeps_its_transitions() {
        let led = record(Some("me"), 15, -60, -1, 7);
        assert_eq!(released(&led, wall(0)), record(None, 1, 0, 0, 7));
    }

    // client-go `NewLeaderElector`; the whole seconds are ours.
    #[test]
    fn times_that_would_let_two_lead_are_refused() {
        let millis = Duration::from_millis;
        for (lease, deadline, retry, expected) in [
            (15_000, 10_000, 2_000, Ok(())),
            (2_000, 1_000, 200, Ok(())),
            (10_000, 10_000, 2_000, Err(InvalidTimes::RenewDeadline)),
            (15_000, 2_400, 2_000, Err(InvalidTimes::RetryPeriod)),
            (15_000, 2_401, 2_000, Ok(())),
            (1_500, 1_200, 100, Err(InvalidTimes::LeaseDuration)),
            (0, 10_000, 2_000, Err(InvalidTimes::LeaseDuration)),
            (15_000, 10_000, 0, Err(InvalidTimes::NoRetryPeriod)),
        ] {
            let candidate = Candidate {
                lease_duration: millis(lease),
                renew_deadline: millis(deadline),
                retry_period: millis(retry),
                ..me()
            };
            assert_eq!(candidate.check(), expected, "{lease} {deadline} {retry}");
        }
    }

    #[test]
    fn leases_of_others_are_read_whatever_they_say() {
        let empty = Record::from(&LeaseSpec::default());
        let senseless = Record::from(&LeaseSpec {
            holder_identity: Some(String::new()),
            lease_duration_seconds: Some(-5),
            lease_transitions: Some(-1),
            ..LeaseSpec::default()
        });
        let expected = Record {
            holder: None,
            duration: seconds(1),
            acquired: None,
            renewed: None,
            transitions: 0,
        };
        assert_eq!((&empty, &senseless), (&expected, &expected));
    }

    #[test]
    fn a_record_survives_its_lease() {
        let mut spec = LeaseSpec {
            strategy: Some("OldestEmulationVersion".to_owned()),
            ..LeaseSpec::default()
        };
        let record = record(Some("me"), 15, 1, 2, 3);
        record.write_to(&mut spec);
        assert_eq!(Record::from(&spec), record);
        assert!(spec.strategy.is_some(), "what is not ours stays");
    }

    #[test]
    fn waits_vary_by_the_jitter_factor() {
        let waits = [0.0, 0.5, 1.0, 7.0].map(|chance| jittered(seconds(2), chance));
        let expected = [2_000, 3_200, 4_400, 4_400].map(Duration::from_millis);
        assert_eq!(waits, expected);
    }
}
