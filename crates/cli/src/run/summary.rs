//! The end of `run`: a table for people, a document for machines, and what failed and how.

use std::{collections::BTreeMap, fmt::Write};

use jobyard_api::{ObjectKey, Timestamp, Uid};

use super::progress::{ContainerState, JobProgress, Outcome, PodProgress, Progress};

/// The last log lines of each container: by Pod uid and container name.
pub(crate) type Tails = BTreeMap<(Uid, String), Vec<String>>;

/// One line for each Job and bare Pod: `job/pi  Complete 1/1  3s`.
pub(crate) fn table(progress: &Progress) -> String {
    let mut rows = vec![[
        "NAME".to_owned(),
        "RESULT".to_owned(),
        "FAILED PODS".to_owned(),
        "DURATION".to_owned(),
    ]];
    for job in progress.jobs.values().flatten() {
        rows.push([
            name("job", &job.key),
            job_result(job),
            job.failed.to_string(),
            seconds(job.started, job.finished),
        ]);
    }
    for pod in progress.bare_pods.values().flatten() {
        let failed = i32::from(matches!(pod.outcome, Some(Outcome::Failed { .. })));
        rows.push([
            name("pod", &pod.key),
            pod_result(pod),
            failed.to_string(),
            seconds(pod.started, pod.finished()),
        ]);
    }
    aligned(&rows)
}

