//! The downward API: fields and resources of a Pod, for its own containers.
//!
//! Source: upstream `podFieldSelectorRuntimeValue`, `fieldpath.ExtractFieldPathAsString`,
//! `resource.ExtractContainerResourceValue`.

use std::collections::BTreeMap;

use jobyard_api::{Object, core, quantity::Quantity};

/// What only the node knows.
#[derive(Clone, Copy, Debug)]
pub struct NodeFacts<'a> {
    /// `status.hostIP`.
    pub host_ip: &'a str,
    /// `status.podIP`.
    pub pod_ip: &'a str,
    /// Allocatable CPU: what a container without a limit may use.
    pub cpu_milli: u64,
    /// Allocatable memory.
    pub memory_bytes: u64,
}

/// The text of one field; the error is a message for the user.
pub fn field(pod: &core::Pod, path: &str, facts: &NodeFacts<'_>) -> Result<String, String> {
    let spec = pod.spec.as_ref();
    if let Some((map, key)) = path
        .strip_suffix("']")
        .and_then(|path| path.split_once("['"))
    {
        let map = match map {
            "metadata.labels" => &pod.metadata.labels,
            "metadata.annotations" => &pod.metadata.annotations,
            _ => return Err(unsupported(path)),
        };
        return Ok(map
            .as_ref()
            .and_then(|map| map.get(key))
            .cloned()
            .unwrap_or_default());
    }
    Ok(match path {
        "metadata.name" => pod.key().name.into(),
        "metadata.namespace" => pod.key().namespace.into(),
        "metadata.uid" => pod.uid().as_str().to_owned(),
        "metadata.labels" => lines(pod.metadata.labels.as_ref()),
        "metadata.annotations" => lines(pod.metadata.annotations.as_ref()),
        "spec.nodeName" => spec
            .and_then(|spec| spec.node_name.clone())
            .unwrap_or_default(),
        "spec.serviceAccountName" => spec
            .and_then(|spec| spec.service_account_name.clone())
            .unwrap_or_default(),
        "status.hostIP" | "status.hostIPs" => facts.host_ip.to_owned(),
        "status.podIP" | "status.podIPs" => facts.pod_ip.to_owned(),
        _ => return Err(unsupported(path)),
    })
}

fn unsupported(path: &str) -> String {
    format!("unsupported fieldPath: {path}")
}

/// `key="escaped value"`, one a line, by key, without a last line feed.
fn lines(map: Option<&BTreeMap<String, String>>) -> String {
    let lines: Vec<_> = map
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={value:?}"))
        .collect();
    lines.join("\n")
}

/// A limit or request in units of the divisor, rounded up.
///
/// `container` is the one that asks, for selectors that name none.
pub fn resource(
    pod: &core::Pod,
    container: Option<&core::Container>,
    selector: &core::ResourceFieldSelector,
    facts: &NodeFacts<'_>,
) -> Result<String, String> {
    let container = match selector
        .container_name
        .as_deref()
        .filter(|name| !name.is_empty())
    {
        None => container.ok_or_else(|| "resourceFieldRef names no container".to_owned())?,
        Some(name) => pod
            .spec
            .iter()
            .flat_map(|spec| {
                spec.containers
                    .iter()
                    .chain(spec.init_containers.iter().flatten())
            })
            .find(|container| container.name == name)
            .ok_or_else(|| format!("container {name} not found"))?,
    };
    let resources = container.resources.as_ref();
    let limits = resources.and_then(|resources| resources.limits.as_ref());
    let requests = resources.and_then(|resources| resources.requests.as_ref());
    let (list, name) = selector
        .resource
        .split_once('.')
        .ok_or_else(|| format!("unsupported container resource : {}", selector.resource))?;
    let asked = match list {
        "limits" => limits.and_then(|limits| limits.get(name)),
        "requests" => requests.and_then(|requests| requests.get(name)),
        _ => {
            return Err(format!(
                "unsupported container resource : {}",
                selector.resource
            ));
        }
    };
    let milli = match (asked, list, name) {
        (Some(quantity), _, _) => Quantity::from(quantity).milli(),
        // A container without a limit may use all that the node gives out.
        (None, "limits", "cpu") => i128::from(facts.cpu_milli),
        (None, "limits", "memory") => i128::from(facts.memory_bytes) * 1_000,
        (None, _, _) => 0,
    };
    let divisor = selector
        .divisor
        .as_ref()
        .map_or(Quantity::ZERO, Quantity::from)
        .milli();
    let divisor = if divisor <= 0 { 1_000 } else { divisor };
    Ok(((milli + divisor - 1) / divisor).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: NodeFacts<'static> = NodeFacts {
        host_ip: "10.0.0.1",
        pod_ip: "10.0.0.2",
        cpu_milli: 3_500,
        memory_bytes: 1 << 30,
    };

    fn pod() -> core::Pod {
        serde_json::from_value(serde_json::json!({
            "metadata": {
                "name": "p", "namespace": "ns", "uid": "u",
                "labels": {"b": "2", "a": "say \"hi\""},
                "annotations": {"x/y": "z"}
            },
            "spec": {"nodeName": "n", "serviceAccountName": "sa", "containers": [{
                "name": "c",
                "resources": {"limits": {"cpu": "1500m"}, "requests": {"memory": "100Mi"}}
            }]},
        }))
        .unwrap()
    }

    #[test]
    fn fields_by_their_path() {
        let table = [
            ("metadata.name", Ok("p")),
            ("metadata.namespace", Ok("ns")),
            ("metadata.uid", Ok("u")),
            ("metadata.labels", Ok("a=\"say \\\"hi\\\"\"\nb=\"2\"")),
            ("metadata.labels['b']", Ok("2")),
            ("metadata.labels['none']", Ok("")),
            ("metadata.annotations['x/y']", Ok("z")),
            ("spec.nodeName", Ok("n")),
            ("spec.serviceAccountName", Ok("sa")),
            ("status.hostIP", Ok("10.0.0.1")),
            ("status.podIPs", Ok("10.0.0.2")),
            ("spec.nope", Err("unsupported fieldPath: spec.nope")),
        ];
        for (path, expected) in table {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(field(&pod(), path, &FACTS), expected, "{path}");
        }
    }

    #[test]
    fn resources_are_divided_and_rounded_up() {
        let table = [
            ("limits.cpu", "0", "2"),
            ("limits.cpu", "1m", "1500"),
            ("requests.memory", "1", "104857600"),
            ("requests.memory", "1Mi", "100"),
            ("requests.memory", "64Mi", "2"),
            ("limits.memory", "1Mi", "1024"),
            ("requests.cpu", "1", "0"),
        ];
        let pod = pod();
        let container = &pod.spec.as_ref().unwrap().containers[0];
        for (name, divisor, expected) in table {
            let selector: core::ResourceFieldSelector =
                serde_json::from_value(serde_json::json!({"resource": name, "divisor": divisor}))
                    .unwrap();
            let found = resource(&pod, Some(container), &selector, &FACTS);
            assert_eq!(found, Ok(expected.to_owned()), "{name} / {divisor}");
        }
    }
}
