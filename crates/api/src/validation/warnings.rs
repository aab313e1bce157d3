//! What to tell a client about an object that is valid but may surprise.
//!
//! Warnings travel in `Warning` headers; kubectl prints them.
//!
//! Source: upstream batch `strategy.go` (`WarningsOnCreate`), core `pkg/api/pod`
//! (`GetWarningsForPodTemplate`), job-api.md 6.6.

use std::collections::BTreeMap;

use crate::{
    batch::Job,
    core::{Container, Pod, PodSpec},
    field::Path,
    validation::names,
};

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
        let path = Path::new("spec").child("template").child("spec");
        pod_spec(pod, &path, &mut warnings);
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
        pod_spec(spec, &Path::new("spec"), &mut warnings);
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

fn pod_spec(spec: &PodSpec, path: &Path, warnings: &mut Vec<String>) {
    for (index, volume) in spec.volumes.iter().flatten().enumerate() {
        if volume.git_repo.is_some() {
            warnings.push(format!(
                "{}: deprecated in v1.11, and disabled by default in v1.33+",
                path.child("volumes").index(index).child("gitRepo")
            ));
        }
    }
    for (list, containers) in [
        ("initContainers", spec.init_containers.as_deref()),
        ("containers", Some(spec.containers.as_slice())),
    ] {
        for (index, container) in containers.unwrap_or_default().iter().enumerate() {
            hidden_variables(container, &path.child(list).index(index), warnings);
        }
    }
    let regular = spec.containers.iter().enumerate();
    duplicate_ports(regular, &path.child("containers"), warnings);
    if spec
        .termination_grace_period_seconds
        .is_some_and(|seconds| seconds < 0)
    {
        warnings.push(format!(
            "{}: must be >= 0; negative values are invalid and will be treated as 1",
            path.child("terminationGracePeriodSeconds")
        ));
    }
}

/// Of two variables of one name the later wins, and apply may drop the earlier.
fn hidden_variables(container: &Container, path: &Path, warnings: &mut Vec<String>) {
    let mut seen: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (index, variable) in container.env.iter().flatten().enumerate() {
        let value = variable.value.clone().unwrap_or_default();
        let values = seen.entry(&variable.name).or_default();
        // A value made of the earlier one is a common and sound pattern.
        let extends = value.contains(&format!("$({})", variable.name));
        if !values.is_empty() && !extends {
            warnings.push(format!(
                "{}: hides previous definition of {:?}, which may be dropped when using apply",
                path.child("env").index(index),
                variable.name
            ));
        }
        values.push(value);
    }
}

/// Ports of one number and protocol, within a container and over the Pod.
fn duplicate_ports<'a>(
    containers: impl Iterator<Item = (usize, &'a Container)>,
    list: &Path,
    warnings: &mut Vec<String>,
) {
    let mut seen: BTreeMap<(i32, &str), Path> = BTreeMap::new();
    for (index, container) in containers {
        for (port_index, port) in container.ports.iter().flatten().enumerate() {
            let path = list.index(index).child("ports").index(port_index);
            let key = (
                port.container_port,
                port.protocol.as_deref().unwrap_or("TCP"),
            );
            if let Some(first) = seen.get(&key) {
                warnings.push(format!("{path}: duplicate port definition with {first}"));
            } else {
                seen.insert(key, path);
            }
        }
    }
}
