//! What Pods and their containers must keep to, case by case.
//!
//! Each case is a merge patch on a good Pod and the causes it must get, in
//! order. Paths and texts are those of `ValidatePodSpec` in v1.36; node.md and
//! job-api.md section 7.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

use jobyard_api::{Strategy, core::Pod, field::ErrorList};
use serde_json::{Value, json};

fn pod(patch: &Value) -> Pod {
    let mut pod = json!({
        "metadata": {"name": "p", "namespace": "default"},
        "spec": {
            "containers": [{"name": "c", "image": "busybox:1"}],
            "volumes": [{"name": "v", "emptyDir": {}}],
        },
    });
    json_patch::merge(&mut pod, patch);
    let mut pod: Pod = serde_json::from_value(pod).unwrap();
    pod.apply_defaults();
    pod.metadata.uid = Some("u".to_owned());
    pod.prepare_create();
    pod
}

/// A container with this in it.
fn container(patch: &Value) -> Value {
    let mut container = json!({"name": "c", "image": "busybox:1"});
    json_patch::merge(&mut container, patch);
    container
}

/// A Pod whose one container has this in it.
fn with(patch: &Value) -> Value {
    json!({"spec": {"containers": [container(patch)]}})
}

fn with_spec(patch: &Value) -> Value {
    json!({"spec": patch})
}

/// A Pod whose one volume has this in place of its emptyDir.
fn with_volume(source: &Value) -> Value {
    let mut volume = json!({"name": "v"});
    json_patch::merge(&mut volume, source);
    json!({"spec": {"volumes": [volume]}})
}

fn texts(errors: &ErrorList) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn check(cases: &[(Value, &[&str])]) {
    for (patch, expected) in cases {
        assert_eq!(texts(&pod(patch).validate()), *expected, "{patch}");
    }
}

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

#[test]
fn a_good_pod() {
    let good = pod(&json!({"spec": {
        "initContainers": [
            {"name": "i", "image": "x", "volumeMounts": [{"name": "v", "mountPath": "/a"}]},
            {"name": "s", "image": "x", "restartPolicy": "Always",
             "livenessProbe": {"exec": {"command": ["true"]}}},
        ],
        "tolerations": [{"operator": "Exists"}],
        "nodeSelector": {"disk": "ssd"},
    }}));
    assert_eq!(texts(&good.validate()), [""; 0]);
    assert_eq!(good.warnings(), [""; 0]);
    assert_eq!(good.metadata.generation, Some(1));
    let status = good.status.unwrap();
    assert_eq!(status.phase.as_deref(), Some("Pending"));
    assert_eq!(status.qos_class.as_deref(), Some("BestEffort"));
}

