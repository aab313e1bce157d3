//! What becomes of an event: a new object, one more on a count, or nothing.
//!
//! A function of the events so far and the time, so that it is tested as a
//! table. Three rules, in this order:
//!
//! 1. Ten different messages for the same reason about the same object within
//!    ten minutes become one combined event.
//! 2. The same event again is counted, not written anew.
//! 3. A source may say 25 things of a type about an object, then one every five minutes.
//!
//! Source: client-go `tools/record/events_cache.go` (`EventAggregate`,
//! `eventObserve`, `EventSourceObjectSpamFilter`), its defaults.

use std::{collections::HashSet, time::Duration};

use jobyard_api::{Timestamp, core::ObjectReference};

use super::{EventType, lru::Lru};

/// Different messages that make a combined event (`defaultAggregateMaxEvents`).
const COMBINED_FROM: usize = 10;
/// Silence after which messages count anew (`defaultAggregateIntervalInSeconds`).
const COMBINED_WITHIN: Duration = Duration::from_mins(10);
/// Events of a type about one object at once (`defaultSpamBurst`).
const BURST: f64 = 25.0;
/// Time until one more is let through (`defaultSpamQPS`).
const REFILL: Duration = Duration::from_mins(5);
/// Entries of each memory (`maxLruCacheEntries`).
const MEMORY_ENTRIES: usize = 4096;
/// What stands before the message of a combined event.
const COMBINED_PREFIX: &str = "(combined from similar events): ";

/// One thing said about one object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Note {
    pub(crate) about: ObjectReference,
    pub(crate) event_type: EventType,
    pub(crate) reason: String,
    pub(crate) message: String,
}

/// An event as it is to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Observation {
    /// Name of the Event object.
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) count: i32,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Write a new Event object.
    Create(Observation),
    /// Raise the count of the object of that name; if it is gone, write it anew.
    Count(Observation),
    /// Too much of it: write nothing.
    Drop,
}

/// What one source said so far.
#[derive(Debug)]
pub(crate) struct Correlator {
    similar: Lru<Similar, Messages>,
    observed: Lru<Identity, Observation>,
    budgets: Lru<(Subject, EventType), Budget>,
    /// The time in the last name that was given, in nanoseconds.
    last_name: u128,
}

/// The object that is spoken about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Subject {
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
    uid: String,
}

/// Events that differ in their message only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Similar {
    subject: Subject,
    event_type: EventType,
    reason: String,
}

/// Events that differ in nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Identity {
    similar: Similar,
    /// `None`: the combined event.
    single: Option<(String, String)>,
}

#[derive(Debug)]
struct Messages {
    different: HashSet<String>,
    last: Timestamp,
}

#[derive(Debug)]
struct Budget {
    left: f64,
    last: Timestamp,
}

impl Correlator {
    pub(crate) fn new() -> Self {
        Self {
            similar: Lru::new(MEMORY_ENTRIES),
            observed: Lru::new(MEMORY_ENTRIES),
            budgets: Lru::new(MEMORY_ENTRIES),
            last_name: 0,
        }
    }

    /// Decides about one more event.
    pub(crate) fn observe(&mut self, note: &Note, now: Timestamp) -> Verdict {
        let similar = Similar {
            subject: Subject::of(&note.about),
            event_type: note.event_type,
            reason: note.reason.clone(),
        };
        let budget_key = (similar.subject.clone(), note.event_type);
        let is_combined = self.is_combined(&similar, &note.message, now);
        let (single, message) = if is_combined {
            (None, format!("{COMBINED_PREFIX}{}", note.message))
        } else {
            let field = note.about.field_path.clone().unwrap_or_default();
            (Some((field, note.message.clone())), note.message.clone())
        };
        let observation = self.count(&note.about, &Identity { similar, single }, message, now);
        let budget = self.budgets.get_or_insert_with(&budget_key, || Budget {
            left: BURST,
            last: now,
        });
        if !budget.take(now) {
            Verdict::Drop
        } else if observation.count > 1 {
            Verdict::Count(observation)
        } else {
            Verdict::Create(observation)
        }
    }

