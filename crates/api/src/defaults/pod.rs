//! Defaults of Pods and Pod templates.
//!
//! A template is defaulted like a Pod but for what depends on the Pod being a
//! real one: requests taken from limits, service links, host ports.
//!
//! Source: upstream `pkg/apis/core/v1/defaults.go` (`SetDefaults_Pod`,
//! `SetDefaults_PodSpec`, `SetDefaults_Container`, `SetDefaults_Volume` ...),
//! `conversion.go` (`serviceAccount`), `pkg/util/parsers` (image tags).

use crate::core::{
    Container, EnvVar, HTTPGetAction, Lifecycle, ObjectFieldSelector, Pod, PodSpec, PodStatus,
    PodTemplateSpec, Probe, ResourceFieldSelector, ResourceRequirements, Volume, VolumeProjection,
};

use super::{canonical_amounts, cut_fraction, or_text};

/// Mode of the files of a volume that says none: 0644.
const FILE_MODE: i32 = 0o644;
/// Life of a projected token, in seconds.
const TOKEN_SECONDS: i64 = 3600;

/// Defaults of a Pod.
pub fn pod(pod: &mut Pod) {
    let spec = pod.spec.get_or_insert_default();
    pod_spec(spec);
    spec.enable_service_links.get_or_insert(true);
    let on_host = spec.host_network == Some(true);
    for container in containers(spec) {
        if let Some(resources) = &mut container.resources {
            requests_from_limits(resources);
        }
        if on_host {
            for port in container.ports.iter_mut().flatten() {
                if port.host_port.unwrap_or(0) == 0 {
                    port.host_port = Some(port.container_port);
                }
            }
        }
    }
    if let Some(resources) = &mut spec.resources {
        requests_from_limits(resources);
    }
    pod_status(pod.status.get_or_insert_default());
}

/// Times of a status are whole seconds.
fn pod_status(status: &mut PodStatus) {
    cut_fraction(&mut status.start_time);
    for condition in status.conditions.iter_mut().flatten() {
        cut_fraction(&mut condition.last_probe_time);
        cut_fraction(&mut condition.last_transition_time);
    }
    let inits = status.init_container_statuses.iter_mut().flatten();
    let regular = status.container_statuses.iter_mut().flatten();
    for container in inits.chain(regular) {
        let states = [&mut container.state, &mut container.last_state];
        for state in states.into_iter().flatten() {
            if let Some(running) = &mut state.running {
                cut_fraction(&mut running.started_at);
            }
            if let Some(terminated) = &mut state.terminated {
                cut_fraction(&mut terminated.started_at);
                cut_fraction(&mut terminated.finished_at);
            }
        }
    }
}

/// Defaults of a Pod template.
pub fn pod_template(template: &mut PodTemplateSpec) {
    template.metadata.get_or_insert_default();
    pod_spec(template.spec.get_or_insert_default());
}

/// Defaults of a Pod's spec, as a template has them too.
pub fn pod_spec(spec: &mut PodSpec) {
    or_text(&mut spec.dns_policy, "ClusterFirst");
    or_text(&mut spec.restart_policy, "Always");
    spec.security_context.get_or_insert_default();
    spec.termination_grace_period_seconds.get_or_insert(30);
    or_text(&mut spec.scheduler_name, "default-scheduler");
    mirror_service_account(spec);
    // Unset and false are one in Kubernetes, where false is not written.
    for flag in [
        &mut spec.host_network,
        &mut spec.host_pid,
        &mut spec.host_ipc,
    ] {
        if *flag == Some(false) {
            *flag = None;
        }
    }
    for container in containers(spec) {
        container_defaults(container);
    }
    for volume in spec.volumes.iter_mut().flatten() {
        volume_defaults(volume);
    }
    if let Some(resources) = &mut spec.resources {
        canonical_amounts(&mut resources.limits);
        canonical_amounts(&mut resources.requests);
    }
    canonical_amounts(&mut spec.overhead);
}

fn containers(spec: &mut PodSpec) -> impl Iterator<Item = &mut Container> {
    let inits = spec.init_containers.iter_mut().flatten();
    inits.chain(&mut spec.containers)
}

/// The old name of `serviceAccountName` always says the same.
fn mirror_service_account(spec: &mut PodSpec) {
    let named = |field: &Option<String>| field.clone().filter(|name| !name.is_empty());
    let name = named(&spec.service_account_name).or_else(|| named(&spec.service_account));
    spec.service_account_name.clone_from(&name);
    spec.service_account = name;
}

