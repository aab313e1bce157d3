//! The Node object, from what is known of the machine.
//!
//! Source: upstream `initialNode`, nodestatus/setters.go.

use std::collections::BTreeMap;

use jobyard_api::{
    Timestamp, core,
    meta::{ObjectMeta, Time},
    quantity::{Format, Quantity},
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as WireQuantity;

use super::Registration;

/// Memory that stays free for the machine (upstream's default `evictionHard`).
const MEMORY_KEPT_BYTES: u64 = 100 << 20;

/// A Node that was never there.
pub(super) fn fresh(config: &Registration) -> core::Node {
    let node = core::Node {
        metadata: ObjectMeta {
            name: Some(config.name.clone()),
            annotations: Some(BTreeMap::from([(
                "volumes.kubernetes.io/controller-managed-attach-detach".to_owned(),
                "true".to_owned(),
            )])),
            ..Default::default()
        },
        ..Default::default()
    };
    with_our_labels(&node, config)
}

/// The Node with the labels that are ours to set.
pub(super) fn with_our_labels(node: &core::Node, config: &Registration) -> core::Node {
    let mut node = node.clone();
    let labels = node.metadata.labels.get_or_insert_default();
    let architecture = config.machine.architecture.as_str();
    for (name, value) in [
        ("kubernetes.io/hostname", config.name.as_str()),
        ("kubernetes.io/os", "linux"),
        ("kubernetes.io/arch", architecture),
        ("beta.kubernetes.io/os", "linux"),
        ("beta.kubernetes.io/arch", architecture),
    ] {
        labels.insert(name.to_owned(), value.to_owned());
    }
    node
}

/// The Node with its status as of now.
pub(super) fn with_status(node: &core::Node, config: &Registration, now: Timestamp) -> core::Node {
    let machine = &config.machine;
    let capacity = resources(
        machine.cpu_milli,
        machine.memory_bytes,
        machine.storage_bytes,
        config.pods_max,
    );
    let allocatable = resources(
        machine.cpu_milli,
        allocatable_memory_bytes(machine.memory_bytes),
        machine.storage_bytes / 10 * 9,
        config.pods_max,
    );
    let address = |type_: &str, address: &str| core::NodeAddress {
        type_: type_.to_owned(),
        address: address.to_owned(),
    };
    let stored = node.status.clone().unwrap_or_default();
    let status = core::NodeStatus {
        addresses: Some(vec![
            address("InternalIP", &config.address),
            address("Hostname", &config.name),
        ]),
        capacity: Some(capacity),
        allocatable: Some(allocatable),
        conditions: Some(conditions(stored.conditions.as_ref(), now)),
        node_info: Some(core::NodeSystemInfo {
            machine_id: machine.machine_id.clone(),
            system_uuid: machine.system_uuid.clone(),
            boot_id: machine.boot_id.clone(),
            kernel_version: machine.kernel_version.clone(),
            os_image: machine.os_image.clone(),
            container_runtime_version: format!("jobyard://{}", env!("CARGO_PKG_VERSION")),
            kubelet_version: format!("v1.36.2+jobyard-{}", env!("CARGO_PKG_VERSION")),
            operating_system: "linux".to_owned(),
            architecture: machine.architecture.clone(),
            ..Default::default()
        }),
        ..stored
    };
    core::Node {
        status: Some(status),
        ..node.clone()
    }
}

/// Memory that Pods may use: what downward limits default to as well.
pub(crate) fn allocatable_memory_bytes(memory_bytes: u64) -> u64 {
    memory_bytes.saturating_sub(MEMORY_KEPT_BYTES)
}

/// Whether the newer status differs in more than heartbeats, or the last write is old.
pub(super) fn is_worth_writing(
    stored: &core::Node,
    newer: &core::Node,
    now: Timestamp,
    after_seconds: i64,
) -> bool {
    let last_beat = |node: &core::Node| {
        let conditions = node.status.as_ref()?.conditions.as_ref()?;
        conditions
            .iter()
            .filter_map(|condition| condition.last_heartbeat_time.as_ref())
            .map(|time| time.0)
            .min()
    };
    let without_beats = |node: &core::Node| {
        let mut status = node.status.clone().unwrap_or_default();
        for condition in status.conditions.iter_mut().flatten() {
            condition.last_heartbeat_time = None;
        }
        status
    };
    let is_old = last_beat(stored).is_none_or(|at| (now - at).get_seconds() >= after_seconds);
    is_old || without_beats(stored) != without_beats(newer)
}

fn resources(
    cpu_milli: u64,
    memory_bytes: u64,
    storage_bytes: u64,
    pods: u32,
) -> BTreeMap<String, WireQuantity> {
    let bytes = |bytes: u64| Quantity::from_units(bytes.into(), Format::BinarySi);
    [
        ("cpu", Quantity::from_milli(cpu_milli.into())),
        ("memory", bytes(memory_bytes)),
        ("ephemeral-storage", bytes(storage_bytes)),
        ("pods", Quantity::from_units(pods.into(), Format::DecimalSi)),
    ]
    .into_iter()
    .map(|(name, quantity)| (name.to_owned(), quantity.into()))
    .collect()
}

fn conditions(
    stored: Option<&Vec<core::NodeCondition>>,
    now: Timestamp,
) -> Vec<core::NodeCondition> {
    let table = [
        (
            "MemoryPressure",
            "False",
            "KubeletHasSufficientMemory",
            "kubelet has sufficient memory available",
        ),
        (
            "DiskPressure",
            "False",
            "KubeletHasNoDiskPressure",
            "kubelet has no disk pressure",
        ),
        (
            "PIDPressure",
            "False",
            "KubeletHasSufficientPID",
            "kubelet has sufficient PID available",
        ),
        (
            "Ready",
            "True",
            "KubeletReady",
            "kubelet is posting ready status",
        ),
    ];
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let condition = |(type_, status, reason, message): (&str, &str, &str, &str)| {
        let since = stored
            .into_iter()
            .flatten()
            .find(|old| old.type_ == type_ && old.status == status)
            .and_then(|old| old.last_transition_time.clone());
        core::NodeCondition {
            type_: type_.to_owned(),
            status: status.to_owned(),
            reason: Some(reason.to_owned()),
            message: Some(message.to_owned()),
            last_heartbeat_time: Some(Time(now)),
            last_transition_time: Some(since.unwrap_or(Time(now))),
        }
    };
    table.into_iter().map(condition).collect()
}
