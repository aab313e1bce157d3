//! The plan for people: what happens, and why.
//!
//! The order is that of the questions one asks: how is the Job now, what does
//! the controller make of each Pod, what does it do, how does the status read
//! then, and when does it look again.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use jiff::SignedDuration;
use jobyard_api::{Timestamp, indexes::IndexSet};
use jobyard_decide::job::{
    Claim, CreatePod, CreateReason, DeleteReason, JobAction, JobDecision, JobStatus, JobView,
    PodView, ReleaseReason, Skip, claim,
    pod_failure_policy::{FailureAction, FailureMatch},
    pod_view::PodPhase,
    verdict::Outcome,
    view::Completions,
};

use super::Plan;

/// Most Pods, actions and events of one kind that are shown; nobody reads more.
const SHOWN_MAX: usize = 40;

/// The plan as text.
pub(super) fn print(plan: &Plan) -> String {
    let mut text = String::new();
    let job = &plan.job;
    let before = plan.view_before();
    let _ = writeln!(text, "Job {} at {}", job.key, time(plan.now));
    let _ = writeln!(text, "  {}", asked_for(job));
    let _ = writeln!(text, "  {}", standing(&before));
    match &plan.decision {
        Err(skip) => explain_skip(plan, *skip, &mut text),
        Ok(decision) => explain(plan, decision, &before, &mut text),
    }
    text
}

/// What the spec asks for, in a line.
fn asked_for(job: &JobView) -> String {
    let mut parts = vec![match job.completions {
        Completions::WorkQueue => "work queue (no completions)".to_owned(),
        Completions::Count(count) => format!("completions {count}"),
        Completions::Indexed(count) => format!("Indexed, completions {count}"),
    }];
    parts.push(format!("parallelism {}", job.parallelism));
    match job.backoff_limit_per_index {
        Some(limit) => parts.push(format!("backoffLimitPerIndex {limit}")),
        None => parts.push(format!("backoffLimit {}", job.backoff_limit)),
    }
    if let Some(most) = job.max_failed_indexes {
        parts.push(format!("maxFailedIndexes {most}"));
    }
    if let Some(seconds) = job.active_deadline_seconds {
        parts.push(format!("activeDeadlineSeconds {seconds}"));
    }
    if job.is_strict_replacement() {
        parts.push("replaces Pods only when they have ended".to_owned());
    }
    if job.is_suspended {
        parts.push("suspended".to_owned());
    }
    if job.is_deleting {
        parts.push("being deleted".to_owned());
    }
    parts.join(", ")
}

/// What the status says, in a line.
fn standing(status: &JobStatus) -> String {
    let mut line = format!(
        "status: {} active, {} succeeded, {} failed",
        status.active, status.succeeded, status.failed
    );
    if let Some(started) = status.start_time {
        let _ = write!(line, ", started {}", time(started));
    }
    for condition in &status.conditions {
        let _ = write!(line, ", {}={}", condition.type_, condition.status);
    }
    line
}

fn explain_skip(plan: &Plan, skip: Skip, text: &mut String) {
    let why = match skip {
        Skip::ManagedByOther => format!(
            "The Job belongs to another controller (spec.managedBy is {:?}).",
            plan.job.managed_by
        ),
        Skip::Finished => "The Job has ended. What it has counted stays.".to_owned(),
        Skip::UnknownCompletionMode => {
            "spec.completionMode is neither NonIndexed nor Indexed.".to_owned()
        }
    };
    let _ = writeln!(text, "\nNothing is done. {why}");
    let mut left = plan.pods.iter().filter(|pod| {
        skip == Skip::Finished && pod.has_tracking_finalizer && pod.is_controlled_by(&plan.job.uid)
    });
    if let Some(first) = left.next() {
        let others = match left.count() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        let _ = writeln!(
            text,
            "The tracking finalizer of {}{others} is taken away by the clean-up after ended Jobs, which is no part of a sync.",
            first.key.name
        );
    }
    let events = skip.event();
    print_events(
        events
            .iter()
            .map(|event| (event.kind.as_str(), &*event.reason, &*event.message)),
        text,
    );
}

fn explain(plan: &Plan, decision: &JobDecision, before: &JobStatus, text: &mut String) {
    if !plan.pods.is_empty() {
        let _ = writeln!(text, "\nPods");
        print_pods(plan, decision, text);
    }
    if let (Some(_), true) = (&plan.job.pod_failure_policy, decision.failures.is_empty()) {
        let _ = writeln!(
            text,
            "\nThere is no failed Pod that the podFailurePolicy could judge; --exit-code N supposes one."
        );
    }
    if let Some(verdict) = &decision.verdict {
        let end = match verdict.outcome {
            Outcome::Complete => "The Job succeeds",
            Outcome::Failed => "The Job fails",
        };
        let _ = writeln!(text, "\n{end}: {} ({})", verdict.message, verdict.reason);
    }
    let _ = writeln!(text, "\nActions");
    print_actions(decision, text);
    let _ = writeln!(text, "\nStatus");
    print_changes(before, decision.status.as_ref(), text);
    print_events(
        decision
            .events
            .iter()
            .map(|event| (event.kind.as_str(), &*event.reason, &*event.message)),
        text,
    );
    let _ = writeln!(text, "\nNext look");
    print_waits(plan, decision, text);
}