#[test]
fn containers() {
    check(&[
        (
            json!({"spec": {"containers": []}}),
            &["spec.containers: Required value"],
        ),
        (
            with(&json!({"name": ""})),
            &["spec.containers[0].name: Required value"],
        ),
        (
            with(&json!({"name": "A"})),
            &[&format!(
                "spec.containers[0].name: Invalid value: \"A\": {LABEL}"
            )],
        ),
        (
            with(&json!({"image": null})),
            &["spec.containers[0].image: Required value"],
        ),
        (
            with(&json!({"image": " busybox"})),
            &[
                "spec.containers[0].image: Invalid value: \" busybox\": must not have leading or trailing whitespace",
            ],
        ),
        (
            with_spec(&json!({"containers": [container(&json!({})), container(&json!({}))]})),
            &["spec.containers[1].name: Duplicate value: \"c\""],
        ),
        (
            with_spec(&json!({"initContainers": [container(&json!({}))]})),
            &["spec.initContainers[0].name: Duplicate value: \"c\""],
        ),
        (
            with_spec(
                &json!({"initContainers": [{"name": "i", "image": "x", "lifecycle": {}, "readinessProbe": {"tcpSocket": {"port": 1}}}]}),
            ),
            &[
                "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always",
                "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
            ],
        ),
        (
            with(&json!({"imagePullPolicy": "Sometimes"})),
            &[
                "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"",
            ],
        ),
        (
            with(&json!({"terminationMessagePolicy": "Log"})),
            &[
                "spec.containers[0].terminationMessagePolicy: Unsupported value: \"Log\": supported values: \"FallbackToLogsOnError\", \"File\"",
            ],
        ),
        (
            with(
                &json!({"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}]}),
            ),
            &[
                "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used",
            ],
        ),
        (with(&json!({"restartPolicy": "Never"})), &[]),
    ]);
}

#[test]
fn ports_and_probes() {
    check(&[
        (
            with(&json!({"ports": [{"containerPort": 0}]})),
            &["spec.containers[0].ports[0].containerPort: Required value"],
        ),
        (
            with(&json!({"ports": [{"containerPort": 70000, "name": "HTTP"}]})),
            &[
                "spec.containers[0].ports[0].name: Invalid value: \"HTTP\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
                "spec.containers[0].ports[0].name: Invalid value: \"HTTP\": must contain at least one letter (a-z)",
                "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
            ],
        ),
        (
            with(
                &json!({"ports": [{"containerPort": 1, "hostPort": 9}, {"containerPort": 2, "hostPort": 9, "protocol": "TCP"}]}),
            ),
            &["spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//9\""],
        ),
        (
            with(&json!({"ports": [{"containerPort": 1, "protocol": "ICMP"}]})),
            &[
                "spec.containers[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"",
            ],
        ),
        (
            with(&json!({"livenessProbe": {"periodSeconds": -1}})),
            &[
                "spec.containers[0].livenessProbe: Required value: must specify a handler type",
                "spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
            ],
        ),
        (
            with(
                &json!({"livenessProbe": {"exec": {"command": ["x"]}, "httpGet": {"port": 80}, "successThreshold": 2}}),
            ),
            &[
                "spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type",
                "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
            ],
        ),
        (
            with(&json!({"startupProbe": {"httpGet": {"port": 0, "scheme": "FTP"}}})),
            &[
                "spec.containers[0].startupProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
                "spec.containers[0].startupProbe.httpGet.scheme: Unsupported value: \"FTP\": supported values: \"HTTP\", \"HTTPS\"",
            ],
        ),
        (
            with(&json!({"lifecycle": {"preStop": {"sleep": {"seconds": 31}}}})),
            &[
                "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)",
            ],
        ),
    ]);
}

#[test]
fn environment() {
    let field = |path: &str| {
        with(&json!({"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": path}}}]}))
    };
    check(&[
        (
            with(&json!({"env": [{"name": ""}, {"name": "A=B"}, {"name": "1-ok"}]})),
            &[
                "spec.containers[0].env[0].name: Required value",
                "spec.containers[0].env[1].name: Invalid value: \"A=B\": a valid environment variable name must consist only of printable ASCII characters other than '='",
            ],
        ),
        (
            with(&json!({"env": [{"name": "A", "valueFrom": {}}]})),
            &[
                "spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
            ],
        ),
        (
            with(
                &json!({"env": [{"name": "A", "value": "1", "valueFrom": {"secretKeyRef": {"name": "", "key": ""}}}]}),
            ),
            &[
                "spec.containers[0].env[0].valueFrom.secretKeyRef.name: Required value",
                "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value",
                "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty",
            ],
        ),
        (field("metadata.labels['app.kubernetes.io/name']"), &[]),
        (field("status.podIPs"), &[]),
        (
            field("status.phase"),
            &[
                "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: \"status.phase\": supported values: \"metadata.name\", \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\", \"spec.serviceAccountName\", \"status.hostIP\", \"status.hostIPs\", \"status.podIP\", \"status.podIPs\"",
            ],
        ),
        (
            field("spec.nonsense"),
            &[
                "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.nonsense\": error converting fieldPath: field label not supported: spec.nonsense",
            ],
        ),
        (
            with(
                &json!({"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "2"}}}]}),
            ),
            &[
                "spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only divisor's values 1m and 1 are supported with the cpu resource",
            ],
        ),
        (
            with(&json!({"envFrom": [{"prefix": "A="}]})),
            &[
                "spec.containers[0].envFrom[0].prefix: Invalid value: \"A=\": a valid environment variable name must consist only of printable ASCII characters other than '='",
                "spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`",
            ],
        ),
    ]);
}

#[test]
fn volumes_and_mounts() {
    check(&[
        (
            with_volume(&json!({"emptyDir": {}, "hostPath": {"path": "/x"}})),
            &["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"],
        ),
        (
            with_spec(
                &json!({"volumes": [{"name": "v", "emptyDir": {}}, {"name": "v", "emptyDir": {}}]}),
            ),
            &["spec.volumes[1].name: Duplicate value: \"v\""],
        ),
        (
            with_volume(&json!({"hostPath": {"path": "/a/../b", "type": "Folder"}})),
            &[
                "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
                "spec.volumes[0].hostPath.type: Unsupported value: \"Folder\": supported values: \"\", \"BlockDevice\", \"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\"",
            ],
        ),
        (
            with_volume(
                &json!({"configMap": {"name": "", "defaultMode": 512, "items": [{"key": "", "path": "../x"}]}}),
            ),
            &[
                "spec.volumes[0].configMap.name: Required value",
                "spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive",
                "spec.volumes[0].configMap.items[0].key: Required value",
                "spec.volumes[0].configMap.items[0].path: Invalid value: \"../x\": must not contain '..'",
            ],
        ),
        (
            with_volume(&json!({"secret": {}})),
            &["spec.volumes[0].secret.secretName: Required value"],
        ),
        (
            with_volume(
                &json!({"projected": {"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 60}}]}}),
            ),
            &[
                "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes",
            ],
        ),
        (
            with(&json!({"volumeMounts": [
                {"name": "w", "mountPath": "/a"}, {"name": "v", "mountPath": "/a"},
                {"name": "v", "mountPath": ""},
            ]})),
            &[
                "spec.containers[0].volumeMounts[0].name: Not found: \"w\"",
                "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique",
                "spec.containers[0].volumeMounts[2].mountPath: Required value",
            ],
        ),
        (
            with(&json!({"volumeMounts": [
                {"name": "v", "mountPath": "/a", "subPath": "/x", "mountPropagation": "Bidirectional"},
            ]})),
            &[
                "spec.containers[0].volumeMounts.subPath: Invalid value: \"/x\": must be a relative path",
                "spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers",
            ],
        ),
    ]);
}

#[test]
fn resources() {
    check(&[
        (
            with(&json!({"resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1000m"}}})),
            &[
                "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1",
            ],
        ),
        (
            with(&json!({"resources": {"requests": {"memory": "-1"}}})),
            &[
                "spec.containers[0].resources.requests[memory]: Invalid value: \"-1\": must be greater than or equal to 0",
            ],
        ),
        (
            with(&json!({"resources": {"requests": {"gpu": "1"}}})),
            &[
                "spec.containers[0].resources.requests[gpu]: Invalid value: \"gpu\": must be a standard resource type or fully qualified",
                "spec.containers[0].resources.requests[gpu]: Invalid value: \"gpu\": must be a standard resource for containers",
            ],
        ),
        (
            with(&json!({"resources": {"limits": {"acme.io/gpu": "1500m"}}})),
            &[
                "spec.containers[0].resources.limits[acme.io/gpu]: Invalid value: \"1500m\": must be an integer",
                "spec.containers[0].resources.requests[acme.io/gpu]: Invalid value: \"1500m\": must be an integer",
            ],
        ),
        (
            with(&json!({"resources": {"requests": {"acme.io/gpu": "1"}}})),
            &[
                "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources",
            ],
        ),
    ]);
}

#[test]
fn the_pod_itself() {
    check(&[
        (
            with_spec(&json!({"activeDeadlineSeconds": 0})),
            &[
                "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
            ],
        ),
        (
            with_spec(&json!({"hostname": "A", "subdomain": "b.c"})),
            &[
                &format!("spec.hostname: Invalid value: \"A\": {LABEL}"),
                "spec.subdomain: Invalid value: \"b.c\": must not contain dots",
            ],
        ),
        (
            with_spec(&json!({"restartPolicy": "Maybe", "dnsPolicy": "Some"})),
            &[
                "spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"OnFailure\", \"Never\"",
                "spec.dnsPolicy: Unsupported value: \"Some\": supported values: \"ClusterFirstWithHostNet\", \"ClusterFirst\", \"Default\", \"None\"",
            ],
        ),
        (
            with_spec(&json!({"dnsPolicy": "None"})),
            &["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
        ),
        (
            with_spec(&json!({"tolerations": [
                {"key": "a", "operator": "Equal", "tolerationSeconds": 5},
                {"operator": "Equal", "effect": "Never"},
            ]})),
            &[
                "spec.tolerations[0].effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is set",
                "spec.tolerations[1].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"",
                "spec.tolerations[1].effect: Unsupported value: \"Never\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"",
            ],
        ),
        (
            with_spec(&json!({"affinity": {"nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []},
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 0, "preference": {
                    "matchExpressions": [{"key": "a", "operator": "In"}],
                }}],
            }}})),
            &[
                "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term",
                "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100",
                "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
            ],
        ),
        (
            with_spec(&json!({"securityContext": {"runAsUser": -1, "fsGroup": 4_294_967_296_i64}})),
            &[
                "spec.securityContext.fsGroup: Invalid value: 4294967296: must be between 0 and 2147483647, inclusive",
                "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
            ],
        ),
        (
            with(&json!({"securityContext": {"seccompProfile": {"type": "Localhost"}}})),
            &[
                "spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost",
            ],
        ),
        (
            with_spec(&json!({"hostUsers": false, "hostNetwork": true})),
            &["spec.hostNetwork: Forbidden: when `hostUsers` is false"],
        ),
        (
            with_spec(&json!({"schedulingGates": [{"name": "a"}, {"name": "a"}], "nodeName": "n"})),
            &[
                "spec.schedulingGates[1]: Duplicate value: \"a\"",
                "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
            ],
        ),
        (
            with_spec(&json!({"ephemeralContainers": [{"name": "e", "image": "x"}]})),
            &["spec.ephemeralContainers: Forbidden: cannot be set on create"],
        ),
        (
            json!({"metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": "x"}}}),
            &[
                "metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"x\": must be a 32bit integer",
            ],
        ),
        (
            json!({"metadata": {"name": "A"}}),
            &[
                r#"metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#,
            ],
        ),
    ]);
}

