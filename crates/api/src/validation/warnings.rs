//! What to tell a client about an object that is valid but may surprise.
//!
//! Warnings travel in `Warning` headers; kubectl prints them.
//!
//! Source: upstream batch `strategy.go` (`WarningsOnCreate`), core `pkg/api/pod`
//! (`GetWarningsForPodTemplate`), job-api.md 6.6.

mod pod_spec;

use crate::{batch::Job, core::Pod, field::Path, validation::names};

/// More completions than this with more parallelism than the next is a lot to track.
const COMPLETIONS_TRACKABLE: i32 = 100_000;
/// See above.
const PARALLELISM_TRACKABLE: i32 = 10_000;

/// Warnings about a new Job.
pub fn job(job: &Job) -> Vec<String> {
    let mut warnings = surprising_name(
        job.metadata.name.as_deref().unwrap_or(""),
        "Pod names and hostnames",
    );
    warnings.extend(job_spec(job));
    warnings
}

/// Warnings about a Job's spec, for a new Job and when the spec changed.
pub fn job_spec(job: &Job) -> Vec<String> {
    let mut warnings = Vec::new();
    let Some(spec) = &job.spec else {
        return warnings;
    };
    if spec.completion_mode.as_deref() == Some("Indexed")
        && spec.completions.unwrap_or(0) > COMPLETIONS_TRACKABLE
        && spec.parallelism.unwrap_or(0) > PARALLELISM_TRACKABLE
    {
        warnings.push("spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail".to_owned());
    }
    if let Some(pod) = &spec.template.spec {
        let path = Path::new("spec").child("template");
        let metadata = spec.template.metadata.as_ref();
        pod_spec::warnings(metadata, pod, &path, &mut warnings);
    }
    warnings
}

/// Warnings about a new Pod.
pub fn pod(pod: &Pod) -> Vec<String> {
    let mut warnings = surprising_name(
        pod.metadata.name.as_deref().unwrap_or(""),
        "the Pod's hostname",
    );
    warnings.extend(pod_spec_of(pod));
    warnings
}

/// Warnings about a Pod's spec, for a new Pod and when the spec changed.
pub fn pod_spec_of(pod: &Pod) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(spec) = &pod.spec {
        pod_spec::warnings(Some(&pod.metadata), spec, &Path::default(), &mut warnings);
    }
    warnings
}

/// A name that is fine for an object but not for a host.
fn surprising_name(name: &str, used_in: &str) -> Vec<String> {
    let faults = names::dns_label(name);
    if faults.is_empty() {
        Vec::new()
    } else {
        vec![format!(
            "metadata.name: this is used in {used_in}, which can result in surprising behavior; a DNS label is recommended: [{}]",
            faults.join(" ")
        )]
    }
}