fn print_pods(plan: &Plan, decision: &JobDecision, text: &mut String) {
    let findings = Findings::of(decision);
    let rows = plan.pods.iter().take(SHOWN_MAX).map(|pod| {
        [
            pod.key.name.to_string(),
            state(pod),
            findings.about(&plan.job, pod),
        ]
    });
    print_columns(&rows.collect::<Vec<_>>(), text);
    let more = plan.pods.len().saturating_sub(SHOWN_MAX);
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
}

/// How the Pod is.
fn state(pod: &PodView) -> String {
    let mut state = match pod.phase {
        PodPhase::Pending if !pod.is_scheduled => "Pending, on no node".to_owned(),
        PodPhase::Running if pod.readiness.is_ready() => "Running, ready".to_owned(),
        phase => format!("{phase:?}"),
    };
    if pod.is_deleting && !pod.phase.is_terminal() {
        state.push_str(", terminating");
    }
    for container in &pod.failed_containers {
        let _ = write!(
            state,
            ", {} exited with {}",
            container.name, container.exit_code
        );
    }
    match pod.completion_index {
        Some(index) => format!("index {index}: {state}"),
        None => state,
    }
}

/// What a decision says of each Pod, by its name.
struct Findings<'a> {
    actions: HashMap<&'a str, Vec<&'a JobAction>>,
    rules: HashMap<&'a str, Option<&'a FailureMatch>>,
    held: &'a [Box<str>],
}

impl<'a> Findings<'a> {
    fn of(decision: &'a JobDecision) -> Self {
        let mut actions: HashMap<&str, Vec<&JobAction>> = HashMap::new();
        for action in &decision.actions {
            if let Some(pod) = pod_of(action) {
                actions.entry(pod).or_default().push(action);
            }
        }
        let rules = decision.failures.iter();
        Self {
            actions,
            rules: rules.map(|(pod, rule)| (&**pod, rule.as_ref())).collect(),
            held: &decision.held,
        }
    }

    fn about(&self, job: &JobView, pod: &PodView) -> String {
        let name = &*pod.key.name;
        if let Some(why) = left_alone(job, pod) {
            return why;
        }
        let mut parts = Vec::new();
        match self.rules.get(name) {
            Some(Some(rule)) => parts.push(rule_words(rule)),
            Some(None) => parts.push("no rule of the podFailurePolicy matches".to_owned()),
            None => {}
        }
        let actions = self.actions.get(name).into_iter().flatten();
        parts.extend(actions.map(|action| action_words(action)));
        if self.held.iter().any(|held| &**held == name) {
            parts.push(
                "is held, uncounted, until the next Pod of its index carries its count of failures"
                    .to_owned(),
            );
        }
        if parts.is_empty() {
            parts.push(
                match (pod.phase.is_terminal(), pod.is_deleting) {
                    (true, _) if !pod.has_tracking_finalizer => {
                        "has no tracking finalizer: it is counted already, or never will be"
                    }
                    (true, _) => "stays uncounted in this sync",
                    (false, true) => "ends on its own time",
                    (false, false) => "goes on",
                }
                .to_owned(),
            );
        }
        parts.join("; ")
    }
}

/// Why the Pod is not the Job's business.
fn left_alone(job: &JobView, pod: &PodView) -> Option<String> {
    if claim(job, pod) != Claim::Ignore {
        return None;
    }
    let why = match &pod.controller {
        _ if pod.key.namespace != job.key.namespace => {
            format!("it is in namespace {}", pod.key.namespace)
        }
        Some(other) if other.uid != job.uid => {
            format!("its controller is {} with uid {}", other.name, other.uid)
        }
        Some(_) => {
            let finalizer = if pod.has_tracking_finalizer {
                "; the clean-up of orphans, which is no part of a sync, takes its tracking finalizer"
            } else {
                ""
            };
            format!(
                "the selector no longer matches it, and a Job that is being deleted lets go of no Pod{finalizer}"
            )
        }
        None if job.is_deleting => "a Job that is being deleted adopts no Pod".to_owned(),
        None if pod.is_deleting => {
            "it has no controller, and a Pod that is being deleted is not adopted".to_owned()
        }
        None => "it has no controller, and the selector does not match it".to_owned(),
    };
    Some(format!("is not the Job's: {why}"))
}