    /// Whether so many different messages came that they are told as one.
    fn is_combined(&mut self, similar: &Similar, message: &str, now: Timestamp) -> bool {
        let messages = self.similar.get_or_insert_with(similar, || Messages {
            different: HashSet::new(),
            last: now,
        });
        if between(messages.last, now) > COMBINED_WITHIN {
            messages.different.clear();
        }
        messages.last = now;
        let is_new = !messages.different.contains(message);
        // The set stays one below the limit, so that every further message is combined.
        if is_new && messages.different.len() + 1 >= COMBINED_FROM {
            return true;
        }
        messages.different.insert(message.to_owned());
        false
    }

    fn count(
        &mut self,
        about: &ObjectReference,
        identity: &Identity,
        message: String,
        now: Timestamp,
    ) -> Observation {
        let last_name = &mut self.last_name;
        let known = self.observed.get_or_insert_with(identity, || Observation {
            name: event_name(about, now, last_name),
            message: String::new(),
            count: 0,
            first: now,
            last: now,
        });
        known.count = known.count.saturating_add(1);
        known.last = now;
        known.message = message;
        known.clone()
    }
}

/// `<object>.<hex of the nanoseconds>`; a nanosecond later than the last one,
/// if the clock stands still or goes back: two events must not share a name.
fn event_name(about: &ObjectReference, now: Timestamp, last: &mut u128) -> String {
    let object = about.name.as_deref().unwrap_or("unknown");
    let nanoseconds = now.as_nanosecond().max(0).cast_unsigned();
    *last = nanoseconds.max(*last + 1);
    format!("{object}.{last:x}")
}

impl Subject {
    fn of(about: &ObjectReference) -> Self {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        Self {
            api_version: text(&about.api_version),
            kind: text(&about.kind),
            namespace: text(&about.namespace),
            name: text(&about.name),
            uid: text(&about.uid),
        }
    }
}

impl Budget {
    fn take(&mut self, now: Timestamp) -> bool {
        let refilled = between(self.last, now).as_secs_f64() / REFILL.as_secs_f64();
        self.left = (self.left + refilled).min(BURST);
        self.last = self.last.max(now);
        let is_granted = self.left >= 1.0;
        if is_granted {
            self.left -= 1.0;
        }
        is_granted
    }
}

