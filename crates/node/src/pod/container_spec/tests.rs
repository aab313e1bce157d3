//! Start orders, and what is refused before a process is made.

use super::*;

fn spec_of(container: serde_json::Value) -> Result<ContainerSpec, String> {
    let mut container = container;
    container["name"] = "c".into();
    let pod: core::Pod = serde_json::from_value(serde_json::json!({
        "metadata": {"name": "p", "namespace": "ns", "uid": "u"},
        "spec": {"containers": [container], "securityContext": {"supplementalGroups": [7], "fsGroup": 8}},
    }))
    .unwrap();
    let volumes = Volumes::from([(
        "v".to_owned(),
        Volume::Path {
            path: PathBuf::from("/data/v"),
            is_read_only: false,
        },
    )]);
    let context = StartContext {
        pod: &pod,
        attempt: 2,
        facts: NodeFacts {
            host_ip: "",
            pod_ip: "",
            cpu_milli: 1,
            memory_bytes: 1,
        },
        hostname: "p",
        services: &[],
        sources: &Sources::new(),
        volumes: &volumes,
        etc: Path::new("/etc-of-pod"),
        termination_log: Path::new("/message"),
        log_path: Path::new("/log"),
        default_user: (0, 0),
        pod_pids_max: None,
        passwd: "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1001::/home/user:/bin/sh\n",
    };
    container_spec(&pod.spec.as_ref().unwrap().containers[0], &context)
}

#[test]
fn the_command_is_command_and_args_expanded() {
    let container = serde_json::json!({
        "command": ["sh", "-c"], "args": ["echo $(WHO) $(NO)"], "env": [{"name": "WHO", "value": "me"}]
    });
    assert_eq!(
        spec_of(container).unwrap().argv,
        ["sh", "-c", "echo me $(NO)"]
    );
    assert!(
        spec_of(serde_json::json!({}))
            .unwrap_err()
            .starts_with("no command specified")
    );
}

#[test]
fn users_and_groups_come_from_the_container_the_pod_or_the_machine() {
    let table = [
        (serde_json::json!({}), 0, 0),
        (serde_json::json!({"runAsUser": 1000}), 1000, 1001),
        (serde_json::json!({"runAsUser": 5}), 5, 0),
        (
            serde_json::json!({"runAsUser": 1000, "runAsGroup": 3}),
            1000,
            3,
        ),
    ];
    for (security, uid, gid) in table {
        let container = serde_json::json!({"command": ["x"], "securityContext": security});
        assert_eq!(
            spec_of(container).unwrap().user,
            User {
                uid,
                gid,
                groups: vec![7, 8]
            }
        );
    }
}

#[test]
fn non_root_is_refused_in_upstreams_words() {
    let refused = |security: serde_json::Value| {
        spec_of(serde_json::json!({"command": ["x"], "securityContext": security})).unwrap_err()
    };
    assert_eq!(
        refused(serde_json::json!({"runAsNonRoot": true})),
        "container has runAsNonRoot and image will run as root (pod: \"p_ns(u)\", container: c)"
    );
    assert_eq!(
        refused(serde_json::json!({"runAsNonRoot": true, "runAsUser": 0})),
        "container's runAsUser breaks non-root policy (pod: \"p_ns(u)\", container: c)"
    );
}

#[test]
fn capabilities_are_added_and_dropped() {
    let kept = |capabilities: serde_json::Value| {
        let security = serde_json::json!({"capabilities": capabilities});
        spec_of(serde_json::json!({"command": ["x"], "securityContext": security}))
            .map(|spec| spec.capabilities)
    };
    assert_eq!(kept(serde_json::json!({})).unwrap(), Capability::DEFAULT);
    assert_eq!(kept(serde_json::json!({"drop": ["ALL"]})).unwrap(), []);
    assert_eq!(
        kept(serde_json::json!({"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]})).unwrap(),
        [Capability::NetBindService]
    );
    assert_eq!(
        kept(serde_json::json!({"add": ["NOPE"]})),
        Err("unknown capability \"NOPE\"".to_owned())
    );
}

#[test]
fn volumes_and_the_pods_own_files_are_mounted() {
    let container = serde_json::json!({
        "command": ["x"],
        "volumeMounts": [{"name": "v", "mountPath": "/v", "readOnly": true}, {"name": "v", "mountPath": "/etc/hosts"}]
    });
    let mounts = spec_of(container).unwrap().mounts;
    let text: Vec<_> = mounts
        .iter()
        .map(|mount| match &mount.source {
            MountSource::Bind { path } => {
                format!(
                    "{}->{} ro={}",
                    path.display(),
                    mount.target.display(),
                    mount.read_only
                )
            }
            MountSource::Tmpfs { .. } => format!("tmpfs->{}", mount.target.display()),
        })
        .collect();
    assert_eq!(
        text,
        [
            "/etc-of-pod/hostname->/etc/hostname ro=false",
            "/etc-of-pod/resolv.conf->/etc/resolv.conf ro=false",
            "/data/v->/v ro=true",
            "/data/v->/etc/hosts ro=false",
            "/message->/dev/termination-log ro=false",
        ]
    );
}

#[test]
fn a_sub_path_never_leaves_its_volume() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    std::os::unix::fs::symlink("/etc", root.join("out")).unwrap();
    assert_eq!(inside(&root, "a/b"), Ok(root.join("a/b")));
    assert!(
        inside(&root, "../x")
            .unwrap_err()
            .contains("without \"..\"")
    );
    assert!(
        inside(&root, "/etc")
            .unwrap_err()
            .contains("must be relative")
    );
    assert!(
        inside(&root, "out/ssh")
            .unwrap_err()
            .contains("leads out of its volume")
    );
}

#[test]
fn the_environment_has_home_and_hostname() {
    let container =
        serde_json::json!({"command": ["x"], "tty": true, "securityContext": {"runAsUser": 1000}});
    let env = spec_of(container).unwrap().env;
    let text: Vec<_> = env
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        text,
        [
            format!("PATH={PATH}").as_str(),
            "HOSTNAME=p",
            "HOME=/home/user",
            "TERM=xterm"
        ]
    );
}
