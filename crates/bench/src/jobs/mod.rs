//! `jobyard-bench jobs`: create Jobs, wait for their end, say what that took.
//!
//! ```text
//! create, N at a time ──> server ──> informer of Jobs ──> ends ──> Report
//!                                                  └────> clean-up
//! ```
//!
//! What is measured is what a client sees: a Job's time runs from before its
//! create is sent until the watch shows that it ended. Nothing else is watched
//! meanwhile; the Pods are looked at only when the Jobs have ended, to see them
//! go.

mod clean_up;
mod manifest;
mod report;
mod requests;
mod watched;

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context as _, Result};
use futures::{StreamExt as _, TryStreamExt as _, future, stream};
use jobyard_cluster::{Change, Cluster as _, Informer, Selection, View as _};
use jobyard_cluster_remote::{Options, RemoteCluster};
use tokio::sync::mpsc;

use crate::{
    Ending, answer,
    args::{JobsArguments, Output},
    interrupted, say,
};
use clean_up::CleanUp;
use manifest::RunName;
use report::{Percentiles, Report, Requests};
use watched::{EndedPods, WatchedJob};

/// Runs the command.
pub(crate) async fn main(arguments: JobsArguments) -> Result<Ending> {
    let options = Options {
        user_agent: concat!("jobyard-bench/", env!("CARGO_PKG_VERSION")).to_owned(),
        requests_in_flight_max: arguments.concurrency as usize,
        ..Options::default()
    };
    let cluster = RemoteCluster::connect(&arguments.server.kubeconfig, options).await?;
    let name = run_name();
    let (sender, mut ends) = mpsc::unbounded_channel();
    let jobs = cluster.informer(in_namespace(&arguments), {
        let name = name.clone();
        move |change| {
            if let Some(end) = end_of(&name, change) {
                // Whoever has given up waiting needs no news.
                let _ = sender.send(end);
            }
        }
    });
    let mut load = Load {
        cluster: &cluster,
        arguments: &arguments,
        name: &name,
        issued: AtomicU32::new(0),
        starts: HashMap::new(),
        ends: HashMap::new(),
    };
    let before = Counts::read(&cluster).await;
    let started = Instant::now();
    let run = load.run(&jobs, &mut ends);
    let outcome = tokio::select! {
        outcome = run => outcome.map(|()| None),
        () = tokio::time::sleep(arguments.timeout) => Ok(Some(Ending::TimedOut)),
        told = interrupted() => told.map(|()| Some(Ending::Interrupted)).map_err(Into::into),
    };
    let until = Instant::now();
    let after = Counts::read(&cluster).await;
    let unfinished = load.unfinished(&jobs);
    let cleaned = if arguments.keep {
        None
    } else {
        let clean_up = CleanUp {
            cluster: &cluster,
            arguments: &arguments,
            name: &name,
            issued: load.issued.load(Ordering::Relaxed),
        };
        tokio::select! {
            took = clean_up.run() => Some(took?),
            told = interrupted() => {
                told?;
                say("jobyard-bench: interrupted while cleaning up; some Jobs may be left");
                None
            }
        }
    };
    let gave_up = outcome?;
    let reached = Reached {
        took: load.last_end().unwrap_or(until).duration_since(started),
        unfinished,
        gave_up: gave_up.as_ref().map(Ending::as_str),
        requests: after.since(&before),
    };
    let report = load.report(&reached, cleaned);
    match arguments.output {
        Some(Output::Json) => answer(serde_json::to_string_pretty(&report)?),
        None => answer(report.to_string().trim_end()),
    }
    let left = arguments.jobs - report.complete - report.failed;
    Ok(match gave_up {
        Some(ending) => {
            say(format_args!(
                "jobyard-bench: gave up with {left} Jobs unfinished"
            ));
            ending
        }
        None if report.failed > 0 => Ending::Failed,
        None => Ending::Done,
    })
}

/// A name that no other run has: the time and the process tell them apart.
fn run_name() -> RunName {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.unwrap_or_default().as_millis() as u64;
    RunName::new(millis << 16 | u64::from(std::process::id() & 0xffff))
}

fn in_namespace(arguments: &JobsArguments) -> Selection {
    Selection {
        namespace: Some(arguments.namespace.as_str().into()),
        ..Selection::default()
    }
}

/// A Job of the run ended.
#[derive(Clone, Copy, Debug)]
struct End {
    number: u32,
    at: Instant,
    is_complete: bool,
    pods: EndedPods,
}

fn end_of(name: &RunName, change: &Change<WatchedJob>) -> Option<End> {
    let had_ended = |old: &WatchedJob| old.is_complete.is_some();
    if change.old.as_deref().is_some_and(had_ended) {
        return None;
    }
    let job = change.new.as_ref()?;
    Some(End {
        number: name.number(&change.key.name)?,
        at: Instant::now(),
        is_complete: job.is_complete?,
        pods: job.pods,
    })
}