fn rule_words(rule: &FailureMatch) -> String {
    let action = match rule.action {
        FailureAction::FailJob => "FailJob: the Job fails",
        FailureAction::FailIndex => "FailIndex: its index fails, without another attempt",
        FailureAction::Ignore => "Ignore: the failure does not count",
        FailureAction::Count => "Count: the failure counts, as without a policy",
    };
    format!(
        "rule {} of the podFailurePolicy says {action} ({})",
        rule.rule, rule.what
    )
}

fn pod_of(action: &JobAction) -> Option<&str> {
    match action {
        JobAction::Adopt { pod }
        | JobAction::Release { pod, .. }
        | JobAction::Delete { pod, .. }
        | JobAction::RemoveFinalizer { pod, .. } => Some(pod),
        JobAction::Create(_) => None,
    }
}

/// What happens to a Pod, and why.
fn action_words(action: &JobAction) -> String {
    match action {
        JobAction::Adopt { .. } => {
            "is adopted: it has no controller, and the selector matches it".to_owned()
        }
        JobAction::Release {
            removes_finalizer, ..
        } => {
            let finalizer = if *removes_finalizer {
                ", and loses its tracking finalizer"
            } else {
                ""
            };
            format!("is let go: the selector no longer matches it{finalizer}")
        }
        JobAction::Create(CreatePod { reason, .. }) => create_words(*reason).to_owned(),
        JobAction::Delete {
            removes_finalizer_first,
            reason,
            ..
        } => {
            let finalizer = if *removes_finalizer_first {
                " (its tracking finalizer goes first, so that it never counts as failed)"
            } else {
                ""
            };
            format!("is deleted: {}{finalizer}", delete_words(*reason))
        }
        JobAction::RemoveFinalizer { reason, .. } => {
            format!("loses its tracking finalizer: {}", release_words(*reason))
        }
    }
}

fn create_words(reason: CreateReason) -> &'static str {
    match reason {
        CreateReason::New => "fewer Pods are active than the Job wants",
        CreateReason::RecreateFailed => "in place of Pods that failed",
        CreateReason::RecreateTerminatingOrFailed => {
            "in place of Pods that failed or are terminating"
        }
    }
}

fn delete_words(reason: DeleteReason) -> &'static str {
    match reason {
        DeleteReason::JobEnded => "the Job has come to its end",
        DeleteReason::JobSuspended => "the Job is suspended",
        DeleteReason::AboveParallelism => "more Pods are active than the Job wants",
        DeleteReason::NoValidIndex => "it has no completion index that the Job has",
        DeleteReason::DuplicateIndex => "another active Pod has its completion index",
    }
}

fn release_words(reason: ReleaseReason) -> &'static str {
    match reason {
        ReleaseReason::Succeeded => "it is counted as succeeded",
        ReleaseReason::Failed => "it is counted as failed",
        ReleaseReason::FailureIgnored => "its failure does not count",
        ReleaseReason::NoValidIndex => {
            "without a completion index that the Job has it never counts"
        }
        ReleaseReason::JobSucceeded => "the Job has succeeded without it, and it does not count",
        ReleaseReason::JobDeleting => "its Job is being deleted, and it does not count",
    }
}

/// Actions of one kind and reason share a line.
fn print_actions(decision: &JobDecision, text: &mut String) {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    let mut created: BTreeMap<&str, (usize, IndexSet)> = BTreeMap::new();
    for action in &decision.actions {
        let kind = match action {
            JobAction::Create(CreatePod { index, reason, .. }) => {
                let (count, indexes) = created.entry(create_words(*reason)).or_default();
                *count += 1;
                if let Some(index) = index {
                    indexes.insert(*index);
                }
                continue;
            }
            JobAction::Adopt { .. } => "adopt".to_owned(),
            JobAction::Release { .. } => "let go of".to_owned(),
            JobAction::Delete {
                removes_finalizer_first: true,
                reason,
                ..
            } => format!(
                "remove the tracking finalizer of, then delete ({})",
                delete_words(*reason)
            ),
            JobAction::Delete { reason, .. } => format!("delete ({})", delete_words(*reason)),
            JobAction::RemoveFinalizer { .. } => "remove the tracking finalizer of".to_owned(),
        };
        let pods = pod_of(action).unwrap_or_default();
        match lines.iter_mut().find(|(line, _)| *line == kind) {
            Some((_, all)) => all.push(pods),
            None => lines.push((kind, vec![pods])),
        }
    }
    if lines.is_empty() && created.is_empty() {
        let _ = writeln!(text, "  none");
    }
    for (kind, pods) in lines {
        let shown: Vec<_> = pods.iter().take(SHOWN_MAX).copied().collect();
        let more = match pods.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(text, "  {kind}: {}{more}", shown.join(", "));
    }
    for (reason, (count, indexes)) in created {
        let pods = if count == 1 { "Pod" } else { "Pods" };
        let which = match indexes.len() {
            0 => String::new(),
            1 => format!(" of index {indexes}"),
            _ => format!(" of indexes {indexes}"),
        };
        let _ = writeln!(text, "  create {count} {pods}{which} ({reason})");
    }
}