/// Zero if the clock went back.
fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    later.duration_since(earlier).try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jobyard_api::core::ObjectReference;

    use super::*;

    fn note(reason: &str, message: &str) -> Note {
        Note {
            about: ObjectReference {
                kind: Some("Job".to_owned()),
                namespace: Some("default".to_owned()),
                name: Some("pi".to_owned()),
                uid: Some("u1".to_owned()),
                ..ObjectReference::default()
            },
            event_type: EventType::Normal,
            reason: reason.to_owned(),
            message: message.to_owned(),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("in range")
    }

    /// A line for each verdict: `create 1 message`, `count 2 message`, `drop`.
    fn tell(verdict: &Verdict) -> String {
        match verdict {
            Verdict::Create(seen) => format!("create {} {}", seen.count, seen.message),
            Verdict::Count(seen) => format!("count {} {}", seen.count, seen.message),
            Verdict::Drop => "drop".to_owned(),
        }
    }

    fn run(steps: &[(i64, Note)]) -> Vec<String> {
        let mut correlator = Correlator::new();
        steps
            .iter()
            .map(|(seconds, note)| tell(&correlator.observe(note, at(*seconds))))
            .collect()
    }

    #[test]
    fn the_same_event_is_counted() {
        let mut correlator = Correlator::new();
        let first = correlator.observe(&note("A", "x"), at(0));
        let second = correlator.observe(&note("A", "x"), at(5));
        let (Verdict::Create(first), Verdict::Count(second)) = (first, second) else {
            panic!("one is created, the other counted");
        };
        assert_eq!(second.name, first.name);
        assert_eq!((second.first, second.last, second.count), (at(0), at(5), 2));
        let nanoseconds = 1_800_000_000_000_000_000_u64;
        assert_eq!(first.name, format!("pi.{nanoseconds:x}"));
    }

    #[test]
    fn events_of_one_instant_have_names_of_their_own() {
        let mut correlator = Correlator::new();
        let mut names: Vec<_> = [("A", 0), ("B", 0), ("C", -5), ("D", 0)]
            .into_iter()
            .map(
                |(reason, time)| match correlator.observe(&note(reason, "x"), at(time)) {
                    Verdict::Create(observation) => observation.name,
                    other => panic!("{other:?} is not a new event"),
                },
            )
            .collect();
        names.dedup();
        assert_eq!(names.len(), 4, "{names:?}");
        assert!(names.is_sorted());
    }

    #[test]
    fn ten_messages_become_a_combined_event_that_counts_on() {
        let steps: Vec<_> = (1..=12)
            .map(|number| {
                (
                    0,
                    note("SuccessfulCreate", &format!("Created pod: {number}")),
                )
            })
            .collect();
        let told = run(&steps);
        for (number, line) in (1..).zip(&told[..9]) {
            assert_eq!(*line, format!("create 1 Created pod: {number}"));
        }
        assert_eq!(
            told[9..],
            [
                "create 1 (combined from similar events): Created pod: 10",
                "count 2 (combined from similar events): Created pod: 11",
                "count 3 (combined from similar events): Created pod: 12",
            ]
        );
    }

    #[test]
    fn messages_count_anew_after_ten_silent_minutes() {
        let mut steps: Vec<_> = (1..=9).map(|n| (0, note("A", &n.to_string()))).collect();
        steps.push((601, note("A", "10")));
        assert_eq!(run(&steps)[9], "create 1 10");
        steps[9].0 = 600;
        assert!(run(&steps)[9].contains("combined"));
    }

    #[test]
    fn other_reasons_types_and_objects_are_not_combined() {
        let mut steps: Vec<_> = (1..=9).map(|n| (0, note("A", &n.to_string()))).collect();
        steps.push((0, note("B", "x")));
        let mut warning = note("A", "x");
        warning.event_type = EventType::Warning;
        steps.push((0, warning));
        let mut other = note("A", "x");
        other.about.uid = Some("u2".to_owned());
        steps.push((0, other));
        assert_eq!(run(&steps)[9..], ["create 1 x", "create 1 x", "create 1 x"]);
    }

    #[test]
    fn twenty_five_then_one_every_five_minutes() {
        let mut steps: Vec<_> = (0..27).map(|_| (0, note("A", "x"))).collect();
        steps.push((299, note("A", "x")));
        steps.push((301, note("A", "x")));
        steps.push((302, note("A", "x")));
        let told = run(&steps);
        assert_eq!(told[24], "count 25 x");
        assert_eq!(told[25..28], ["drop", "drop", "drop"]);
        assert_eq!(told[28], "count 29 x", "the dropped ones are counted");
        assert_eq!(told[29], "drop");
    }

    #[test]
    fn warnings_have_a_budget_of_their_own() {
        let mut steps: Vec<_> = (0..26).map(|_| (0, note("A", "x"))).collect();
        let mut warning = note("BackoffLimitExceeded", "y");
        warning.event_type = EventType::Warning;
        steps.push((0, warning));
        assert_eq!(run(&steps)[25..], ["drop", "create 1 y"]);
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let mut steps: Vec<_> = (0..25).map(|_| (1_000, note("A", "x"))).collect();
        steps.push((0, note("A", "x")));
        steps.push((1_000, note("A", "x")));
        assert_eq!(run(&steps)[25..], ["drop", "drop"]);
    }
}
