//! `jobyard plan`: what the Job controller would do next, from objects alone.
//!
//! No server and no side effect: the Job and the Pods come from a file ([`given`]),
//! the decision from `jobyard_decide::job`, and it is printed for people ([`text`])
//! or, with `-o json`, for programs ([`json`]). The JSON has a fixed shape that
//! others compare with what their own controllers do.

mod given;
mod json;
mod text;

use std::sync::Arc;

use anyhow::Result;
use jobyard_api::{
    Timestamp, batch,
    well_known::{JOB_CONTROLLER_NAME, JOBYARD_JOB_CONTROLLER_NAME},
};
use jobyard_decide::job::{
    BackoffRecord, JobDecision, JobStatus, JobView, PodView, Skip, sync_with_claim,
};

use crate::{
    args::{Output, PlanArguments},
    exit::Ending,
    say::{answer, say},
};
use given::Given;

/// Runs the command.
pub(crate) fn main(arguments: &PlanArguments) -> Result<Ending> {
    let now = arguments.now.unwrap_or_else(Timestamp::now);
    let mut given = given::read(&arguments.file)?;
    if let Some(exit_code) = arguments.exit_code {
        given.suppose_failure(exit_code, now);
    }
    for warning in &given.warnings {
        say(format_args!("warning: {warning}"));
    }
    let plan = Plan::of(&given, now);
    match arguments.output {
        Some(Output::Json) => answer(json::print(&plan)?),
        None => answer(text::print(&plan).trim_end()),
    }
    Ok(Ending::Done)
}

/// One sync of the Job of a file.
struct Plan {
    now: Timestamp,
    job: JobView,
    /// The Pods of the file, in its order.
    pods: Vec<Arc<PodView>>,
    /// The status as the file has it.
    status_before: batch::JobStatus,
    decision: Result<JobDecision, Skip>,
}

impl Plan {
    fn of(given: &Given, now: Timestamp) -> Self {
        let object = Arc::new(given.job.clone());
        let job = JobView::from(&object);
        let pods: Vec<_> = given
            .pods
            .iter()
            .map(|pod| Arc::new(PodView::from(pod)))
            .collect();
        // The controller of this project is one, by whichever name it takes the Job.
        let controller_name = match &*job.managed_by {
            JOBYARD_JOB_CONTROLLER_NAME => JOBYARD_JOB_CONTROLLER_NAME,
            _ => JOB_CONTROLLER_NAME,
        };
        let decision = sync_with_claim(&job, &pods, BackoffRecord::default(), controller_name, now);
        Self {
            now,
            job,
            pods,
            status_before: given.job.status.clone().unwrap_or_default(),
            decision,
        }
    }

    /// The whole status as it stands after the sync.
    fn status_after(&self) -> batch::JobStatus {
        match &self.decision {
            Ok(JobDecision {
                status: Some(status),
                ..
            }) => batch::JobStatus::from(status),
            _ => self.status_before.clone(),
        }
    }

    /// The same before it, as decisions see it.
    fn view_before(&self) -> JobStatus {
        JobStatus::from(&self.status_before)
    }
}
