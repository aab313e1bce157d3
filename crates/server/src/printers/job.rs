//! Jobs: how far, for how long, and in which state.
//!
//! Source: upstream `printJob`.

use jobyard_api::{Timestamp, batch};
use serde_json::{Value, json};

use super::{AGE, Column, NAME, Printer, duration, format_label_selector};

impl Printer for batch::Job {
    const COLUMNS: &'static [Column] = &[
        NAME,
        Column::text("Status", "Where the Job stands"),
        Column::text("Completions", "Pods that succeeded, of those that have to"),
        Column::text(
            "Duration",
            "Time from the start to the completion, or until now",
        ),
        AGE,
        Column::text("Containers", "Names of the containers of the Pod template").wide(),
        Column::text("Images", "Images of the containers of the Pod template").wide(),
        Column::text("Selector", "Labels by which the Job knows its Pods").wide(),
    ];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        let empty_spec = batch::JobSpec::default();
        let spec = self.spec.as_ref().unwrap_or(&empty_spec);
        let containers = spec.template.spec.as_ref();
        let containers = containers.map_or(&[][..], |pod| pod.containers.as_slice());
        let names: Vec<&str> = containers.iter().map(|it| it.name.as_str()).collect();
        let images: Vec<&str> = containers
            .iter()
            .map(|it| it.image.as_deref().unwrap_or(""))
            .collect();
        vec![
            json!(self.metadata.name.as_deref().unwrap_or("")),
            json!(status(self)),
            json!(completions(self, spec)),
            json!(duration_of(self, now)),
            json!(duration::age(&self.metadata, now)),
            json!(names.join(",")),
            json!(images.join(",")),
            json!(format_label_selector(spec.selector.as_ref())),
        ]
    }
}

fn status(job: &batch::Job) -> &'static str {
    let has = |name: &str| {
        let conditions = job.status.as_ref().and_then(|it| it.conditions.as_ref());
        conditions
            .into_iter()
            .flatten()
            .any(|it| it.type_ == name && it.status == "True")
    };
    if has("Complete") {
        "Complete"
    } else if has("Failed") {
        "Failed"
    } else if job.metadata.deletion_timestamp.is_some() {
        "Terminating"
    } else if has("Suspended") {
        "Suspended"
    } else if has("FailureTarget") {
        "FailureTarget"
    } else if has("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    }
}

fn completions(job: &batch::Job, spec: &batch::JobSpec) -> String {
    let succeeded = job.status.as_ref().and_then(|it| it.succeeded).unwrap_or(0);
    match (spec.completions, spec.parallelism.unwrap_or(0)) {
        (Some(completions), _) => format!("{succeeded}/{completions}"),
        // A work queue is done when one Pod has succeeded and all others have ended.
        (None, parallelism) if parallelism > 1 => format!("{succeeded}/1 of {parallelism}"),
        (None, _) => format!("{succeeded}/1"),
    }
}

fn duration_of(job: &batch::Job, now: Timestamp) -> String {
    let status = job.status.as_ref();
    let Some(start) = status.and_then(|it| it.start_time.as_ref()) else {
        return String::new();
    };
    let end = status.and_then(|it| it.completion_time.as_ref());
    let end = end.map_or(now, |time| time.0);
    duration::human_duration(end.duration_since(start.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells Status, Completions and Duration, 65 seconds after 00:00:00.
    fn shown(spec: &Value, status: &Value, is_deleted: bool) -> [String; 3] {
        let mut job = json!({
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": {"name": "pi"},
            "spec": {"template": {}},
            "status": status,
        });
        for (name, value) in spec.as_object().expect("an object") {
            job["spec"][name] = value.clone();
        }
        if is_deleted {
            job["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        }
        let job: batch::Job = serde_json::from_value(job).expect("a Job");
        let cells = job.cells("2026-01-01T00:01:05Z".parse().expect("a timestamp"));
        [1, 2, 3].map(|at| cells[at].as_str().expect("text").to_owned())
    }

    fn conditions(names: &[&str]) -> Value {
        names
            .iter()
            .map(|name| json!({"type": name, "status": "True"}))
            .collect()
    }

    #[test]
    fn q01_a_running_job_counts_successes_and_seconds() {
        let status = json!({"succeeded": 1, "startTime": "2026-01-01T00:00:00Z"});
        assert_eq!(
            shown(&json!({"completions": 3}), &status, false),
            ["Running", "1/3", "65s"]
        );
    }

    #[test]
    fn q02_a_work_queue_shows_its_parallelism() {
        let shown = shown(&json!({"parallelism": 3}), &json!({"succeeded": 1}), false);
        assert_eq!(shown[1], "1/1 of 3");
    }

    #[test]
    fn q03_a_work_queue_of_one_pod_shows_one() {
        assert_eq!(
            shown(&json!({"parallelism": 1}), &json!({}), false)[1],
            "0/1"
        );
    }

    #[test]
    fn q04_a_complete_job_stops_counting_time() {
        let status = json!({
            "succeeded": 1,
            "startTime": "2025-12-31T23:00:00Z",
            "completionTime": "2025-12-31T23:02:10Z",
            "conditions": conditions(&["SuccessCriteriaMet", "Complete"]),
        });
        assert_eq!(
            shown(&json!({"completions": 1}), &status, false),
            ["Complete", "1/1", "2m10s"]
        );
    }

    #[test]
    fn q05_a_suspended_job_has_no_duration() {
        let status = json!({"conditions": conditions(&["Suspended"])});
        assert_eq!(
            shown(&json!({"completions": 1}), &status, false),
            ["Suspended", "0/1", ""]
        );
    }

    #[test]
    fn q06_a_job_about_to_fail_says_so() {
        let status = json!({"conditions": conditions(&["FailureTarget"])});
        assert_eq!(shown(&json!({}), &status, false)[0], "FailureTarget");
    }

    #[test]
    fn q07_an_unfinished_job_being_deleted_is_terminating() {
        let suspended = json!({"conditions": conditions(&["Suspended"])});
        assert_eq!(shown(&json!({}), &suspended, true)[0], "Terminating");
        let failed = json!({"conditions": conditions(&["FailureTarget", "Failed"])});
        assert_eq!(
            shown(&json!({}), &failed, true)[0],
            "Failed",
            "a finished one is not"
        );
    }

    #[test]
    fn a_condition_that_is_false_does_not_count() {
        let status = json!({"conditions": [{"type": "Suspended", "status": "False"}]});
        assert_eq!(shown(&json!({}), &status, false)[0], "Running");
    }

    #[test]
    fn wide_columns_come_from_the_template() {
        let job: batch::Job = serde_json::from_value(json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "pi"},
            "spec": {
                "selector": {"matchLabels": {"k": "v", "a": "b"}},
                "template": {"spec": {"containers": [{"name": "x", "image": "perl"}, {"name": "y", "image": "awk"}]}},
            },
        }))
        .expect("a Job");
        let cells = job.cells("2026-01-01T00:00:00Z".parse().expect("a timestamp"));
        assert_eq!(
            cells[5..],
            [json!("x,y"), json!("perl,awk"), json!("a=b,k=v")]
        );
    }
}