#[test]
fn gated_pods_say_so() {
    let gated = pod(&with_spec(
        &json!({"schedulingGates": [{"name": "acme.io/hold"}]}),
    ));
    assert_eq!(
        serde_json::to_value(gated.status.unwrap().conditions).unwrap(),
        json!([{
            "type": "PodScheduled", "status": "False", "reason": "SchedulingGated",
            "message": "Scheduling is blocked due to non-empty scheduling gates",
        }])
    );
}

#[test]
fn warnings() {
    let cases: [(Value, &[&str]); 6] = [
        (
            json!({"metadata": {"name": "a.b"}}),
            &[
                "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
            ],
        ),
        (
            with(
                &json!({"env": [{"name": "X", "value": "1"}, {"name": "X", "value": "2"}, {"name": "X", "value": "$(X)3"}]}),
            ),
            &[
                "spec.containers[0].env[1]: hides previous definition of \"X\", which may be dropped when using apply",
            ],
        ),
        (
            with(&json!({"ports": [{"containerPort": 1}, {"containerPort": 1}]})),
            &[
                "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
            ],
        ),
        (
            with_spec(&json!({"terminationGracePeriodSeconds": -1})),
            &[
                "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1",
            ],
        ),
        (
            with(&json!({"resources": {"requests": {"memory": "100m"}}})),
            &[
                "spec.containers[0].resources.requests[memory]: fractional byte value \"100m\" is invalid, must be an integer",
            ],
        ),
        (
            with_volume(
                &json!({"configMap": {"name": "m", "items": [{"key": "a", "path": "p"}, {"key": "b", "path": "p/q"}]}}),
            ),
            &["volume \"v\" (ConfigMap \"m\"): overlapping paths: \"p/q\" with \"p\""],
        ),
    ];
    for (patch, expected) in cases {
        assert_eq!(pod(&patch).warnings(), expected, "{patch}");
    }
}

