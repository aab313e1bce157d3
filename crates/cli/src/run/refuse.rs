//! What `run` does not start, because it would never end by itself.
//!
//! With `--timeout` there is an end, and all of it is allowed.

use jobyard_api::{batch, core, well_known::JOB_CONTROLLER_NAME};

/// Why this Job would not end by itself, or `None` when it will.
pub(crate) fn endless(job: &batch::Job) -> Option<String> {
    let spec = job.spec.as_ref()?;
    if spec.suspend == Some(true) {
        return Some("it is suspended (spec.suspend is true)".into());
    }
    if spec.parallelism == Some(0) && spec.completions != Some(0) {
        return Some("it runs no Pods (spec.parallelism is 0)".into());
    }
    match spec.managed_by.as_deref() {
        None | Some(JOB_CONTROLLER_NAME) => None,
        Some(other) => Some(format!(
            "it belongs to another controller (spec.managedBy is {other:?})"
        )),
    }
}

/// Why this bare Pod would not end by itself, or `None` when it will.
pub(crate) fn endless_pod(pod: &core::Pod) -> Option<String> {
    let policy = pod.spec.as_ref()?.restart_policy.as_deref();
    let is_restarted = matches!(policy, None | Some("Always"));
    is_restarted.then(|| "its containers are always restarted (spec.restartPolicy is Always, which is the default)".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(spec: batch::JobSpec) -> batch::Job {
        batch::Job {
            spec: Some(spec),
            ..batch::Job::default()
        }
    }

    #[test]
    fn jobs_that_cannot_end_by_themselves_are_named() {
        let endless_spec = |spec| endless(&job(spec)).is_some();
        let plain = batch::JobSpec::default;
        assert!(!endless_spec(plain()));
        assert!(endless_spec(batch::JobSpec {
            suspend: Some(true),
            ..plain()
        }));
        assert!(endless_spec(batch::JobSpec {
            parallelism: Some(0),
            ..plain()
        }));
        assert!(!endless_spec(batch::JobSpec {
            parallelism: Some(0),
            completions: Some(0),
            ..plain()
        }));
        assert!(endless_spec(batch::JobSpec {
            managed_by: Some("acme.io/x".into()),
            ..plain()
        }));
        assert!(!endless_spec(batch::JobSpec {
            managed_by: Some(JOB_CONTROLLER_NAME.into()),
            ..plain()
        }));
    }

    #[test]
    fn pods_that_are_always_restarted_are_named() {
        let endless = |policy: Option<&str>| {
            let spec = core::PodSpec {
                restart_policy: policy.map(str::to_owned),
                ..core::PodSpec::default()
            };
            endless_pod(&core::Pod {
                spec: Some(spec),
                ..core::Pod::default()
            })
            .is_some()
        };
        assert!(endless(None) && endless(Some("Always")));
        assert!(!endless(Some("OnFailure")) && !endless(Some("Never")));
    }
}