fn container_defaults(container: &mut Container) {
    if container
        .image_pull_policy
        .as_deref()
        .is_none_or(str::is_empty)
    {
        let image = container.image.as_deref().unwrap_or("");
        let policy = if is_latest(image) {
            "Always"
        } else {
            "IfNotPresent"
        };
        container.image_pull_policy = Some(policy.to_owned());
    }
    or_text(
        &mut container.termination_message_path,
        "/dev/termination-log",
    );
    or_text(&mut container.termination_message_policy, "File");
    let resources = container.resources.get_or_insert_default();
    canonical_amounts(&mut resources.limits);
    canonical_amounts(&mut resources.requests);
    for port in container.ports.iter_mut().flatten() {
        or_text(&mut port.protocol, "TCP");
    }
    for variable in container.env.iter_mut().flatten() {
        environment_defaults(variable);
    }
    let probes = [
        &mut container.liveness_probe,
        &mut container.readiness_probe,
        &mut container.startup_probe,
    ];
    for probe in probes.into_iter().flatten() {
        probe_defaults(probe);
    }
    if let Some(Lifecycle {
        post_start,
        pre_stop,
        ..
    }) = &mut container.lifecycle
    {
        for handler in [post_start, pre_stop].into_iter().flatten() {
            if let Some(action) = &mut handler.http_get {
                http_defaults(action);
            }
        }
    }
}

/// Whether the image has the tag `latest`, said or meant: no tag and no digest.
/// What is no image name has no tag either, and is not pulled each time.
fn is_latest(image: &str) -> bool {
    if image.is_empty() || image.contains('@') {
        return image
            .split_once('@')
            .is_some_and(|(name, _)| tag_of(name) == Some("latest"));
    }
    tag_of(image).is_none_or(|tag| tag == "latest")
}

/// The tag stands behind a colon of the last path segment; an earlier colon is a port's.
fn tag_of(name: &str) -> Option<&str> {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.split_once(':').map(|(_, tag)| tag)
}

fn environment_defaults(variable: &mut EnvVar) {
    let Some(source) = &mut variable.value_from else {
        return;
    };
    if let Some(field) = &mut source.field_ref {
        field_defaults(field);
    }
    if let Some(resource) = &mut source.resource_field_ref {
        divisor_defaults(resource);
    }
}

fn field_defaults(field: &mut ObjectFieldSelector) {
    or_text(&mut field.api_version, "v1");
}

/// Unset is zero, which later counts as one.
fn divisor_defaults(resource: &mut ResourceFieldSelector) {
    let divisor = resource.divisor.get_or_insert_default();
    if divisor.0.is_empty() {
        "0".clone_into(&mut divisor.0);
    }
    crate::quantity::canonicalize(divisor);
}

fn probe_defaults(probe: &mut Probe) {
    let or = |field: &mut Option<i32>, default| {
        if field.unwrap_or(0) == 0 {
            *field = Some(default);
        }
    };
    or(&mut probe.timeout_seconds, 1);
    or(&mut probe.period_seconds, 10);
    or(&mut probe.success_threshold, 1);
    or(&mut probe.failure_threshold, 3);
    if let Some(action) = &mut probe.http_get {
        http_defaults(action);
    }
    if let Some(action) = &mut probe.grpc {
        action.service.get_or_insert_default();
    }
}

fn http_defaults(action: &mut HTTPGetAction) {
    or_text(&mut action.path, "/");
    or_text(&mut action.scheme, "HTTP");
}

fn requests_from_limits(resources: &mut ResourceRequirements) {
    for (name, limit) in resources.limits.iter().flatten() {
        resources
            .requests
            .get_or_insert_default()
            .entry(name.clone())
            .or_insert_with(|| limit.clone());
    }
}

