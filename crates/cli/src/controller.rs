//! `jobyard controller`: the Job controller against any Kubernetes API server.
//!
//! Order: the port for health and metrics is taken first, so that a second
//! process says who has it; then the API server is asked who we are and whether
//! we may do the work, so that a wrong kubeconfig is told at once and not by Jobs
//! that stand still; then we stand by for the Lease.
//!
//! All state is in the API server: whoever leads next, after `kill -9` of this
//! process or a power cut, goes on where it stood.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use jobyard_api::{
    Object, ObjectKey, batch, coordination, core,
    well_known::{JOB_CONTROLLER_NAME, JOBYARD_JOB_CONTROLLER_NAME},
};
use jobyard_cluster::{Cluster, ClusterError};
use jobyard_cluster_remote::{ConnectError, Options, RemoteCluster};
use jobyard_controllers::{job, leader_election};
use jobyard_decide::leader_election::Candidate;
use jobyard_server::{Check, Limits, Monitoring, Server};
use prometheus_client::registry::Registry;
use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    args::ControllerArguments,
    exit::Ending,
    request_metrics::RequestMetrics,
    say::{answer, say},
    tasks::Tasks,
    yard,
};

/// How long the syncs in hand may take once we are asked to stop: requests to a
/// server that does not answer would take longer than a supervisor waits.
const FAREWELL: Duration = Duration::from_secs(20);
/// Wait between attempts to reach the API server.
const CONNECT_WAIT: Duration = Duration::from_secs(1);
/// Where the rights stand that the work needs.
const RIGHTS: &str = "examples/controller-rbac.yaml has the rights that are needed";

/// Runs the command.
pub(crate) fn main(arguments: &ControllerArguments) -> Result<Ending> {
    let candidate = candidate(arguments)?;
    let tasks = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start threads")?;
    let ending = tasks.block_on(control(arguments, candidate));
    // Who lost the lead leaves nothing behind that might still write.
    tasks.shutdown_timeout(Duration::from_secs(1));
    ending
}

/// Us, with the times of the flags.
fn candidate(arguments: &ControllerArguments) -> Result<Candidate> {
    let candidate = Candidate {
        identity: format!("{}_{}", yard::hostname(), uuid::Uuid::new_v4()).into(),
        lease_duration: arguments.leader_elect_lease_duration.0,
        renew_deadline: arguments.leader_elect_renew_deadline.0,
        retry_period: arguments.leader_elect_retry_period.0,
    };
    candidate.check().context("the --leader-elect times")?;
    Ok(candidate)
}

async fn control(arguments: &ControllerArguments, candidate: Candidate) -> Result<Ending> {
    let started = Instant::now();
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let mut asked_to_stop = async || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let server = Server::bind(arguments.listen, Limits::default())?;
    let address = server.address();
    let cluster = tokio::select! {
        connected = connect(arguments) => match connected? {
            Some(cluster) => cluster,
            None => return Ok(Ending::Failed),
        },
        () = asked_to_stop() => return Ok(Ending::Done),
    };
    let lease = arguments.leader_elect.then(|| lease_of(arguments));
    tokio::select! {
        allowed = check_rights(&cluster, lease.as_ref()) => allowed?,
        () = asked_to_stop() => return Ok(Ending::Done),
    }

    let shutdown = CancellationToken::new();
    let tasks = Tasks::until(shutdown.clone());
    let mut metrics = Registry::default();
    metrics.register_collector(Box::new(RequestMetrics::of(cluster.clone())));
    let job = job_options(arguments, &mut metrics);
    let election = lease.map(|lease| {
        let options = leader_election::Options::new(lease, candidate, "jobyard-controller");
        options.metrics.register(&mut metrics);
        options
    });
    let monitoring_ends = CancellationToken::new();
    let monitoring = Arc::new(Monitoring {
        metrics,
        checks: checks(shutdown.clone()),
    });
    let monitoring = server.serve_monitoring(monitoring, monitoring_ends.clone());
    let monitoring = tasks.start_finite("the health server", async {
        monitoring.await;
        Ok(())
    });
    answer(format_args!(
        "ready http://{address} against {} ({}) in {} ms",
        cluster.server(),
        cluster.server_version().git_version,
        started.elapsed().as_millis()
    ));
    // Who works says so after it was ready.
    let work = start_work(&tasks, cluster.clone(), job, election, shutdown.clone());

    let ending = tokio::select! {
        () = asked_to_stop() => Ending::Done,
        () = tasks.broken() => Ending::Failed,
    };
    shutdown.cancel();
    let ending = match ending {
        Ending::Done => farewell(work, asked_to_stop()).await,
        broken => broken,
    };
    monitoring_ends.cancel();
    let _ = monitoring.await;
    Ok(ending)
}

