//! Requests and limits as the kernel's numbers.
//!
//! Source: upstream `MilliCPUToShares`, `MilliCPUToQuota`, `ResourceConfigForPod`
//! in pkg/kubelet/cm/helpers_linux.go; `GetContainerOOMScoreAdjust` in
//! pkg/kubelet/qos/policy.go; `GetPodQOS`.

use jobyard_api::{core, quantity::Quantity};
use jobyard_runtime::Resources;

const SHARES_LEAST: u64 = 2;
const SHARES_MOST: u64 = 262_144;
/// Microseconds of each 100 ms; the kernel refuses less.
const QUOTA_LEAST_US: u64 = 1_000;

/// How a Pod is treated when the node runs short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QosClass {
    /// All limits set and equal to the requests.
    Guaranteed,
    /// Some requests or limits.
    Burstable,
    /// None at all.
    BestEffort,
}

impl QosClass {
    /// The class the API stored; it never changes.
    pub fn of(pod: &core::Pod) -> Self {
        match pod
            .status
            .as_ref()
            .and_then(|status| status.qos_class.as_deref())
        {
            Some("Guaranteed") => Self::Guaranteed,
            Some("Burstable") => Self::Burstable,
            _ => Self::BestEffort,
        }
    }

    /// The Pod's control group below that of all Pods.
    pub fn cgroup(self, uid: &str) -> String {
        match self {
            Self::Guaranteed => format!("pod{uid}"),
            Self::Burstable => format!("burstable/pod{uid}"),
            Self::BestEffort => format!("besteffort/pod{uid}"),
        }
    }
}

/// Limits of one container.
pub fn of_container(container: &core::Container) -> Resources {
    let cpu_limit = amount(container, List::Limits, "cpu").map(Quantity::milli);
    let cpu_request = amount(container, List::Requests, "cpu")
        .map(Quantity::milli)
        .or(cpu_limit);
    Resources {
        cpu_shares: Some(shares(cpu_request.unwrap_or(0))),
        cpu_quota_us: cpu_limit.and_then(quota),
        memory_bytes_max: amount(container, List::Limits, "memory").and_then(bytes),
        pids_max: None,
    }
}

/// Limits of all containers together: a cap only where each container has one.
pub fn of_pod(spec: &core::PodSpec) -> Resources {
    let sum = |list: List, name: &str, unit: fn(Quantity) -> i128| {
        let amounts =
            running_together(spec).map(|container| amount(container, list, name).map(unit));
        amounts.fold((0_i128, true), |(sum, all), amount| {
            (sum + amount.unwrap_or(0), all && amount.is_some())
        })
    };
    let (cpu_request, _) = sum(List::Requests, "cpu", Quantity::milli);
    let (cpu_limit, all_limit_cpu) = sum(List::Limits, "cpu", Quantity::milli);
    let (memory_limit, all_limit_memory) = sum(List::Limits, "memory", Quantity::units);
    // A larger init container runs alone, and must fit.
    let init_max = |name: &str, unit: fn(Quantity) -> i128| {
        let limits = spec
            .init_containers
            .iter()
            .flatten()
            .map(|container| amount(container, List::Limits, name));
        limits
            .map(|limit| limit.map(unit))
            .try_fold(0, |most, limit| Some(most.max(limit?)))
    };
    let cpu_cap = init_max("cpu", Quantity::milli)
        .filter(|_| all_limit_cpu)
        .map(|init| init.max(cpu_limit));
    let memory_cap = init_max("memory", Quantity::units)
        .filter(|_| all_limit_memory)
        .map(|init| init.max(memory_limit));
    Resources {
        cpu_shares: Some(shares(cpu_request)),
        cpu_quota_us: cpu_cap.and_then(quota),
        memory_bytes_max: memory_cap
            .and_then(|bytes| u64::try_from(bytes).ok())
            .filter(|bytes| *bytes > 0),
        pids_max: None,
    }
}

/// -997 to 1000: who the kernel kills first.
pub fn oom_score_adj(qos: QosClass, container: &core::Container, node_memory_bytes: u64) -> i32 {
    let request = amount(container, List::Requests, "memory")
        .and_then(bytes)
        .unwrap_or(0);
    match qos {
        QosClass::Guaranteed => -997,
        QosClass::BestEffort => 1000,
        QosClass::Burstable => {
            let share = 1000 * u128::from(request) / u128::from(node_memory_bytes.max(1));
            (1000 - i32::try_from(share).unwrap_or(1000)).clamp(3, 999)
        }
    }
}