/// The Jobs of a run, as far as they are.
struct Load<'a> {
    cluster: &'a RemoteCluster,
    arguments: &'a JobsArguments,
    name: &'a RunName,
    /// Jobs with lower numbers may be on the server, also those without an answer.
    issued: AtomicU32,
    starts: HashMap<u32, Instant>,
    ends: HashMap<u32, End>,
}

impl Load<'_> {
    async fn run(
        &mut self,
        jobs: &Informer<WatchedJob>,
        ends: &mut mpsc::UnboundedReceiver<End>,
    ) -> Result<()> {
        // Whoever comes late would take the time of the list for that of the Jobs.
        jobs.synced().await;
        let Self {
            cluster,
            arguments,
            name,
            issued,
            starts,
            ends: ended,
        } = self;
        let (cluster, name) = (*cluster, *name);
        let creations = stream::iter(0..arguments.jobs).map(|number| {
            issued.fetch_max(number + 1, Ordering::Relaxed);
            let job = manifest::job(arguments, &name.job(number));
            async move {
                let started = Instant::now();
                cluster.create(job).await?;
                anyhow::Ok((number, started))
            }
        });
        let created = creations
            .buffer_unordered(arguments.concurrency as usize)
            .try_for_each(|(number, started)| {
                starts.insert(number, started);
                future::ready(Ok(()))
            });
        let wanted = arguments.jobs as usize;
        let all_ended = async {
            while ended.len() < wanted {
                match ends.recv().await {
                    Some(end) => ended.insert(end.number, end),
                    None => anyhow::bail!("the watch of the Jobs has ended"),
                };
            }
            Ok(())
        };
        let created = async { created.await.context("cannot create the Jobs") };
        tokio::try_join!(created, all_ended).map(|_| ())
    }

    /// When the last Job ended, if all have.
    fn last_end(&self) -> Option<Instant> {
        let has_all = self.ends.len() == self.arguments.jobs as usize;
        let last = self.ends.values().map(|end| end.at).max();
        last.filter(|_| has_all)
    }

    /// What Jobs that have not ended have reached.
    fn unfinished(&self, jobs: &Informer<WatchedJob>) -> Vec<EndedPods> {
        let is_open = |job: &WatchedJob| {
            let number = self.name.number(&job.key().name);
            number.is_some_and(|number| !self.ends.contains_key(&number))
        };
        let jobs = jobs.all();
        let open = jobs.iter().filter(|job| is_open(job));
        open.map(|job| job.pods).collect()
    }

    fn report(&self, reached: &Reached, cleaned: Option<Duration>) -> Report {
        let wall = reached.took.as_secs_f64();
        let took = self.ends.values().filter_map(|end| {
            let started = self.starts.get(&end.number)?;
            Some(end.at.duration_since(*started))
        });
        let pods = || {
            let ended = self.ends.values().map(|end| end.pods);
            ended.chain(reached.unfinished.iter().copied())
        };
        let succeeded_pods: u64 = pods().map(|pods| u64::from(pods.succeeded)).sum();
        let failed_pods: u64 = pods().map(|pods| u64::from(pods.failed)).sum();
        let complete = self.ends.values().filter(|end| end.is_complete).count();
        Report {
            server: self.cluster.server().to_owned(),
            version: self.cluster.server_version().git_version.clone(),
            jobs: self.arguments.jobs,
            completions: self.arguments.completions,
            parallelism: manifest::parallelism(self.arguments),
            mode: self.arguments.mode.as_str(),
            gave_up: reached.gave_up,
            complete: complete as u32,
            failed: (self.ends.len() - complete) as u32,
            succeeded_pods,
            failed_pods,
            wall_seconds: wall,
            pods_per_second: (succeeded_pods + failed_pods) as f64 / wall,
            jobs_per_second: self.ends.len() as f64 / wall,
            create_to_complete_seconds: Percentiles::of(took.collect()),
            requests: reached.requests,
            clean_up_seconds: cleaned.map(|took| took.as_secs_f64()),
        }
    }
}

/// How far a run came, besides what is known of the Jobs that ended.
struct Reached {
    /// From before the first create to the end of the last Job, or until we gave up.
    took: Duration,
    unfinished: Vec<EndedPods>,
    gave_up: Option<&'static str>,
    requests: Requests,
}

/// Requests counted so far.
struct Counts {
    own: u64,
    server: Option<u64>,
}

impl Counts {
    async fn read(cluster: &RemoteCluster) -> Self {
        let metrics = cluster.text("/metrics").await;
        Self {
            own: cluster.request_counts().total(),
            server: metrics.ok().and_then(|page| requests::answered(&page)),
        }
    }

    fn since(&self, before: &Self) -> Requests {
        let server = self.server.zip(before.server);
        Requests {
            own: self.own - before.own,
            server: server.map(|(after, before)| after.saturating_sub(before)),
        }
    }
}