fn update(old: &Pod, patch: &Value) -> (Pod, Vec<String>) {
    let mut json = serde_json::to_value(old).unwrap();
    json_patch::merge(&mut json, patch);
    let mut new: Pod = serde_json::from_value(json).unwrap();
    new.apply_defaults();
    new.prepare_update(old);
    let errors = texts(&new.validate_update(old));
    (new, errors)
}

fn stored(patch: &Value) -> Pod {
    let mut pod = pod(patch);
    pod.metadata.resource_version = Some("1".to_owned());
    pod
}

#[test]
fn what_of_a_pod_may_change() {
    const FIXED: &str = "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
    let old = stored(&with_spec(&json!({
        "activeDeadlineSeconds": 60,
        "tolerations": [{"key": "a", "operator": "Exists"}],
    })));
    let cases: [(Value, &[&str], i64); 9] = [
        (
            with(&json!({"image": "busybox:2", "imagePullPolicy": "IfNotPresent"})),
            &[],
            2,
        ),
        (json!({"metadata": {"labels": {"a": "b"}}}), &[], 1),
        (with_spec(&json!({"activeDeadlineSeconds": 30})), &[], 2),
        (
            with_spec(&json!({"activeDeadlineSeconds": 90})),
            &[
                "spec.activeDeadlineSeconds: Invalid value: 90: must be less than or equal to previous value",
            ],
            2,
        ),
        (
            with_spec(&json!({"activeDeadlineSeconds": null})),
            &[
                "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value",
            ],
            2,
        ),
        (
            with_spec(&json!({"tolerations": []})),
            &[
                "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
            ],
            2,
        ),
        (with(&json!({"command": ["sh"]})), &[FIXED], 2),
        (with_spec(&json!({"nodeName": "other"})), &[FIXED], 2),
        (
            with_spec(&json!({"containers": []})),
            &[
                "spec.containers: Required value",
                "spec.containers: Forbidden: pod updates may not add or remove containers",
            ],
            2,
        ),
    ];
    for (patch, expected, generation) in cases {
        let (new, errors) = update(&old, &patch);
        assert_eq!(errors, expected, "{patch}");
        assert_eq!(new.metadata.generation, Some(generation), "{patch}");
    }
}