fn running_together(spec: &core::PodSpec) -> impl Iterator<Item = &core::Container> {
    let sidecars = spec
        .init_containers
        .iter()
        .flatten()
        .filter(|container| container.restart_policy.as_deref() == Some("Always"));
    spec.containers.iter().chain(sidecars)
}

#[derive(Clone, Copy)]
enum List {
    Limits,
    Requests,
}

/// A positive amount that the container names.
fn amount(container: &core::Container, list: List, name: &str) -> Option<Quantity> {
    let resources = container.resources.as_ref()?;
    let list = match list {
        List::Limits => resources.limits.as_ref(),
        List::Requests => resources.requests.as_ref(),
    };
    let quantity = Quantity::from(list?.get(name)?);
    (!quantity.is_zero() && !quantity.is_negative()).then_some(quantity)
}

fn shares(cpu_milli: i128) -> u64 {
    u64::try_from(cpu_milli * 1024 / 1000)
        .unwrap_or(SHARES_MOST)
        .clamp(SHARES_LEAST, SHARES_MOST)
}

/// `None`: no limit.
fn quota(cpu_milli: i128) -> Option<u64> {
    let quota = u64::try_from(cpu_milli.checked_mul(100)?).ok()?;
    (quota > 0).then(|| quota.max(QUOTA_LEAST_US))
}

fn bytes(quantity: Quantity) -> Option<u64> {
    u64::try_from(quantity.units()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(resources: serde_json::Value) -> core::Container {
        serde_json::from_value(serde_json::json!({"name": "c", "resources": resources})).unwrap()
    }

    fn pod(containers: &[serde_json::Value]) -> core::PodSpec {
        core::PodSpec {
            containers: containers.iter().cloned().map(container).collect(),
            ..Default::default()
        }
    }

    #[test]
    fn requests_become_shares_and_limits_become_caps() {
        use serde_json::json;
        let table = [
            (json!({}), (2, None, None)),
            (json!({"requests": {"cpu": "1"}}), (1024, None, None)),
            (json!({"requests": {"cpu": "1m"}}), (2, None, None)),
            (
                json!({"limits": {"cpu": "500m"}}),
                (512, Some(50_000), None),
            ),
            (json!({"limits": {"cpu": "5m"}}), (5, Some(1_000), None)),
            (
                json!({"limits": {"cpu": "2"}, "requests": {"cpu": "250m"}}),
                (256, Some(200_000), None),
            ),
            (
                json!({"limits": {"memory": "64Mi"}}),
                (2, None, Some(64 << 20)),
            ),
            (json!({"requests": {"cpu": "9000"}}), (262_144, None, None)),
        ];
        for (resources, (cpu_shares, cpu_quota_us, memory_bytes_max)) in table {
            let expected = Resources {
                cpu_shares: Some(cpu_shares),
                cpu_quota_us,
                memory_bytes_max,
                pids_max: None,
            };
            assert_eq!(
                of_container(&container(resources.clone())),
                expected,
                "{resources}"
            );
        }
    }

    #[test]
    fn a_pod_is_capped_only_when_all_its_containers_are() {
        use serde_json::json;
        let limited =
            json!({"limits": {"cpu": "1", "memory": "10Mi"}, "requests": {"cpu": "500m"}});
        let both = of_pod(&pod(&[limited.clone(), limited.clone()]));
        assert_eq!(both.cpu_quota_us, Some(200_000));
        assert_eq!(both.memory_bytes_max, Some(20 << 20));
        assert_eq!(both.cpu_shares, Some(1024));
        let one = of_pod(&pod(&[limited, json!({})]));
        assert_eq!((one.cpu_quota_us, one.memory_bytes_max), (None, None));
    }

    #[test]
    fn oom_scores_by_class() {
        let asks = container(serde_json::json!({"requests": {"memory": "256Mi"}}));
        let none = container(serde_json::json!({}));
        assert_eq!(oom_score_adj(QosClass::Guaranteed, &asks, 1 << 30), -997);
        assert_eq!(oom_score_adj(QosClass::BestEffort, &none, 1 << 30), 1000);
        assert_eq!(oom_score_adj(QosClass::Burstable, &asks, 1 << 30), 750);
        assert_eq!(oom_score_adj(QosClass::Burstable, &none, 1 << 30), 999);
        assert_eq!(oom_score_adj(QosClass::Burstable, &asks, 1 << 28), 3);
    }
}
