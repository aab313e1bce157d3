//! `jobyard-bench node`: a node whose Pods are imagined, for any API server.
//!
//! The same node that `jobyard serve --node simulated` has inside, on the other
//! side of HTTP.

use anyhow::{Context as _, Result};
use jobyard_cluster_remote::{Options, RemoteCluster};
use jobyard_node::{
    Clock,
    simulated::{self, Fate, SimulatedNode},
};
use tokio_util::sync::CancellationToken;

use crate::{Ending, answer, args::NodeArguments, interrupted};

/// What the node and its Pods show where others show where they can be reached:
/// reserved for documentation, so that nobody is misled.
const ADDRESS: &str = "192.0.2.1";

/// Runs the command.
pub(crate) async fn main(arguments: NodeArguments) -> Result<Ending> {
    let cluster = RemoteCluster::connect(&arguments.server.kubeconfig, Options::default()).await?;
    let shutdown = CancellationToken::new();
    let node = SimulatedNode {
        name: arguments.name.clone(),
        address: ADDRESS.to_owned(),
        pods_max: arguments.max_pods,
        fate: Fate {
            run_time: arguments.run_time,
            fail_share: arguments.fail_share,
            fail_times: arguments.fail_times,
            exit_code: arguments.exit_code,
        },
        clock: Clock::system(),
    };
    answer(format_args!(
        "node {} for up to {} Pods at {}",
        node.name,
        node.pods_max,
        cluster.server()
    ));
    let running = simulated::run(cluster, node, shutdown.clone());
    tokio::pin!(running);
    tokio::select! {
        ended = &mut running => {
            ended.with_context(|| format!("the node {} cannot begin", arguments.name))?;
        }
        told = interrupted() => {
            told?;
            shutdown.cancel();
            running.await?;
        }
    }
    Ok(Ending::Done)
}
