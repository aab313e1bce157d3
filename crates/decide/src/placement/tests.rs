//! Tables of Pods and nodes.

use std::collections::BTreeMap;

use jobyard_api::core::{
    Affinity, Container, ContainerPort, Node, NodeAffinity, NodeSelector, NodeSelectorRequirement,
    NodeSelectorTerm, NodeSpec, NodeStatus, Pod, PodSchedulingGate, PodSpec,
    PreferredSchedulingTerm, ResourceRequirements, Taint, Toleration,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::{FitError, NodeUsage, NodeView, PodRequest, place};

fn amounts(text: &str) -> BTreeMap<String, Quantity> {
    let pairs = text.split_whitespace().map(|pair| {
        let (name, amount) = pair.split_once('=').expect("name=amount");
        (name.to_owned(), Quantity(amount.to_owned()))
    });
    pairs.collect()
}

fn container(requests: &str, restart_policy: Option<&str>) -> Container {
    Container {
        resources: Some(ResourceRequirements {
            requests: Some(amounts(requests)),
            ..ResourceRequirements::default()
        }),
        restart_policy: restart_policy.map(ToOwned::to_owned),
        ..Container::default()
    }
}

fn pod(change: impl FnOnce(&mut PodSpec)) -> PodRequest {
    let mut spec = PodSpec {
        containers: vec![container("cpu=500m memory=64Mi", None)],
        ..PodSpec::default()
    };
    change(&mut spec);
    PodRequest::from(&Pod {
        spec: Some(spec),
        ..Pod::default()
    })
}

fn node(change: impl FnOnce(&mut Node)) -> NodeView {
    let mut node = Node {
        spec: Some(NodeSpec::default()),
        status: Some(NodeStatus {
            allocatable: Some(amounts("cpu=2 memory=1Gi pods=3")),
            ..NodeStatus::default()
        }),
        ..Node::default()
    };
    node.metadata.name = Some("yard".to_owned());
    node.metadata.labels = Some(
        [
            ("disk".to_owned(), "ssd".to_owned()),
            ("cores".to_owned(), "8".to_owned()),
        ]
        .into(),
    );
    change(&mut node);
    NodeView::from(&node)
}

fn usage(pods: &[&PodRequest]) -> NodeUsage {
    let mut usage = NodeUsage::default();
    for pod in pods {
        usage.add(pod);
    }
    usage
}

/// What is said of a Pod on one node; empty if it fits.
fn verdict(pod: &PodRequest, node: &NodeView, usage: &NodeUsage) -> String {
    place(pod, &[(node, usage)])
        .err()
        .map_or_else(String::new, |error| error.to_string())
}

const NO_VICTIMS: &str =
    "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";
const NOT_HELPFUL: &str =
    "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";

fn said(reason: &str, preemption: &str) -> String {
    format!("0/1 nodes are available: {reason}. {preemption}")
}

#[test]
fn requests_add_up_as_containers_run_together() {
    let table = [
        (
            "regular containers add up",
            &["cpu=1"][..],
            &[("cpu=1", None)][..],
            2000,
        ),
        (
            "a large init container counts alone",
            &["cpu=1"],
            &[("cpu=3", None)],
            3000,
        ),
        (
            "a small one not at all",
            &["cpu=1"],
            &[("cpu=1", None)],
            1000,
        ),
        (
            "a sidecar adds to the regular ones",
            &["cpu=1"],
            &[("cpu=1", Some("Always"))],
            2000,
        ),
        (
            "an init container runs beside the sidecars before it",
            &["cpu=1"],
            &[("cpu=1", Some("Always")), ("cpu=2", None)],
            3000,
        ),
        (
            "and not beside those after it",
            &["cpu=1"],
            &[("cpu=2", None), ("cpu=500m", Some("Always"))],
            2000,
        ),
    ];
    for (name, regular, init, milli) in table {
        let mut regular: Vec<_> = regular.iter().map(|text| container(text, None)).collect();
        if name.starts_with("regular") {
            regular.push(container("cpu=1", None));
        }
        let init = init
            .iter()
            .map(|(text, policy)| container(text, *policy))
            .collect();
        let request = pod(|spec| {
            spec.containers = regular;
            spec.init_containers = Some(init);
        });
        assert_eq!(request.resources.get("cpu"), milli, "{name}");
    }
    let overhead = pod(|spec| spec.overhead = Some(amounts("cpu=250m")));
    assert_eq!(overhead.resources.get("cpu"), 750);
    let own = pod(|spec| {
        spec.resources = Some(ResourceRequirements {
            requests: Some(amounts("cpu=3")),
            ..ResourceRequirements::default()
        });
    });
    assert_eq!(
        (own.resources.get("cpu"), own.resources.get("memory")),
        (3000, 64 << 20)
    );
}

#[test]
fn resources_run_out() {
    let (small, node) = (pod(|_| {}), node(|_| {}));
    let half = pod(|spec| spec.containers = vec![container("cpu=1500m", None)]);
    assert_eq!(verdict(&half, &node, &usage(&[&small])), "");
    assert_eq!(
        verdict(&half, &node, &usage(&[&small, &small])),
        said("1 Insufficient cpu", NO_VICTIMS)
    );
    assert_eq!(
        verdict(&small, &node, &usage(&[&small, &small, &small])),
        said("1 Too many pods", NO_VICTIMS)
    );
    let huge =
        pod(|spec| spec.containers = vec![container("cpu=64 memory=64Gi nvidia.com/gpu=1", None)]);
    assert_eq!(
        verdict(&huge, &node, &NodeUsage::default()),
        said(
            "1 Insufficient cpu, 1 Insufficient memory, 1 Insufficient nvidia.com/gpu",
            NOT_HELPFUL
        )
    );
    let never = pod(|spec| {
        spec.containers = vec![container("cpu=64", None)];
        spec.preemption_policy = Some("Never".to_owned());
    });
    assert_eq!(
        verdict(&never, &node, &NodeUsage::default()),
        said(
            "1 Insufficient cpu",
            "preemption: not eligible due to preemptionPolicy=Never."
        )
    );
}

#[test]
fn room_returns_when_pods_end() {
    let (small, node) = (pod(|_| {}), node(|_| {}));
    let mut usage = usage(&[&small, &small, &small]);
    usage.remove(&small);
    assert_eq!(verdict(&small, &node, &usage), "");
    usage.remove(&small);
    usage.remove(&small);
    assert_eq!(
        (usage.pods, usage.resources.get("cpu"), usage.ports.len()),
        (0, 0, 0)
    );
}

#[test]
fn cordoned_nodes_take_no_pods() {
    let cordoned = node(|node| node.spec.get_or_insert_default().unschedulable = Some(true));
    assert_eq!(
        verdict(&pod(|_| {}), &cordoned, &NodeUsage::default()),
        said("1 node(s) were unschedulable", NOT_HELPFUL)
    );
    let tolerant = pod(|spec| {
        spec.tolerations = Some(vec![Toleration {
            key: Some("node.kubernetes.io/unschedulable".to_owned()),
            operator: Some("Exists".to_owned()),
            ..Toleration::default()
        }]);
    });
    assert_eq!(verdict(&tolerant, &cordoned, &NodeUsage::default()), "");
}

#[test]
fn taints_want_tolerations() {
    let tainted = |effect: &str| {
        node(|node| {
            node.spec.get_or_insert_default().taints = Some(vec![Taint {
                key: "team".to_owned(),
                value: Some("red".to_owned()),
                effect: effect.to_owned(),
                ..Taint::default()
            }]);
        })
    };
    let toleration = |key: &str, operator: &str, value: &str, effect: &str| {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        pod(|spec| {
            spec.tolerations = Some(vec![Toleration {
                key: text(key),
                operator: text(operator),
                value: text(value),
                effect: text(effect),
                ..Toleration::default()
            }]);
        })
    };
    let refused = said("1 node(s) had untolerated taint(s)", NOT_HELPFUL);
    for (name, pod, effect, expected) in [
        ("no toleration", pod(|_| {}), "NoSchedule", refused.as_str()),
        (
            "no toleration, NoExecute",
            pod(|_| {}),
            "NoExecute",
            &refused,
        ),
        ("only preferred", pod(|_| {}), "PreferNoSchedule", ""),
        (
            "equal by default",
            toleration("team", "", "red", "NoSchedule"),
            "NoSchedule",
            "",
        ),
        (
            "other value",
            toleration("team", "Equal", "blue", ""),
            "NoSchedule",
            &refused,
        ),
        (
            "exists",
            toleration("team", "Exists", "", ""),
            "NoExecute",
            "",
        ),
        (
            "other effect",
            toleration("team", "Exists", "", "NoExecute"),
            "NoSchedule",
            &refused,
        ),
        (
            "everything",
            toleration("", "Exists", "", ""),
            "NoSchedule",
            "",
        ),
    ] {
        assert_eq!(
            verdict(&pod, &tainted(effect), &NodeUsage::default()),
            expected,
            "{name}"
        );
    }
}

#[test]
fn selectors_and_affinity_choose_nodes() {
    let requirement = |key: &str, operator: &str, values: &[&str]| NodeSelectorRequirement {
        key: key.to_owned(),
        operator: operator.to_owned(),
        values: Some(values.iter().map(|value| (*value).to_owned()).collect()),
    };
    let affine = |terms: Vec<NodeSelectorTerm>| {
        pod(|spec| {
            spec.affinity = Some(Affinity {
                node_affinity: Some(NodeAffinity {
                    required_during_scheduling_ignored_during_execution: Some(NodeSelector {
                        node_selector_terms: terms,
                    }),
                    ..NodeAffinity::default()
                }),
                ..Affinity::default()
            });
        })
    };
    let by_label = |key: &str, operator: &str, values: &[&str]| NodeSelectorTerm {
        match_expressions: Some(vec![requirement(key, operator, values)]),
        match_fields: None,
    };
    let by_name = |name: &str| NodeSelectorTerm {
        match_expressions: None,
        match_fields: Some(vec![requirement("metadata.name", "In", &[name])]),
    };
    let selects = |key: &str, value: &str| {
        pod(|spec| spec.node_selector = Some([(key.to_owned(), value.to_owned())].into()))
    };
    let node = node(|_| {});
    for (name, pod, fits) in [
        ("selector", selects("disk", "ssd"), true),
        ("selector, other value", selects("disk", "tape"), false),
        (
            "In",
            affine(vec![by_label("disk", "In", &["nvme", "ssd"])]),
            true,
        ),
        (
            "NotIn",
            affine(vec![by_label("disk", "NotIn", &["ssd"])]),
            false,
        ),
        (
            "NotIn without the label",
            affine(vec![by_label("zone", "NotIn", &["a"])]),
            true,
        ),
        (
            "Exists",
            affine(vec![by_label("zone", "Exists", &[])]),
            false,
        ),
        (
            "DoesNotExist",
            affine(vec![by_label("zone", "DoesNotExist", &[])]),
            true,
        ),
        ("Gt", affine(vec![by_label("cores", "Gt", &["4"])]), true),
        ("Lt", affine(vec![by_label("cores", "Lt", &["8"])]), false),
        (
            "one of two terms",
            affine(vec![by_label("zone", "Exists", &[]), by_name("yard")]),
            true,
        ),
        (
            "all requirements of a term",
            affine(vec![NodeSelectorTerm {
                match_fields: Some(vec![requirement("metadata.name", "NotIn", &["field"])]),
                ..by_label("disk", "In", &["ssd"])
            }]),
            true,
        ),
        (
            "not only its labels",
            affine(vec![NodeSelectorTerm {
                match_fields: Some(vec![requirement("metadata.name", "NotIn", &["yard"])]),
                ..by_label("disk", "In", &["ssd"])
            }]),
            false,
        ),
        (
            "not only its names",
            affine(vec![NodeSelectorTerm {
                match_expressions: Some(vec![requirement("zone", "Exists", &[])]),
                ..by_name("yard")
            }]),
            false,
        ),
        (
            "NotIn with the name of another",
            affine(vec![NodeSelectorTerm {
                match_expressions: None,
                match_fields: Some(vec![requirement("metadata.name", "NotIn", &["field"])]),
            }]),
            true,
        ),
        (
            "Gt of the same",
            affine(vec![by_label("cores", "Gt", &["8"])]),
            false,
        ),
        (
            "Gt of no number",
            affine(vec![by_label("disk", "Gt", &["1"])]),
            false,
        ),
        (
            "Lt without the label",
            affine(vec![by_label("zone", "Lt", &["1"])]),
            false,
        ),
        (
            "Gt with no number",
            affine(vec![by_label("cores", "Gt", &["few"])]),
            false,
        ),
        (
            "an unknown operator",
            affine(vec![by_label("disk", "Like", &["ssd"])]),
            false,
        ),
        (
            "an empty term beside another",
            affine(vec![
                NodeSelectorTerm::default(),
                by_label("disk", "Exists", &[]),
            ]),
            true,
        ),
        (
            "an empty term",
            affine(vec![NodeSelectorTerm::default()]),
            false,
        ),
        ("no term", affine(vec![]), false),
    ] {
        let expected = if fits {
            String::new()
        } else {
            said(
                "1 node(s) didn't match Pod's node affinity/selector",
                NOT_HELPFUL,
            )
        };
        assert_eq!(
            verdict(&pod, &node, &NodeUsage::default()),
            expected,
            "{name}"
        );
    }
}

/// Nodes that are asked for by name: the others are not even asked.
#[test]
fn nodes_asked_for_by_name() {
    let field = |operator: &str, names: &[&str]| NodeSelectorRequirement {
        key: "metadata.name".to_owned(),
        operator: operator.to_owned(),
        values: Some(names.iter().map(|name| (*name).to_owned()).collect()),
    };
    let term = |fields: Vec<NodeSelectorRequirement>| NodeSelectorTerm {
        match_fields: Some(fields),
        ..NodeSelectorTerm::default()
    };
    let affine = |terms: Vec<NodeSelectorTerm>| {
        pod(|spec| {
            spec.affinity
                .get_or_insert_default()
                .node_affinity
                .get_or_insert_default()
                .required_during_scheduling_ignored_during_execution = Some(NodeSelector {
                node_selector_terms: terms,
            });
        })
    };
    let left_out = said(
        "1 node(s) didn't satisfy plugin(s) [NodeAffinity]",
        NOT_HELPFUL,
    );
    let unmatched = said(
        "1 node(s) didn't match Pod's node affinity/selector",
        NOT_HELPFUL,
    );
    let only = |names: &[&str]| term(vec![field("In", names)]);
    for (name, pod, expected) in [
        ("this one", affine(vec![only(&["yard"])]), ""),
        ("another", affine(vec![only(&["field"])]), &*left_out),
        (
            "one of two",
            affine(vec![only(&["field"]), only(&["yard"])]),
            "",
        ),
        (
            "two at once",
            affine(vec![term(vec![
                field("In", &["field"]),
                field("In", &["yard"]),
            ])]),
            &left_out,
        ),
        (
            "a term that names none",
            affine(vec![only(&["field"]), NodeSelectorTerm::default()]),
            &unmatched,
        ),
        (
            "all but this one",
            affine(vec![term(vec![field("NotIn", &["yard"])])]),
            &unmatched,
        ),
    ] {
        let found = verdict(&pod, &node(|_| {}), &NodeUsage::default());
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn the_largest_amounts_are_given_back_whole() {
    let (small, node) = (pod(|_| {}), node(|_| {}));
    let vast = pod(|spec| {
        spec.containers = vec![container(
            "memory=9223372036854775807 cpu=9223372036854775",
            None,
        )];
    });
    let mut usage = usage(&[&vast, &vast, &small]);
    usage.remove(&vast);
    usage.remove(&vast);
    assert_eq!(usage.resources.get("cpu"), 500);
    usage.remove(&small);
    let fill = pod(|spec| spec.containers = vec![container("cpu=2500m", None)]);
    assert_eq!(
        verdict(&fill, &node, &usage),
        said("1 Insufficient cpu", NOT_HELPFUL)
    );
}

#[test]
fn host_ports_are_taken_once() {
    let with_port = |port: i32, ip: Option<&str>, protocol: &str| {
        pod(|spec| {
            spec.containers[0].ports = Some(vec![ContainerPort {
                container_port: port,
                host_port: Some(port),
                host_ip: ip.map(ToOwned::to_owned),
                protocol: Some(protocol.to_owned()),
                ..ContainerPort::default()
            }]);
        })
    };
    let node = node(|_| {});
    let taken = usage(&[&with_port(80, Some("127.0.0.1"), "TCP")]);
    let refused = said(
        "1 node(s) didn't have free ports for the requested pod ports",
        NO_VICTIMS,
    );
    for (name, pod, expected) in [
        (
            "same address",
            with_port(80, Some("127.0.0.1"), "TCP"),
            refused.as_str(),
        ),
        ("all addresses", with_port(80, None, "TCP"), &refused),
        ("other address", with_port(80, Some("10.0.0.1"), "TCP"), ""),
        ("other protocol", with_port(80, None, "UDP"), ""),
        ("other port", with_port(81, None, "TCP"), ""),
    ] {
        assert_eq!(verdict(&pod, &node, &taken), expected, "{name}");
    }
}

#[test]
fn reasons_of_all_nodes_are_counted_and_sorted() {
    let cordoned = node(|node| node.spec.get_or_insert_default().unschedulable = Some(true));
    let (small, huge) = (
        node(|_| {}),
        pod(|spec| spec.containers = vec![container("cpu=2", None)]),
    );
    let busy = usage(&[&pod(|_| {})]);
    let error = place(
        &huge,
        &[(&small, &busy), (&cordoned, &busy), (&small, &busy)],
    );
    assert_eq!(
        error.map_err(|error| error.to_string()),
        Err("0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.".to_owned())
    );
    let nowhere = FitError {
        unfit: Vec::new(),
        may_preempt: true,
    };
    assert_eq!(place(&huge, &[]), Err(nowhere.clone()));
    assert_eq!(nowhere.to_string(), "no nodes available to schedule pods");
}

#[test]
fn the_emptiest_node_wins() {
    let (small, node) = (pod(|_| {}), node(|_| {}));
    let (empty, busy) = (NodeUsage::default(), usage(&[&small]));
    assert_eq!(
        place(&small, &[(&node, &busy), (&node, &empty), (&node, &empty)]),
        Ok(1)
    );
}

#[test]
fn preferences_decide_between_nodes_that_fit() {
    let labelled = |name: &str, labels: &[(&str, &str)], soft_taints: usize| {
        node(|node| {
            node.metadata.name = Some(name.to_owned());
            let labels = labels.iter();
            let labels = labels.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            node.metadata.labels = Some(labels.collect());
            let taint = |number: usize| Taint {
                key: format!("soft-{number}"),
                effect: "PreferNoSchedule".to_owned(),
                ..Taint::default()
            };
            node.spec.get_or_insert_default().taints = Some((0..soft_taints).map(taint).collect());
        })
    };
    let nodes = [
        labelled("plain", &[], 0),
        labelled("ssd", &[("disk", "ssd")], 0),
        labelled("ssd-in-a", &[("disk", "ssd"), ("zone", "a")], 0),
        labelled("avoided", &[("disk", "ssd"), ("zone", "a")], 1),
    ];
    let prefers = |terms: &[(&str, &str, i32)]| {
        pod(|spec| {
            let term = |(key, value, weight): &(&str, &str, i32)| PreferredSchedulingTerm {
                weight: *weight,
                preference: NodeSelectorTerm {
                    match_expressions: Some(vec![NodeSelectorRequirement {
                        key: (*key).to_owned(),
                        operator: "In".to_owned(),
                        values: Some(vec![(*value).to_owned()]),
                    }]),
                    match_fields: None,
                },
            };
            let affinity = spec.affinity.get_or_insert_default();
            let nodes = affinity.node_affinity.get_or_insert_default();
            nodes.preferred_during_scheduling_ignored_during_execution =
                Some(terms.iter().map(term).collect());
        })
    };
    let empty = NodeUsage::default();
    let busy = usage(&[&pod(|_| {})]);
    let chosen = |pod: &PodRequest, uses: [&NodeUsage; 4]| {
        let offered: Vec<_> = nodes.iter().zip(uses).collect();
        let place = place(pod, &offered).expect("all fit");
        nodes[place].name.to_string()
    };
    let none = [&empty; 4];
    for (name, pod, uses, expected) in [
        ("no wish: the first", prefers(&[]), none, "plain"),
        (
            "no wish: the emptiest",
            prefers(&[]),
            [&busy, &busy, &empty, &empty],
            "ssd-in-a",
        ),
        ("a wish", prefers(&[("disk", "ssd", 1)]), none, "ssd"),
        (
            "a wish, though it is fuller",
            prefers(&[("disk", "ssd", 1)]),
            [&empty, &busy, &busy, &empty],
            "ssd",
        ),
        (
            "the most weight",
            prefers(&[("disk", "ssd", 10), ("zone", "a", 1)]),
            none,
            "ssd-in-a",
        ),
        (
            "a wish that nobody grants",
            prefers(&[("disk", "tape", 100)]),
            none,
            "plain",
        ),
    ] {
        assert_eq!(chosen(&pod, uses), expected, "{name}");
    }
    let offered = [(&nodes[3], &empty), (&nodes[0], &busy)];
    assert_eq!(
        place(&pod(|_| {}), &offered),
        Ok(1),
        "a soft taint is avoided"
    );
    let tolerant = pod(|spec| {
        spec.tolerations = Some(vec![Toleration {
            operator: Some("Exists".to_owned()),
            ..Toleration::default()
        }]);
    });
    assert_eq!(place(&tolerant, &offered), Ok(0), "unless it is tolerated");
}

#[test]
fn only_unplaced_pods_of_our_scheduler_need_a_node() {
    let needs = |change: fn(&mut Pod)| {
        let mut pod = Pod::default();
        change(&mut pod);
        PodRequest::from(&pod).needs_placement("default-scheduler")
    };
    assert!(needs(|_| {}));
    assert!(!needs(
        |pod| pod.spec.get_or_insert_default().node_name = Some("yard".to_owned())
    ));
    assert!(!needs(|pod| pod
        .spec
        .get_or_insert_default()
        .scheduler_name = Some("mine".to_owned())));
    assert!(!needs(|pod| pod
        .spec
        .get_or_insert_default()
        .scheduling_gates =
        Some(vec![PodSchedulingGate::default()])));
    assert!(!needs(
        |pod| pod.status.get_or_insert_default().phase = Some("Failed".to_owned())
    ));
}
