//! `jobyard serve`: the yard as a daemon.
//!
//! Order matters: the port is taken first, so that a second daemon says who has
//! it and touches nothing; `ready` is said when clients may connect and not
//! before. SIGTERM leaves Pods running for the next start, unless `--drain`.

use std::{path::PathBuf, sync::Arc, time::Instant};

use anyhow::{Context as _, Result, bail};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture};
use jobyard_api::{StatusError, Timestamp, core};
use jobyard_controllers::job;
use jobyard_node::{LogOptions, Logs, Shutdown, simulated};
use jobyard_server::{
    Api, ApiOptions, Limits, Server,
    pod_logs::{LogRequest, LogStream, PodLogs},
    tls::{self, Pki, ServerNames},
};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{
    args::{Controllers, Node, Runtime, ServeArguments},
    exit::Ending,
    say::{answer, say},
    tasks::Tasks,
    yard::{self, Keeping, Machine, Yard, YardConfig, YardNode},
};

/// Runs the command.
pub(crate) fn main(arguments: &ServeArguments) -> Result<Ending> {
    let started = Instant::now();
    if arguments.node != Node::Simulated && !arguments.simulated.is_empty() {
        bail!(
            "the flags --simulated-... say what becomes of imagined Pods: give --node simulated as well, or leave them out"
        );
    }
    // Before the first thread starts.
    let node = match arguments.node {
        Node::Local => YardNode::Local(Machine::claim()?),
        Node::Simulated => YardNode::Simulated(arguments.simulated.fate()),
        Node::None => YardNode::None,
    };
    let tasks = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start threads")?;
    tasks.block_on(serve(arguments, node, started))
}

async fn serve(arguments: &ServeArguments, node: YardNode, started: Instant) -> Result<Ending> {
    let server = Server::bind(arguments.listen, Limits::default())?;
    let address = server.address();
    let data_dir = arguments
        .data_dir
        .clone()
        .unwrap_or_else(|| PathBuf::from(yard::DEFAULT_DATA_DIR));
    let data_dir = yard::make_private_folder(&data_dir)?;
    let names = ServerNames::of(address.ip(), &yard::hostname());
    let pki = Pki::open(&data_dir.join("pki"), &names, Timestamp::now())?;
    let kubeconfig = arguments
        .kubeconfig
        .clone()
        .unwrap_or_else(|| data_dir.join("kubeconfig"));
    let kubeconfig = std::path::absolute(&kubeconfig).unwrap_or(kubeconfig);
    let max_pods = arguments.max_pods.unwrap_or(match node {
        YardNode::Simulated(_) => simulated::PODS_MAX,
        YardNode::Local(_) | YardNode::None => yard::PODS_MAX,
    });
    let job_metrics = job::Metrics::default();
    let mut metrics = prometheus_client::registry::Registry::default();
    job_metrics.register(&mut metrics);
    let yard = Yard::start(
        node,
        YardConfig {
            data_dir: data_dir.clone(),
            keeping: Keeping::Durable,
            runs_controllers: arguments.controllers == Controllers::All,
            job_metrics,
            default_runtime: arguments.runtime,
            host_runtime_allowed: arguments.allow_host_runtime
                || arguments.runtime == Runtime::Host,
            max_pods,
            pod_max_pids: arguments.pod_max_pids,
            ca_certificate: Some(pki.authority_pem.clone()),
            hidden: vec![kubeconfig.clone()],
        },
    )
    .await?;

    let shutdown = CancellationToken::new();
    let api = Api::new(
        yard.registry().clone(),
        ApiOptions {
            address: address.to_string(),
            logs: Some(Arc::new(NodeLogs(yard.logs().clone()))),
            metrics,
            ending: shutdown.clone(),
            ..ApiOptions::default()
        },
    );
    let serving = server.serve(Arc::new(api), tls::server_config(&pki)?, shutdown.clone());
    let tasks = Tasks::until(shutdown.clone());
    let serving = tasks.start("the server", async {
        serving.await;
        Ok(())
    });
    tls::write_kubeconfig(&kubeconfig, &format!("https://{address}"), &pki)?;
    answer(format_args!(
        "ready https://{address} in {} ms",
        started.elapsed().as_millis()
    ));
    say(format_args!("export KUBECONFIG={}", kubeconfig.display()));

    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let ending = tokio::select! {
        _ = terminate.recv() => Ending::Done,
        _ = interrupt.recv() => Ending::Done,
        () = yard.broken() => Ending::Failed,
        () = tasks.broken() => Ending::Failed,
    };
    shutdown.cancel();
    let _ = serving.await;
    let running = yard
        .stop(if arguments.drain && ending == Ending::Done {
            Shutdown::EndPods
        } else {
            Shutdown::LeavePods
        })
        .await;
    if running > 0 {
        say(format_args!(
            "{running} Pods go on running; the next start on {} picks them up",
            data_dir.display()
        ));
    }
    Ok(ending)
}

/// The node's logs in the words of the server.
struct NodeLogs(Logs);

impl PodLogs for NodeLogs {
    fn open<'a>(
        &'a self,
        pod: &'a core::Pod,
        request: &'a LogRequest,
    ) -> BoxFuture<'a, Result<LogStream, StatusError>> {
        let options = LogOptions {
            follow: request.follow,
            previous: request.previous,
            since: request.since,
            tail_lines: request.tail_lines,
            timestamps: request.timestamps,
        };
        async move {
            let stream = self
                .0
                .open(pod, &request.container, options)
                .await
                .map_err(StatusError::internal)?;
            Ok(stream.boxed())
        }
        .boxed()
    }
}