fn volume_defaults(volume: &mut Volume) {
    let bare = Volume {
        name: volume.name.clone(),
        ..Volume::default()
    };
    if *volume == bare {
        volume.empty_dir = Some(crate::core::EmptyDirVolumeSource::default());
    }
    if let Some(limit) = volume
        .empty_dir
        .as_mut()
        .and_then(|directory| directory.size_limit.as_mut())
    {
        crate::quantity::canonicalize(limit);
    }
    if let Some(source) = &mut volume.host_path {
        source.type_.get_or_insert_default();
    }
    if let Some(source) = &mut volume.secret {
        source.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(source) = &mut volume.config_map {
        source.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(source) = &mut volume.downward_api {
        source.default_mode.get_or_insert(FILE_MODE);
        for file in source.items.iter_mut().flatten() {
            if let Some(field) = &mut file.field_ref {
                field_defaults(field);
            }
            if let Some(resource) = &mut file.resource_field_ref {
                divisor_defaults(resource);
            }
        }
    }
    if let Some(source) = &mut volume.projected {
        source.default_mode.get_or_insert(FILE_MODE);
        for projection in source.sources.iter_mut().flatten() {
            projection_defaults(projection);
        }
    }
    if let Some(claim) = volume
        .ephemeral
        .as_mut()
        .and_then(|ephemeral| ephemeral.volume_claim_template.as_mut())
    {
        or_text(&mut claim.spec.volume_mode, "Filesystem");
    }
}

fn projection_defaults(projection: &mut VolumeProjection) {
    if let Some(token) = &mut projection.service_account_token {
        token.expiration_seconds.get_or_insert(TOKEN_SECONDS);
    }
    let files = projection.downward_api.iter_mut();
    for file in files.flat_map(|source| source.items.iter_mut().flatten()) {
        if let Some(field) = &mut file.field_ref {
            field_defaults(field);
        }
        if let Some(resource) = &mut file.resource_field_ref {
            divisor_defaults(resource);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pull_policy_follows_the_tag() {
        for (image, latest) in [
            ("perl", true),
            ("perl:latest", true),
            ("perl:5.34.0", false),
            ("host:5000/perl", true),
            ("host:5000/perl:1", false),
            ("perl@sha256:0000", false),
            ("perl:latest@sha256:0000", true),
            ("", false),
        ] {
            assert_eq!(is_latest(image), latest, "{image}");
        }
    }

    #[test]
    fn times_are_what_the_wire_can_say() {
        let mut running: Pod = serde_json::from_value(serde_json::json!({
            "metadata": {"name": "p"},
            "status": {
                "startTime": "2026-01-02T03:04:05.999Z",
                "containerStatuses": [{
                    "name": "c", "image": "x", "imageID": "", "ready": true, "restartCount": 0,
                    "state": {"running": {"startedAt": "1969-12-31T23:59:59.5Z"}},
                }],
            },
        }))
        .expect("a Pod");
        pod(&mut running);
        let json = serde_json::to_value(&running).expect("JSON");
        let read_back: Pod = serde_json::from_value(json).expect("a Pod");
        assert_eq!(read_back, running);
    }

    #[test]
    fn a_pod_of_nothing_but_an_image() {
        let json = serde_json::json!({
            "metadata": {"name": "p"},
            "spec": {
                "serviceAccount": "robot",
                "containers": [{
                    "name": "c", "image": "perl:5",
                    "resources": {"limits": {"cpu": "0.5", "memory": "1024Mi"}},
                    "ports": [{"containerPort": 80}],
                    "env": [{"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
                    "livenessProbe": {"httpGet": {"port": 80}},
                }],
                "volumes": [{"name": "v"}, {"name": "s", "secret": {"secretName": "x"}}],
            },
        });
        let mut defaulted: Pod = serde_json::from_value(json).expect("a Pod");
        pod(&mut defaulted);
        let once = defaulted.clone();
        pod(&mut defaulted);
        assert_eq!(defaulted, once, "defaulting twice changes nothing");
        assert_eq!(
            serde_json::to_value(&defaulted.spec).expect("JSON"),
            serde_json::json!({
                "dnsPolicy": "ClusterFirst",
                "enableServiceLinks": true,
                "restartPolicy": "Always",
                "schedulerName": "default-scheduler",
                "securityContext": {},
                "serviceAccount": "robot",
                "serviceAccountName": "robot",
                "terminationGracePeriodSeconds": 30,
                "containers": [{
                    "name": "c", "image": "perl:5",
                    "imagePullPolicy": "IfNotPresent",
                    "terminationMessagePath": "/dev/termination-log",
                    "terminationMessagePolicy": "File",
                    "resources": {
                        "limits": {"cpu": "500m", "memory": "1Gi"},
                        "requests": {"cpu": "500m", "memory": "1Gi"},
                    },
                    "ports": [{"containerPort": 80, "protocol": "TCP"}],
                    "env": [{"name": "N", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}],
                    "livenessProbe": {
                        "httpGet": {"port": 80, "path": "/", "scheme": "HTTP"},
                        "timeoutSeconds": 1, "periodSeconds": 10,
                        "successThreshold": 1, "failureThreshold": 3,
                    },
                }],
                "volumes": [
                    {"name": "v", "emptyDir": {}},
                    {"name": "s", "secret": {"secretName": "x", "defaultMode": 420}},
                ],
            })
        );
    }
}
