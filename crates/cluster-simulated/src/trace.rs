//! Objects as short words of a trace: what a reader of a failing run looks for.

use jobyard_api::{batch, core, meta::ObjectMeta};

use crate::history::Stored;

/// An object in one line.
pub(crate) fn whole(stored: &Stored) -> String {
    match stored {
        Stored::Job(job) => format!("Job {} {}", stored.key(), job_words(job).join(" ")),
        Stored::Pod(pod) => format!("Pod {} {}", stored.key(), pod_words(pod).join(" ")),
    }
}

/// The words that are there now and were not before.
pub(crate) fn change(before: &Stored, after: &Stored) -> String {
    let words = |stored: &Stored| match stored {
        Stored::Job(job) => job_words(job),
        Stored::Pod(pod) => pod_words(pod),
    };
    let known = words(before);
    let mut new = words(after);
    let gone: Vec<_> = known
        .iter()
        .filter(|word| !new.contains(word))
        .cloned()
        .collect();
    new.retain(|word| !known.contains(word));
    // What has a new value is told by that value.
    let name = |word: &str| word.split('=').next().unwrap_or("").to_owned();
    let lost = gone
        .into_iter()
        .filter(|word| !new.iter().any(|other| name(other) == name(word)))
        .map(|word| format!("-{word}"));
    let lost: Vec<_> = lost.collect();
    new.extend(lost);
    if new.is_empty() {
        new.push("(something else)".to_owned());
    }
    new.join(" ")
}

fn metadata_words(metadata: &ObjectMeta, words: &mut Vec<String>) {
    let uid = metadata.uid.as_deref().unwrap_or("");
    words.push(format!("uid={}", uid.get(..8).unwrap_or(uid)));
    if metadata.deletion_timestamp.is_some() {
        let grace = metadata.deletion_grace_period_seconds.unwrap_or(0);
        words.push(format!("deleting={grace}s"));
    }
    if let Some(finalizers) = &metadata.finalizers {
        words.push(format!("finalizers={}", finalizers.join(",")));
    }
    let owners = metadata.owner_references.iter().flatten();
    words.extend(owners.map(|owner| format!("owner={}", owner.uid.get(..8).unwrap_or(&owner.uid))));
    let labels = metadata.labels.iter().flatten();
    let short = |text: &str| text.get(..12).unwrap_or(text).to_owned();
    let labels: Vec<_> = labels
        .filter(|(key, _)| !key.contains("job-name"))
        .map(|(key, value)| format!("{}:{}", key.rsplit('/').next().unwrap_or(key), short(value)))
        .collect();
    if !labels.is_empty() {
        words.push(format!("labels={}", labels.join(",")));
    }
}

fn pod_words(pod: &core::Pod) -> Vec<String> {
    let mut words = Vec::new();
    metadata_words(&pod.metadata, &mut words);
    let annotations = pod.metadata.annotations.iter().flatten();
    words.extend(
        annotations
            .filter(|(key, _)| key.starts_with("batch.kubernetes.io/"))
            .map(|(key, value)| format!("{}={value}", key.rsplit('/').next().unwrap_or(key))),
    );
    if let Some(node) = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()) {
        words.push(format!("node={node}"));
    }
    let Some(status) = &pod.status else {
        return words;
    };
    words.push(format!("phase={}", status.phase.as_deref().unwrap_or("")));
    let conditions = status.conditions.iter().flatten();
    words.extend(
        conditions
            .filter(|condition| condition.type_ != "PodScheduled")
            .map(|condition| format!("{}={}", condition.type_, condition.status)),
    );
    for container in status.container_statuses.iter().flatten() {
        words.push(format!("restarts={}", container.restart_count));
        let state = container.state.as_ref();
        if let Some(ended) = state.and_then(|state| state.terminated.as_ref()) {
            words.push(format!("exit={}", ended.exit_code));
        }
    }
    words
}

fn job_words(job: &batch::Job) -> Vec<String> {
    let mut words = Vec::new();
    metadata_words(&job.metadata, &mut words);
    if let Some(spec) = &job.spec {
        job_spec_words(spec, &mut words);
    }
    let Some(status) = &job.status else {
        return words;
    };
    let numbers = [
        ("active", status.active),
        ("ready", status.ready),
        ("terminating", status.terminating),
        ("succeeded", status.succeeded),
        ("failed", status.failed),
    ];
    words.extend(
        numbers
            .into_iter()
            .filter_map(|(name, number)| Some(format!("{name}={}", number?))),
    );
    let texts = [
        ("completedIndexes", &status.completed_indexes),
        ("failedIndexes", &status.failed_indexes),
    ];
    words.extend(
        texts
            .into_iter()
            .filter_map(|(name, text)| Some(format!("{name}={}", text.as_ref()?))),
    );
    if let Some(uncounted) = &status.uncounted_terminated_pods {
        let short = |uids: &Option<Vec<String>>| {
            let uids = uids.iter().flatten();
            let uids: Vec<_> = uids.map(|uid| uid.get(..8).unwrap_or(uid)).collect();
            uids.join(",")
        };
        let (succeeded, failed) = (short(&uncounted.succeeded), short(&uncounted.failed));
        words.push(format!("uncounted=[{succeeded}|{failed}]"));
    }
    for condition in status.conditions.iter().flatten() {
        let reason = condition.reason.as_deref().unwrap_or("");
        words.push(format!(
            "{}={}({reason})",
            condition.type_, condition.status
        ));
    }
    if let Some(time) = &status.start_time {
        words.push(format!("startTime={}", time.0));
    }
    if let Some(time) = &status.completion_time {
        words.push(format!("completionTime={}", time.0));
    }
    words
}

fn job_spec_words(spec: &batch::JobSpec, words: &mut Vec<String>) {
    let numbers = [
        ("parallelism", spec.parallelism.map(i64::from)),
        ("completions", spec.completions.map(i64::from)),
        ("backoffLimit", spec.backoff_limit.map(i64::from)),
        (
            "backoffLimitPerIndex",
            spec.backoff_limit_per_index.map(i64::from),
        ),
        ("maxFailedIndexes", spec.max_failed_indexes.map(i64::from)),
        ("activeDeadlineSeconds", spec.active_deadline_seconds),
    ];
    words.extend(
        numbers
            .into_iter()
            .filter_map(|(name, number)| Some(format!("{name}={}", number?))),
    );
    let texts = [
        ("mode", &spec.completion_mode),
        ("replacement", &spec.pod_replacement_policy),
        ("managedBy", &spec.managed_by),
        (
            "restartPolicy",
            &spec
                .template
                .spec
                .as_ref()
                .and_then(|spec| spec.restart_policy.clone()),
        ),
    ];
    words.extend(
        texts
            .into_iter()
            .filter_map(|(name, text)| Some(format!("{name}={}", text.as_ref()?))),
    );
    words.push(format!("suspend={}", spec.suspend.unwrap_or(false)));
    if spec.manual_selector == Some(true) {
        words.push("manualSelector".to_owned());
    }
    for rule in spec
        .pod_failure_policy
        .iter()
        .flat_map(|policy| &policy.rules)
    {
        let codes = rule.on_exit_codes.as_ref();
        let codes = codes.map(|codes| format!("{}{:?}", codes.operator, codes.values));
        let on = codes.unwrap_or_else(|| "conditions".to_owned());
        words.push(format!("onFailure={}:{on}", rule.action));
    }
    for rule in spec.success_policy.iter().flat_map(|policy| &policy.rules) {
        words.push(format!(
            "onSuccess={:?}/{:?}",
            rule.succeeded_indexes, rule.succeeded_count
        ));
    }
}