#[test]
fn status_endpoint_keeps_what_is_not_status() {
    let mut old = stored(&json!({"metadata": {"ownerReferences": [
        {"apiVersion": "batch/v1", "kind": "Job", "name": "pi", "uid": "j"},
    ]}}));
    old.status.as_mut().unwrap().observed_generation = Some(1);
    let mut new = old.clone();
    new.metadata.owner_references = None;
    new.spec.as_mut().unwrap().node_name = Some("n".to_owned());
    new.metadata.labels = Some([("a".to_owned(), "b".to_owned())].into());
    let status = new.status.as_mut().unwrap();
    status.qos_class = None;
    status.observed_generation = None;
    status.phase = Some("Running".to_owned());
    new.prepare_status_update(&old);
    assert_eq!(texts(&new.validate_status_update(&old)), [""; 0]);
    assert_eq!(new.spec, old.spec);
    assert_eq!(new.metadata.owner_references, old.metadata.owner_references);
    assert!(new.metadata.labels.is_some(), "labels are taken");
    let status = new.status.unwrap();
    assert_eq!(status.qos_class.as_deref(), Some("BestEffort"));
    assert_eq!(status.observed_generation, Some(1));
    assert_eq!(status.phase.as_deref(), Some("Running"));
}

#[test]
fn an_ended_container_stays_ended() {
    for (policy, exit_code, comes_back) in [
        ("Never", 0, false),
        ("Never", 1, false),
        ("OnFailure", 0, false),
        ("OnFailure", 1, true),
        ("Always", 0, true),
    ] {
        let mut old = stored(&with_spec(&json!({"restartPolicy": policy})));
        let states = |state: Value| {
            let statuses = json!([{
                "name": "c", "image": "x", "imageID": "", "ready": false, "restartCount": 0,
                "state": state,
            }]);
            Some(serde_json::from_value(statuses).unwrap())
        };
        old.status.as_mut().unwrap().container_statuses =
            states(json!({"terminated": {"exitCode": exit_code}}));
        let mut new = old.clone();
        new.status.as_mut().unwrap().container_statuses = states(json!({"running": {}}));
        new.prepare_status_update(&old);
        let errors = texts(&new.validate_status_update(&old));
        let expected: &[&str] = if comes_back {
            &[]
        } else {
            &[
                "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
            ]
        };
        assert_eq!(errors, expected, "{policy} {exit_code}");
    }
}