/// The same as one JSON document, with every Pod and container.
pub(crate) fn json(progress: &Progress, exit_code: u8) -> serde_json::Value {
    let pod = |pod: &PodProgress| {
        let containers: Vec<_> = pod
            .containers
            .iter()
            .map(|one| {
                let (exit_code, reason) = match &one.state {
                    ContainerState::Terminated { exit_code, reason, .. } => (Some(*exit_code), reason.as_str()),
                    ContainerState::Waiting { reason, .. } => (None, reason.as_str()),
                    ContainerState::Running => (None, "Running"),
                };
                serde_json::json!({"name": one.name, "exitCode": exit_code, "reason": reason, "restarts": one.restart_count})
            })
            .collect();
        serde_json::json!({
            "namespace": pod.key.namespace, "name": pod.key.name, "uid": pod.uid.as_str(),
            "result": result_word(pod.outcome.as_ref()), "containers": containers,
        })
    };
    let jobs: Vec<_> = progress
        .jobs
        .values()
        .flatten()
        .map(|job| {
            let (reason, message) = reason_and_message(job.outcome.as_ref());
            serde_json::json!({
                "namespace": job.key.namespace, "name": job.key.name, "uid": job.uid.as_str(),
                "result": result_word(job.outcome.as_ref()), "reason": reason, "message": message,
                "succeeded": job.succeeded, "failed": job.failed, "completions": job.completions,
                "startTime": job.started.map(|time| time.to_string()), "endTime": job.finished.map(|time| time.to_string()),
                "pods": progress.pods_of(&job.uid).into_iter().map(|one| pod(one)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let pods: Vec<_> = progress
        .bare_pods
        .values()
        .flatten()
        .map(|one| pod(one))
        .collect();
    serde_json::json!({"jobs": jobs, "pods": pods, "exitCode": exit_code})
}

/// What failed: the Job's reason, then for its newest failed Pod each container
/// that did not exit 0, with its exit code and last log lines.
pub(crate) fn failures(progress: &Progress, tails: &Tails) -> String {
    let mut text = String::new();
    let jobs = progress
        .jobs
        .values()
        .flatten()
        .map(|job| ("job", &job.uid, &job.key, &job.outcome));
    let pods = progress
        .bare_pods
        .values()
        .flatten()
        .map(|pod| ("pod", &pod.uid, &pod.key, &pod.outcome));
    for (kind, uid, key, outcome) in jobs.chain(pods) {
        let Some(Outcome::Failed { reason, message }) = outcome else {
            continue;
        };
        let why = [reason.as_str(), message.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(": ");
        let colon = if why.is_empty() { "" } else { ": " };
        let _ = writeln!(text, "{} failed{colon}{why}", name(kind, key));
        let of_owner = progress.pods_of(uid);
        let failed = of_owner
            .iter()
            .rev()
            .find(|pod| matches!(pod.outcome, Some(Outcome::Failed { .. })));
        // A Job that was ended may have Pods that are gone or never failed: then the newest of all.
        if let Some(pod) = failed.or(of_owner.last()) {
            describe_pod(&mut text, pod, tails);
        }
    }
    text
}

fn describe_pod(text: &mut String, pod: &PodProgress, tails: &Tails) {
    for container in &pod.containers {
        let ContainerState::Terminated {
            exit_code, reason, ..
        } = &container.state
        else {
            continue;
        };
        if *exit_code == 0 {
            continue;
        }
        let _ = writeln!(
            text,
            "  pod {} container {} exited with {exit_code} ({reason})",
            pod.key.name, container.name
        );
        match tails.get(&(pod.uid.clone(), container.name.clone())) {
            Some(lines) if !lines.is_empty() => lines.iter().for_each(|line| {
                let _ = writeln!(text, "    | {line}");
            }),
            _ => text.push_str("    (it wrote no log)\n"),
        }
    }
}

impl PodProgress {
    /// When the last container ended.
    fn finished(&self) -> Option<Timestamp> {
        let ends = self.containers.iter().filter_map(|one| match &one.state {
            ContainerState::Terminated { finished, .. } => *finished,
            ContainerState::Waiting { .. } | ContainerState::Running => None,
        });
        ends.max()
    }
}

fn job_result(job: &JobProgress) -> String {
    // A work-queue Job has no completions: what succeeded is what was wanted.
    let wanted = job.completions.unwrap_or(job.succeeded);
    let counts = format!("{}/{wanted}", job.succeeded);
    match &job.outcome {
        Some(Outcome::Complete) => format!("Complete {counts}"),
        Some(Outcome::Failed { reason, .. }) => format!("Failed {counts} ({reason})"),
        None => format!("Unfinished {counts}"),
    }
}

/// `37 of 200 succeeded, 20 active, 1 failed`: a Job on its way.
pub(crate) fn counts(job: &JobProgress) -> String {
    let of = job
        .completions
        .map_or(String::new(), |wanted| format!(" of {wanted}"));
    format!(
        "{}{of} succeeded, {} active, {} failed",
        job.succeeded, job.active, job.failed
    )
}

fn pod_result(pod: &PodProgress) -> String {
    match &pod.outcome {
        Some(Outcome::Complete) => "Succeeded".into(),
        Some(Outcome::Failed { reason, .. }) if !reason.is_empty() => format!("Failed ({reason})"),
        Some(Outcome::Failed { .. }) => "Failed".into(),
        None => "Unfinished".into(),
    }
}

fn result_word(outcome: Option<&Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Complete) => "Complete",
        Some(Outcome::Failed { .. }) => "Failed",
        None => "Unfinished",
    }
}

fn reason_and_message(outcome: Option<&Outcome>) -> (&str, &str) {
    match outcome {
        Some(Outcome::Failed { reason, message }) => (reason, message),
        Some(Outcome::Complete) | None => ("", ""),
    }
}

/// `job/pi`, or `job/other/pi` outside of the namespace `default`.
pub(crate) fn name(kind: &str, key: &ObjectKey) -> String {
    if &*key.namespace == "default" {
        format!("{kind}/{}", key.name)
    } else {
        format!("{kind}/{}/{}", key.namespace, key.name)
    }
}

/// API times are whole seconds, and so is what lies between them.
fn seconds(start: Option<Timestamp>, end: Option<Timestamp>) -> String {
    match (start, end) {
        (Some(start), Some(end)) => format!("{}s", (end.as_second() - start.as_second()).max(0)),
        _ => "-".into(),
    }
}

/// Columns padded to their widest cell, two spaces apart.
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths);
        let padded = cells.map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::run::progress::ContainerProgress;

    fn failed_world() -> Progress {
        let at = |text: &str| Some(text.parse::<Timestamp>().expect("a time"));
        let job = JobProgress {
            key: ObjectKey::new("default", "pi"),
            uid: "j".into(),
            outcome: Some(Outcome::Failed {
                reason: "BackoffLimitExceeded".into(),
                message: "Job has reached the specified backoff limit".into(),
            }),
            active: 0,
            succeeded: 0,
            failed: 1,
            completions: Some(1),
            started: at("2026-01-01T00:00:00Z"),
            finished: at("2026-01-01T00:00:03Z"),
        };
        let pod = PodProgress {
            key: ObjectKey::new("default", "pi-x"),
            uid: "p".into(),
            job: Some("j".into()),
            outcome: Some(Outcome::Failed {
                reason: String::new(),
                message: String::new(),
            }),
            started: at("2026-01-01T00:00:00Z"),
            containers: vec![ContainerProgress {
                name: "pi".into(),
                restart_count: 0,
                state: ContainerState::Terminated {
                    exit_code: 255,
                    reason: "Error".into(),
                    finished: None,
                },
            }],
        };
        let mut progress = Progress::default();
        progress.jobs.insert(job.uid.clone(), Some(Arc::new(job)));
        assert!(progress.see_pod(Arc::new(pod)));
        progress
    }

    #[test]
    fn the_table_names_result_and_duration() {
        assert_eq!(
            table(&failed_world()),
            "NAME    RESULT                             FAILED PODS  DURATION\n\
             job/pi  Failed 0/1 (BackoffLimitExceeded)  1            3s\n"
        );
    }

    #[test]
    fn a_failure_shows_exit_code_and_last_lines() {
        let tails = Tails::from([(("p".into(), "pi".into()), vec!["out of digits".to_owned()])]);
        assert_eq!(
            failures(&failed_world(), &tails),
            "job/pi failed: BackoffLimitExceeded: Job has reached the specified backoff limit\n  \
             pod pi-x container pi exited with 255 (Error)\n    \
             | out of digits\n"
        );
    }

    #[test]
    fn the_document_has_every_container() {
        let document = json(&failed_world(), 1);
        assert_eq!(
            document["jobs"][0]["pods"][0]["containers"][0]["exitCode"],
            255
        );
        assert_eq!(document["jobs"][0]["reason"], "BackoffLimitExceeded");
        assert_eq!(document["exitCode"], 1);
    }

    #[test]
    fn a_world_is_over_when_all_jobs_ended() {
        let mut progress = failed_world();
        assert!(progress.is_over() && !progress.all_complete());
        progress.jobs.insert("later".into(), None);
        assert!(!progress.is_over());
    }
}
