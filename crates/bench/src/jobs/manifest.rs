//! The Jobs of a run: what they are called and what they ask for.

use jobyard_api::batch;
use serde_json::json;

use crate::args::JobsArguments;

/// Pods at once unless asked otherwise.
const PARALLELISM_MAX: u32 = 1_000;

/// Names the Jobs of one run; two runs at a time do not touch each other's.
#[derive(Clone, Debug)]
pub(crate) struct RunName(String);

impl RunName {
    /// `bench-` and the id of the run.
    pub(crate) fn new(id: u64) -> Self {
        Self(format!("bench-{id:x}-"))
    }

    /// The name of the Job with that number.
    pub(crate) fn job(&self, number: u32) -> String {
        format!("{}{number}", self.0)
    }

    /// Which Job of the run this is; `None` if it is none of them.
    pub(crate) fn number(&self, job: &str) -> Option<u32> {
        job.strip_prefix(&self.0)?.parse().ok()
    }
}

/// How many Pods of a Job run at once.
pub(crate) fn parallelism(arguments: &JobsArguments) -> u32 {
    let all = arguments.completions.min(PARALLELISM_MAX);
    arguments.parallelism.unwrap_or(all)
}

/// One Job of the run.
pub(crate) fn job(arguments: &JobsArguments, name: &str) -> batch::Job {
    let job = json!({
        "metadata": { "name": name, "namespace": arguments.namespace },
        "spec": {
            "completions": arguments.completions,
            "parallelism": parallelism(arguments),
            "completionMode": arguments.mode.as_str(),
            "backoffLimit": arguments.backoff_limit,
            "backoffLimitPerIndex": arguments.backoff_limit_per_index,
            "template": { "spec": {
                "restartPolicy": "Never",
                "runtimeClassName": arguments.runtime_class,
                "containers": [{
                    "name": "main",
                    "image": arguments.image,
                    "command": arguments.command,
                }],
            } },
        },
    });
    serde_json::from_value(job).expect("a Job")
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Arguments, Command};

    fn arguments(words: &str) -> JobsArguments {
        let words = format!("jobyard-bench jobs --kubeconfig k {words}");
        match Arguments::try_parse_from(words.split_whitespace())
            .unwrap()
            .command
        {
            Command::Jobs(jobs) => jobs,
            Command::Node(_) => unreachable!("jobs were asked for"),
        }
    }

    #[test]
    fn a_job_is_as_the_flags_say() {
        let storm = "--completions 5000 --backoff-limit-per-index 3 --runtime-class host";
        let job = job(&arguments(storm), "one");
        let spec = job.spec.unwrap();
        assert_eq!(spec.completions, Some(5000));
        assert_eq!(spec.parallelism, Some(1000));
        assert_eq!(spec.completion_mode.as_deref(), Some("Indexed"));
        assert_eq!(spec.backoff_limit_per_index, Some(3));
        assert_eq!(spec.backoff_limit, None);
        let pod = spec.template.spec.unwrap();
        assert_eq!(pod.runtime_class_name.as_deref(), Some("host"));
        assert_eq!(pod.containers[0].command, Some(vec!["true".to_owned()]));
    }

    #[test]
    fn a_run_knows_its_own_jobs() {
        let run = RunName::new(0xabc);
        assert_eq!(run.job(7), "bench-abc-7");
        assert_eq!(run.number("bench-abc-7"), Some(7));
        for other in ["bench-ab-7", "bench-abc-", "bench-abc-7-x", "seven"] {
            assert_eq!(run.number(other), None, "{other}");
        }
    }
}