#[test]
fn fields_that_pods_are_selected_by() {
    let mut running = pod(&with_spec(
        &json!({"nodeName": "n", "hostNetwork": true, "serviceAccountName": "robot"}),
    ));
    let status = running.status.as_mut().unwrap();
    status.pod_ip = Some("10.0.0.1".to_owned());
    for (field, value) in [
        ("spec.nodeName", Some("n")),
        ("spec.restartPolicy", Some("Always")),
        ("spec.schedulerName", Some("default-scheduler")),
        ("spec.serviceAccountName", Some("robot")),
        ("spec.hostNetwork", Some("true")),
        ("status.phase", Some("Pending")),
        ("status.podIP", Some("10.0.0.1")),
        ("status.nominatedNodeName", Some("")),
        ("spec.priority", None),
    ] {
        assert_eq!(running.selectable_field(field).as_deref(), value, "{field}");
    }
}

/// What upstream's `TestWarnings` (`pkg/api/pod/warnings_test.go`) expects of each.
#[test]
fn warnings_about_the_rest_of_a_pod() {
    let old_label = json!([{"key": "ok", "operator": "Exists"}, {"key": "beta.kubernetes.io/os", "operator": "Exists"}]);
    let projected = |sources: Value| with_volume(&json!({"projected": {"sources": sources}}));
    let downward = |path: &str| json!({"downwardAPI": {"items": [{"path": path, "fieldRef": {"fieldPath": "metadata.name"}}]}});
    let cases: Vec<(Value, Vec<&str>)> = vec![
        (
            with_spec(&json!({"nodeSelector": {
                "beta.kubernetes.io/arch": "x", "beta.kubernetes.io/instance-type": "x",
                "failure-domain.beta.kubernetes.io/zone": "x", "disk": "ssd",
            }})),
            vec![
                "spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use \"kubernetes.io/arch\" instead",
                "spec.nodeSelector[beta.kubernetes.io/instance-type]: deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
                "spec.nodeSelector[failure-domain.beta.kubernetes.io/zone]: deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
            ],
        ),
        (
            with_spec(&json!({"affinity": {"nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": old_label}]},
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": {"matchExpressions": old_label}}],
            }}})),
            vec![
                "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].key: beta.kubernetes.io/os is deprecated since v1.14; use \"kubernetes.io/os\" instead",
                "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[1].key: beta.kubernetes.io/os is deprecated since v1.14; use \"kubernetes.io/os\" instead",
            ],
        ),
        (
            with_spec(&json!({"topologySpreadConstraints": [
                {"maxSkew": 1, "topologyKey": "failure-domain.beta.kubernetes.io/region", "whenUnsatisfiable": "ScheduleAnyway"},
            ]})),
            vec![
                "spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/region is deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
                "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod",
            ],
        ),
        (
            json!({"metadata": {"annotations": {
                "scheduler.alpha.kubernetes.io/critical-pod": "",
                "seccomp.security.alpha.kubernetes.io/pod": "x",
                "container.seccomp.security.alpha.kubernetes.io/c": "x",
                "security.alpha.kubernetes.io/sysctls": "a",
                "security.alpha.kubernetes.io/unsafe-sysctls": "b",
            }}}),
            vec![
                "metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the \"priorityClassName\" field instead",
                "metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the \"seccompProfile\" field instead",
                "metadata.annotations[container.seccomp.security.alpha.kubernetes.io/c]: non-functional in v1.27+; use the \"seccompProfile\" field instead",
                "metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; use the \"sysctls\" field instead",
                "metadata.annotations[security.alpha.kubernetes.io/unsafe-sysctls]: non-functional in v1.11+; use the \"sysctls\" field instead",
            ],
        ),
        (
            json!({
                "metadata": {"annotations": {"seccomp.security.alpha.kubernetes.io/pod": "x"}},
                "spec": {"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}},
            }),
            vec![],
        ),
        (
            with_spec(&json!({"overhead": {"memory": "4m"}})),
            vec![
                "spec.overhead[memory]: fractional byte value \"4m\" is invalid, must be an integer",
            ],
        ),
        (
            with(&json!({"ports": [
                {"containerPort": 80, "hostPort": 80, "hostIP": "10.0.0.1"},
                {"containerPort": 80, "hostIP": "10.0.0.1"},
            ]})),
            vec![
                "spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]",
                "spec.containers[0].ports[1]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}",
            ],
        ),
        (
            projected(json!([
                {"secret": {"name": "TestSecret", "items": [{"key": "k", "path": "test"}]}},
                downward("test/test2"),
            ])),
            vec![
                "volume \"v\" (Projected): overlapping paths: \"test/test2\" (DownwardAPI) with \"test\" (Secret \"TestSecret\")",
            ],
        ),
        (
            projected(json!([
                {"serviceAccountToken": {"path": "test/test2"}}, downward("test"),
            ])),
            vec![
                "volume \"v\" (Projected): overlapping paths: \"test\" (DownwardAPI) with \"test/test2\" (ServiceAccountToken)",
            ],
        ),
        (
            projected(json!([{}])),
            vec!["volume \"v\" (Projected) has no sources provided"],
        ),
        (
            with_volume(&json!({"ephemeral": {"volumeClaimTemplate": {"spec": {
                "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "200m"}},
            }}}})),
            vec![
                "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value \"200m\" is invalid, must be an integer",
            ],
        ),
    ];
    for (patch, expected) in cases {
        assert_eq!(pod(&patch).warnings(), expected, "{patch}");
    }
}