/// The fields of the status that change, old and new.
fn print_changes(before: &JobStatus, after: Option<&JobStatus>, text: &mut String) {
    let Some(after) = after else {
        let _ = writeln!(text, "  stays as it is");
        return;
    };
    let mut rows = Vec::new();
    let mut row = |field: &str, old: String, new: String| {
        if old != new {
            rows.push([field.to_owned(), format!("{old} -> {new}"), String::new()]);
        }
    };
    let number = |count: Option<u32>| count.map_or("none".to_owned(), |count| count.to_string());
    let moment = |at: Option<Timestamp>| at.map_or("none".to_owned(), time);
    let quoted =
        |indexes: Option<&str>| indexes.map_or("none".to_owned(), |text| format!("{text:?}"));
    row(
        "active",
        before.active.to_string(),
        after.active.to_string(),
    );
    row("ready", number(before.ready), number(after.ready));
    row(
        "terminating",
        number(before.terminating),
        number(after.terminating),
    );
    row(
        "succeeded",
        before.succeeded.to_string(),
        after.succeeded.to_string(),
    );
    row(
        "failed",
        before.failed.to_string(),
        after.failed.to_string(),
    );
    row(
        "completedIndexes",
        quoted(Some(&before.completed_indexes)),
        quoted(Some(&after.completed_indexes)),
    );
    row(
        "failedIndexes",
        quoted(before.failed_indexes.as_deref()),
        quoted(after.failed_indexes.as_deref()),
    );
    row(
        "startTime",
        moment(before.start_time),
        moment(after.start_time),
    );
    row(
        "completionTime",
        moment(before.completion_time),
        moment(after.completion_time),
    );
    for condition in &after.conditions {
        if before.condition(&condition.type_) != Some(condition) {
            rows.push([
                "condition".to_owned(),
                format!(
                    "{}={}, {}: {}",
                    condition.type_,
                    condition.status,
                    condition.reason.as_deref().unwrap_or_default(),
                    condition.message.as_deref().unwrap_or_default()
                ),
                String::new(),
            ]);
        }
    }
    if rows.is_empty() {
        // Only the lists of uncounted Pods, which come and go within a sync.
        let _ = writeln!(text, "  no count and no condition changes");
    }
    print_columns(&rows, text);
}

fn print_events<'a>(events: impl Iterator<Item = (&'a str, &'a str, &'a str)>, text: &mut String) {
    let mut rows: Vec<[String; 3]> = events
        .map(|(kind, reason, message)| [kind, reason, message].map(str::to_owned))
        .collect();
    if rows.is_empty() {
        return;
    }
    let more = rows.len().saturating_sub(SHOWN_MAX);
    rows.truncate(SHOWN_MAX);
    let _ = writeln!(text, "\nEvents");
    print_columns(&rows, text);
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
}

fn print_waits(plan: &Plan, decision: &JobDecision, text: &mut String) {
    let after_sync = decision.status.as_ref();
    if after_sync.is_some_and(JobStatus::is_finished) {
        let _ = writeln!(text, "  none: the Job has ended");
        return;
    }
    let mut lines = Vec::new();
    if decision.wake_at.is_some_and(|at| at <= plan.now) {
        lines.push("at once: one sync does no more than this".to_owned());
    }
    let after = |at: Timestamp| {
        let millis = at.duration_since(plan.now).as_millis();
        let wait = SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
        format!("in {wait:#}, at {}", time(at))
    };
    if let Some(at) = decision.waits.backoff {
        let why = match (plan.job.backoff_limit_per_index, decision.backoff.failures) {
            (Some(_), _) => "an index may be tried again after its failures".to_owned(),
            (None, 1) => "Pods may be created again after 1 failure".to_owned(),
            (None, failures) => {
                format!("Pods may be created again after {failures} failures in a row")
            }
        };
        lines.push(format!("{}: {why}", after(at)));
    }
    if let Some(at) = decision.waits.deadline {
        lines.push(format!("{}: activeDeadlineSeconds is over", after(at)));
    }
    if lines.is_empty() {
        lines.push("when the Job or a Pod of it changes".to_owned());
    }
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
}

/// Rows of three cells; the first two columns are as wide as what they hold.
fn print_columns(rows: &[[String; 3]], text: &mut String) {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    for [a, b, c] in rows {
        let line = format!("  {a:first$}  {b:second$}  {c}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// A time as the API prints it.
fn time(at: Timestamp) -> String {
    jobyard_api::object::whole_seconds(at).to_string()
}
