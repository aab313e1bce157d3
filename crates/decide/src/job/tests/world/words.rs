//! The short words of the scenarios, and what happened as text.

use std::fmt::Write as _;

use jobyard_api::{Timestamp, batch};

use crate::job::{EventNote, JobStatus};

/// Compares what was done with what should have been, line by line.
#[track_caller]
pub(in crate::job::tests) fn check(done: &str, expected: &str) {
    let lines = |text: &str| -> String {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        lines(done),
        lines(expected),
        "\n--- done:\n{}\n",
        lines(done)
    );
}

pub(super) fn apply_words(job: &mut batch::Job, words: &str) {
    let spec = job.spec.get_or_insert_default();
    for word in words.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let number = || value.parse().expect("a number");
        match key {
            "P" => spec.parallelism = Some(number()),
            "C" => spec.completions = Some(number()),
            "IX" => spec.completion_mode = Some("Indexed".to_owned()),
            "BL" => spec.backoff_limit = Some(number()),
            "ADS" => spec.active_deadline_seconds = Some(i64::from(number())),
            "BLPI" => spec.backoff_limit_per_index = Some(number()),
            "MFI" => spec.max_failed_indexes = Some(number()),
            "PRP" => spec.pod_replacement_policy = Some(value.to_owned()),
            "suspend" => spec.suspend = Some(true),
            "resume" => spec.suspend = Some(false),
            "OnFailure" => {
                spec.template.spec.get_or_insert_default().restart_policy = Some(key.to_owned());
            }
            "FailJob" | "FailIndex" | "Ignore" | "Count" => {
                let policy = spec.pod_failure_policy.get_or_insert_default();
                policy.rules.push(exit_code_rule(key, number()));
            }
            "Enough" => {
                let policy = spec.success_policy.get_or_insert_default();
                policy.rules.push(batch::SuccessPolicyRule {
                    succeeded_indexes: Some(value.to_owned()),
                    succeeded_count: None,
                });
            }
            unknown => panic!("unknown word {unknown}"),
        }
    }
}

pub(super) fn exit_code_rule(action: &str, exit_code: i32) -> batch::PodFailurePolicyRule {
    batch::PodFailurePolicyRule {
        action: action.to_owned(),
        on_exit_codes: Some(batch::PodFailurePolicyOnExitCodesRequirement {
            container_name: None,
            operator: "In".to_owned(),
            values: vec![exit_code],
        }),
        on_pod_conditions: None,
    }
}

pub(super) fn event_text(event: &EventNote) -> String {
    format!(
        "{} {}: {}",
        event.kind.as_str(),
        event.reason,
        event.message
    )
}

/// What a status write changes, field by field.
pub(super) fn status_changes(old: &JobStatus, new: &JobStatus, now: Timestamp) -> String {
    let mut text = String::new();
    let number = |value: Option<u32>| value.map_or("-".to_owned(), |value| value.to_string());
    let time = |value: Option<Timestamp>| match value {
        None => "-".to_owned(),
        Some(value) if value == now => "now".to_owned(),
        Some(value) => value.to_string(),
    };
    let uncounted = |status: &JobStatus| match &status.uncounted {
        None => "-".to_owned(),
        Some(lists) if lists.len() > 10 => {
            format!("{}+{}", lists.succeeded.len(), lists.failed.len())
        }
        Some(lists) => {
            let join = |list: &[jobyard_api::Uid]| {
                let numbers: Vec<_> = list
                    .iter()
                    .map(|uid| super::number(uid.as_str()).to_string())
                    .collect();
                numbers.join(",")
            };
            format!("[{}][{}]", join(&lists.succeeded), join(&lists.failed))
        }
    };
    let mut field = |name: &str, old: String, new: String| {
        if old != new {
            let _ = write!(text, " {name}={new}");
        }
    };
    field("active", old.active.to_string(), new.active.to_string());
    field("ready", number(old.ready), number(new.ready));
    field(
        "terminating",
        number(old.terminating),
        number(new.terminating),
    );
    field(
        "succeeded",
        old.succeeded.to_string(),
        new.succeeded.to_string(),
    );
    field("failed", old.failed.to_string(), new.failed.to_string());
    field(
        "completedIndexes",
        old.completed_indexes.clone(),
        new.completed_indexes.clone(),
    );
    let quoted = |text: &Option<String>| {
        text.as_ref()
            .map_or("-".to_owned(), |text| format!("{text:?}"))
    };
    field(
        "failedIndexes",
        quoted(&old.failed_indexes),
        quoted(&new.failed_indexes),
    );
    field("uncounted", uncounted(old), uncounted(new));
    field("startTime", time(old.start_time), time(new.start_time));
    field(
        "completionTime",
        time(old.completion_time),
        time(new.completion_time),
    );
    for condition in &new.conditions {
        if !old.conditions.contains(condition) {
            let reason = condition.reason.as_deref().unwrap_or_default();
            let _ = write!(text, " {}={} {reason}", condition.type_, condition.status);
        }
    }
    text
}
