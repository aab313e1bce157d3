//! The plan for programs.
//!
//! One object of a fixed shape; `status` is a Kubernetes `JobStatus`. What loses its
//! finalizer on the way of being deleted or let go stands in both lists. Looks
//! that the sync's own writes cause are not waited for, so they are no part of
//! `requeueAfterSeconds`.

use anyhow::Result;
use jobyard_api::{Timestamp, batch};
use jobyard_decide::job::{EventNote, JobAction};
use serde::Serialize;
use serde_json::Number;

use super::Plan;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    adopt: Vec<&'a str>,
    release: Vec<&'a str>,
    create: Vec<Create>,
    delete: Vec<&'a str>,
    remove_finalizer: Vec<&'a str>,
    status: batch::JobStatus,
    events: Vec<Event>,
    requeue_after_seconds: Option<Number>,
}

#[derive(Serialize)]
struct Create {
    index: Option<u32>,
}

#[derive(Serialize)]
struct Event {
    #[serde(rename = "type")]
    kind: &'static str,
    reason: String,
    message: String,
}

/// The plan as JSON.
pub(super) fn print(plan: &Plan) -> Result<String> {
    let mut document = Document {
        adopt: Vec::new(),
        release: Vec::new(),
        create: Vec::new(),
        delete: Vec::new(),
        remove_finalizer: Vec::new(),
        status: plan.status_after(),
        events: Vec::new(),
        requeue_after_seconds: None,
    };
    match &plan.decision {
        Ok(decision) => {
            for action in &decision.actions {
                add(action, &mut document);
            }
            document.events = decision.events.iter().map(event).collect();
            // New Pods bring about the next look, and it finds what still waits.
            let backoff = decision.waits.backoff;
            let backoff = backoff.filter(|_| document.create.is_empty());
            let timers = [decision.waits.deadline, backoff];
            let next = timers.into_iter().flatten().min();
            document.requeue_after_seconds = next.and_then(|at| seconds(plan.now, at));
        }
        Err(skip) => document.events = skip.event().iter().map(event).collect(),
    }
    Ok(serde_json::to_string_pretty(&document)?)
}

fn add<'a>(action: &'a JobAction, document: &mut Document<'a>) {
    match action {
        JobAction::Create(pod) => document.create.push(Create { index: pod.index }),
        JobAction::Delete {
            pod,
            removes_finalizer_first,
            ..
        } => {
            document.delete.push(pod);
            if *removes_finalizer_first {
                document.remove_finalizer.push(pod);
            }
        }
        JobAction::RemoveFinalizer { pod, .. } => document.remove_finalizer.push(pod),
        JobAction::Release {
            pod,
            removes_finalizer,
        } => {
            document.release.push(pod);
            if *removes_finalizer {
                document.remove_finalizer.push(pod);
            }
        }
        JobAction::Adopt { pod } => document.adopt.push(pod),
    }
}

fn event(note: &EventNote) -> Event {
    Event {
        kind: note.kind.as_str(),
        reason: note.reason.clone(),
        message: note.message.clone(),
    }
}

/// Seconds from `now`, whole if they are, else to the millisecond; never negative.
fn seconds(now: Timestamp, at: Timestamp) -> Option<Number> {
    let millis = at.duration_since(now).as_millis().max(0);
    if millis % 1000 == 0 {
        i64::try_from(millis / 1000).ok().map(Number::from)
    } else {
        Number::from_f64(millis as f64 / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_where_they_can_be() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let now = at("2026-01-01T00:00:00Z");
        for (then, expected) in [
            ("2026-01-01T00:00:10Z", "10"),
            ("2026-01-01T00:00:09.5Z", "9.5"),
            ("2026-01-01T00:00:00Z", "0"),
            ("2025-12-31T23:59:00Z", "0"),
        ] {
            let found = seconds(now, at(then)).expect("a number");
            assert_eq!(found.to_string(), expected, "{then}");
        }
    }
}