/// Objects of very many parts, as a hostile client may send them: what is said of
/// them stays bounded (and the work with it: this test would take minutes).
#[test]
fn very_many_parts_are_refused_in_few_words() {
    const MANY: usize = 20_000;
    let ports: Vec<Value> = (0..MANY).map(|_| json!({"containerPort": 1})).collect();
    let warnings = pod(&with(&json!({"ports": ports}))).warnings();
    assert_eq!(warnings.len(), 100);

    let owner = |index: usize| {
        json!({
            "apiVersion": "v1", "kind": "A", "name": index.to_string(), "uid": index.to_string(),
            "controller": true,
        })
    };
    let owners: Vec<Value> = (0..MANY).map(owner).collect();
    let errors = pod(&json!({"metadata": {"ownerReferences": owners}})).validate();
    assert_eq!(errors.len(), 1);

    let items: Vec<Value> = (0..MANY)
        .map(|index| json!({"key": "k", "path": index.to_string()}))
        .collect();
    let volume = with_volume(&json!({"configMap": {"name": "m", "items": items}}));
    assert_eq!(pod(&volume).warnings(), [""; 0]);

    let tolerations: Vec<Value> = (0..MANY)
        .map(|index| json!({"key": index.to_string(), "operator": "Exists"}))
        .collect();
    let tolerant = stored(&with_spec(&json!({"tolerations": tolerations})));
    let (_, errors) = update(&tolerant, &json!({"metadata": {"labels": {"a": "b"}}}));
    assert_eq!(errors, [""; 0]);
}
