//! What a run took: as JSON for machines, as a table for people.

use std::{fmt, time::Duration};

use serde::Serialize;

/// A run. The names of the fields are the JSON, which others read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// The server's URL.
    pub(crate) server: String,
    /// What it calls itself, such as `v1.36.2`.
    pub(crate) version: String,
    /// Jobs asked for.
    pub(crate) jobs: u32,
    /// Completions of each.
    pub(crate) completions: u32,
    /// Pods of each at once.
    pub(crate) parallelism: u32,
    /// `Indexed` or `NonIndexed`.
    pub(crate) mode: &'static str,
    /// Why the run ended before the Jobs did; what follows is what they had reached.
    pub(crate) gave_up: Option<&'static str>,
    /// Jobs that are Complete.
    pub(crate) complete: u32,
    /// Jobs that are Failed.
    pub(crate) failed: u32,
    /// Pods that succeeded, by the status of the Jobs.
    pub(crate) succeeded_pods: u64,
    /// Pods that failed, by the status of the Jobs.
    pub(crate) failed_pods: u64,
    /// From before the first create to the end of the last Job, or until the run gave up.
    pub(crate) wall_seconds: f64,
    /// Pods that ended in that time.
    pub(crate) pods_per_second: f64,
    /// Jobs that ended in that time.
    pub(crate) jobs_per_second: f64,
    /// From before the create of a Job to the news of its end; `None` if none ended.
    pub(crate) create_to_complete_seconds: Option<Percentiles>,
    /// Requests made up to the end of the last Job.
    pub(crate) requests: Requests,
    /// From the first delete to the news that the last Pod is gone; `None` with `--keep`.
    pub(crate) clean_up_seconds: Option<f64>,
}

/// Requests over HTTP: a controller in the server's own process makes none.
/// Watches count once by whoever holds them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Requests {
    /// Of this program.
    pub(crate) own: u64,
    /// Of all clients, ours included, as the server counts; `None` if it does not say.
    pub(crate) server: Option<u64>,
}

/// Seconds that a share of the Jobs took at most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Percentiles {
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Percentiles {
    /// Of these times, each by the nearest rank; `None` of nothing.
    pub(crate) fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let max = times.last()?.as_secs_f64();
        let at = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100);
            times[rank.max(1) - 1].as_secs_f64()
        };
        Some(Self {
            p50: at(50),
            p90: at(90),
            p99: at(99),
            max,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            server,
            version,
            jobs,
            completions,
            parallelism,
            mode,
            ..
        } = self;
        writeln!(
            f,
            "{jobs} Jobs of {completions} completions, {mode}, parallelism {parallelism}, on {server} ({version})"
        )?;
        let mut row = |what: &str, figure: fmt::Arguments<'_>| writeln!(f, "  {what:<20}{figure}");
        if let Some(why) = self.gave_up {
            row("gave up", format_args!("{why}; this far the Jobs were"))?;
        }
        row(
            "Jobs",
            format_args!("{} complete, {} failed", self.complete, self.failed),
        )?;
        row(
            "Pods",
            format_args!(
                "{} succeeded, {} failed",
                self.succeeded_pods, self.failed_pods
            ),
        )?;
        row("wall", format_args!("{:.3} s", self.wall_seconds))?;
        row("Pods/s", format_args!("{:.1}", self.pods_per_second))?;
        row("Jobs/s", format_args!("{:.1}", self.jobs_per_second))?;
        if let Some(Percentiles { p50, p90, p99, max }) = self.create_to_complete_seconds {
            row(
                "create to complete",
                format_args!("p50 {p50:.3} s, p90 {p90:.3} s, p99 {p99:.3} s, max {max:.3} s"),
            )?;
        }
        let Requests { own, server } = self.requests;
        row("HTTP requests, ours", format_args!("{own}"))?;
        if let Some(server) = server {
            let pods = (self.succeeded_pods + self.failed_pods).max(1);
            let each = server as f64 / pods as f64;
            row(
                "HTTP requests, all",
                format_args!("{server}, {each:.1} a Pod"),
            )?;
        }
        match self.clean_up_seconds {
            Some(seconds) => row("clean-up", format_args!("{seconds:.3} s")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let seconds = |count: std::ops::RangeInclusive<u64>| {
            Percentiles::of(count.rev().map(Duration::from_secs).collect())
        };
        let expected = |p50, p90, p99, max| Some(Percentiles { p50, p90, p99, max });
        assert_eq!(seconds(1..=100), expected(50.0, 90.0, 99.0, 100.0));
        assert_eq!(seconds(1..=3), expected(2.0, 3.0, 3.0, 3.0));
        assert_eq!(seconds(7..=7), expected(7.0, 7.0, 7.0, 7.0));
        assert_eq!(Percentiles::of(vec![]), None);
    }

    fn report() -> Report {
        Report {
            server: "https://127.0.0.1:6443".to_owned(),
            version: "v1.36.2".to_owned(),
            jobs: 2,
            completions: 5,
            parallelism: 5,
            mode: "Indexed",
            gave_up: None,
            complete: 1,
            failed: 1,
            succeeded_pods: 9,
            failed_pods: 1,
            wall_seconds: 0.5,
            pods_per_second: 20.0,
            jobs_per_second: 4.0,
            create_to_complete_seconds: Percentiles::of(vec![Duration::from_millis(250)]),
            requests: Requests {
                own: 5,
                server: Some(92),
            },
            clean_up_seconds: Some(0.125),
        }
    }

    #[test]
    fn the_json_has_these_names() {
        let expected = json!({
            "server": "https://127.0.0.1:6443",
            "version": "v1.36.2",
            "jobs": 2,
            "completions": 5,
            "parallelism": 5,
            "mode": "Indexed",
            "gaveUp": null,
            "complete": 1,
            "failed": 1,
            "succeededPods": 9,
            "failedPods": 1,
            "wallSeconds": 0.5,
            "podsPerSecond": 20.0,
            "jobsPerSecond": 4.0,
            "createToCompleteSeconds": { "p50": 0.25, "p90": 0.25, "p99": 0.25, "max": 0.25 },
            "requests": { "own": 5, "server": 92 },
            "cleanUpSeconds": 0.125,
        });
        assert_eq!(serde_json::to_value(report()).unwrap(), expected);
    }

    #[test]
    fn the_table_says_all() {
        let expected = "\
2 Jobs of 5 completions, Indexed, parallelism 5, on https://127.0.0.1:6443 (v1.36.2)
  Jobs                1 complete, 1 failed
  Pods                9 succeeded, 1 failed
  wall                0.500 s
  Pods/s              20.0
  Jobs/s              4.0
  create to complete  p50 0.250 s, p90 0.250 s, p99 0.250 s, max 0.250 s
  HTTP requests, ours 5
  HTTP requests, all  92, 9.2 a Pod
  clean-up            0.125 s
";
        assert_eq!(report().to_string(), expected);
        let gave_up = Report {
            gave_up: Some("timeout"),
            ..report()
        };
        assert!(
            gave_up
                .to_string()
                .contains("  gave up             timeout;")
        );
    }
}
