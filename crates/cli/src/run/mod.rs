//! `jobyard run`: manifests to completion, in one process, and gone.
//!
//! The story: read all manifests ([`manifests`]), start a yard, have it accept
//! every object ([`apply`]), follow Jobs and Pods until all have ended
//! ([`follow`]), and say how it went ([`summary`]). Nothing starts unless all
//! was accepted.

mod apply;
mod follow;
pub(crate) mod manifests;
mod progress;
mod refuse;
mod summary;

use anyhow::{Context as _, Result};
use jobyard_node::Shutdown;

use follow::Followed;

use crate::{
    args::{Output, RunArguments},
    exit::Ending,
    say::{answer, say},
    yard::{Keeping, Yard, YardConfig},
};

/// Runs the command.
pub(crate) fn main(arguments: &RunArguments) -> Result<Ending> {
    let files: Vec<_> = arguments
        .files
        .iter()
        .chain(&arguments.filename)
        .cloned()
        .collect();
    let manifests = manifests::read(&files, &arguments.namespace, arguments.timeout.is_some())?;
    let machine = crate::yard::Machine::claim()?;
    let folder = tempfile::Builder::new()
        .prefix("jobyard-run-")
        .tempdir()
        .context("cannot make a temporary folder")?;
    let data_dir = arguments.data_dir.as_deref().unwrap_or(folder.path());
    let config = YardConfig {
        data_dir: crate::yard::make_private_folder(data_dir)?,
        keeping: if arguments.data_dir.is_some() {
            Keeping::Durable
        } else {
            Keeping::UntilTheEnd
        },
        default_runtime: arguments.runtime,
        host_runtime_allowed: true,
        ..YardConfig::default()
    };
    let tasks = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start threads")?;
    let ending = tasks.block_on(run(arguments, manifests, machine, config));
    // The Pods are gone; what is left to the runtime are ended tasks.
    tasks.shutdown_timeout(std::time::Duration::from_secs(1));
    ending
}

async fn run(
    arguments: &RunArguments,
    manifests: Vec<manifests::Manifest>,
    machine: crate::yard::Machine,
    config: YardConfig,
) -> Result<Ending> {
    let yard = Yard::start(crate::yard::YardNode::Local(machine), config).await?;
    let applied = match apply::apply(yard.registry(), &manifests) {
        Ok(applied) => applied,
        Err(error) => {
            // Nothing of ours runs; what an earlier run left is not ours to end.
            yard.stop(Shutdown::LeavePods).await;
            return Err(error);
        }
    };
    let followed = follow::follow(&yard, applied, arguments).await;
    let at_once = followed.as_ref().is_ok_and(|followed| followed.at_once);
    yard.stop(if at_once {
        Shutdown::LeavePods
    } else {
        Shutdown::EndPods
    })
    .await;
    let Followed {
        ending,
        progress,
        tails,
        ..
    } = followed?;
    if arguments.output == Some(Output::Json) {
        let document = serde_json::to_string_pretty(&summary::json(&progress, ending.code()))?;
        answer(document);
    }
    let failures = summary::failures(&progress, &tails);
    say(format_args!(
        "{failures}{}",
        summary::table(&progress).trim_end()
    ));
    Ok(ending)
}