/// Reaches the API server, trying for a while; `None` if that was in vain, which
/// stderr tells then.
async fn connect(arguments: &ControllerArguments) -> Result<Option<RemoteCluster>> {
    let deadline = Instant::now() + arguments.connect_timeout.0;
    let options = Options {
        context: arguments.context.clone(),
        user_agent: concat!("jobyard-controller/", env!("CARGO_PKG_VERSION")).to_owned(),
        ..Options::default()
    };
    let mut has_complained = false;
    loop {
        let connected = async {
            match &arguments.kubeconfig {
                Some(file) => RemoteCluster::connect(file, options.clone()).await,
                None => RemoteCluster::connect_in_cluster(options.clone()).await,
            }
        };
        let error = match connected.await {
            Ok(cluster) => return Ok(Some(cluster)),
            Err(error) => error,
        };
        match error {
            ConnectError::Unreachable { .. } if Instant::now() + CONNECT_WAIT < deadline => {
                if !has_complained {
                    say(format_args!("jobyard: {error}; trying again"));
                    has_complained = true;
                }
                tokio::time::sleep(CONNECT_WAIT).await;
            }
            ConnectError::Unreachable { .. } => {
                say(format_args!(
                    "jobyard: {error}; gave up after {:?} (--connect-timeout)",
                    arguments.connect_timeout.0
                ));
                return Ok(None);
            }
            ConnectError::InCluster(_) => {
                return Err(error).context("say --kubeconfig FILE, or run in a Pod");
            }
            ConnectError::Refused { .. } => return Err(error).context(RIGHTS),
            ConnectError::Kubeconfig { .. }
            | ConnectError::Credentials { .. }
            | ConnectError::Unsupported { .. } => return Err(error.into()),
        }
    }
}

fn lease_of(arguments: &ControllerArguments) -> ObjectKey {
    // The two kinds of controller take different Jobs, and do not stand in each
    // other's way.
    let name = match &arguments.leader_elect_resource_name {
        Some(name) => name,
        None if arguments.all_jobs => "jobyard-controller-all-jobs",
        None => "jobyard-controller",
    };
    ObjectKey::new(&arguments.leader_elect_resource_namespace, name)
}

fn job_options(arguments: &ControllerArguments, metrics: &mut Registry) -> job::Options {
    let name = if arguments.all_jobs {
        JOB_CONTROLLER_NAME
    } else {
        JOBYARD_JOB_CONTROLLER_NAME
    };
    let options = job::Options {
        controller_name: name.into(),
        workers: arguments.concurrent_job_syncs.into(),
        ..job::Options::default()
    };
    options.metrics.register(metrics);
    options
}

/// Reads what may or may not be there: whether we may read at all. What else is
/// missing shows in the events of the first Job.
async fn check_rights(cluster: &RemoteCluster, lease: Option<&ObjectKey>) -> Result<()> {
    let nothing = ObjectKey::new("default", "jobyard-controller");
    may_read::<batch::Job>(cluster, &nothing).await?;
    may_read::<core::Pod>(cluster, &nothing).await?;
    match lease {
        Some(lease) => may_read::<coordination::Lease>(cluster, lease).await,
        None => Ok(()),
    }
}

async fn may_read<K: Object>(cluster: &RemoteCluster, key: &ObjectKey) -> Result<()> {
    match cluster.get_live::<K>(key).await {
        Err(ClusterError::Forbidden(status)) => {
            bail!(
                "the API server at {} refuses: {status}; {RIGHTS}",
                cluster.server()
            )
        }
        // There or not, now or later: that we may ask is all we wanted to know.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The Job controller, behind the election if there is one.
fn start_work(
    tasks: &Tasks,
    cluster: RemoteCluster,
    job: job::Options,
    election: Option<leader_election::Options>,
    shutdown: CancellationToken,
) -> JoinHandle<Option<()>> {
    let controller = {
        let cluster = cluster.clone();
        move |shutdown| job::run(cluster, job, shutdown)
    };
    let Some(election) = election else {
        return tasks.start("the Job controller", async move {
            answer("leading without election");
            controller(shutdown).await;
            Ok(())
        });
    };
    let line = format!(
        "leading {} as {}",
        election.lease, election.candidate.identity
    );
    let leading = leader_election::lead(cluster, election, shutdown, move |shutdown| async move {
        answer(line);
        controller(shutdown).await;
    });
    tasks.start("the Job controller", async { Ok(leading.await?) })
}

fn checks(shutdown: CancellationToken) -> Box<dyn Fn() -> Vec<Check> + Send + Sync> {
    Box::new(move || {
        vec![
            Check {
                name: "ping",
                is_well: true,
            },
            Check {
                name: "shutdown",
                is_well: !shutdown.is_cancelled(),
            },
        ]
    })
}

/// Waits for the syncs in hand, until patience ends or we are asked again.
async fn farewell(work: JoinHandle<Option<()>>, again: impl Future<Output = ()>) -> Ending {
    tokio::select! {
        // How it failed, it has said itself.
        ended = work => match ended {
            Ok(Some(())) => Ending::Done,
            Ok(None) | Err(_) => Ending::Failed,
        },
        () = tokio::time::sleep(FAREWELL) => {
            say(format_args!("jobyard: the syncs in hand did not end within {FAREWELL:?}"));
            Ending::Failed
        }
        () = again => Ending::Interrupted,
    }
}
