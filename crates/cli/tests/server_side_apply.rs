//! Server-side apply with an unmodified kubectl, on a yard or, with
//! `JOBYARD_TEST_KUBECONFIG=FILE`, on any Kubernetes API server.

mod yard;

use serde_json::Value;
use yard::{Yard, text};

/// A yard with a server and nothing that changes objects by itself.
fn start() -> Yard {
    Yard::start_with(&["--node", "none", "--controllers", "none"])
}

fn map(data: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {data}\n")
}

const SUSPENDED: &str = "
apiVersion: batch/v1
kind: Job
metadata: {name: pi}
spec:
  suspend: true
  parallelism: 2
  completions: 4
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: busybox, command: ['true']}]
";

impl Yard {
    fn applied(&self, flags: &[&str], manifest: &str) -> String {
        let command = [&["apply", "--server-side", "-f", "-"], flags].concat();
        self.kubectl_ok(&command, manifest)
    }

    fn object(&self, name: &str) -> Value {
        let shown = self.kubectl_ok(&["get", name, "-o", "json", "--show-managed-fields"], "");
        serde_json::from_str(&shown).expect("JSON")
    }
}

/// What the manager's entry says it owns.
fn owned(object: &Value, manager: &str, operation: &str) -> Value {
    let entries = object["metadata"]["managedFields"].as_array();
    let entry = entries
        .into_iter()
        .flatten()
        .find(|entry| entry["manager"] == manager && entry["operation"] == operation);
    entry.map_or(Value::Null, |entry| entry["fieldsV1"].clone())
}

#[test]
fn an_object_is_applied_changed_left_alone_and_stripped_of_a_field() {
    let yard = start();
    let done = "configmap/a serverside-applied\n";
    assert_eq!(yard.applied(&[], &map("{a: '1', b: '1'}")), done);
    let first = yard.object("configmap/a");
    assert_eq!(
        owned(&first, "kubectl", "Apply"),
        serde_json::json!({"f:data": {"f:a": {}, "f:b": {}}})
    );
    assert_eq!(yard.applied(&[], &map("{a: '1', b: '1'}")), done);
    assert_eq!(yard.object("configmap/a"), first, "nothing was written");
    assert_eq!(yard.applied(&[], &map("{a: '2'}")), done);
    assert_eq!(yard.field("configmap/a", "{.data}"), r#"{"a":"2"}"#);
}

#[test]
fn a_conflict_is_told_and_force_resolves_it() {
    let yard = start();
    yard.applied(&["--field-manager", "one"], &map("{a: '1', b: '1'}"));
    let command = [
        "apply",
        "--server-side",
        "--field-manager",
        "two",
        "-f",
        "-",
    ];
    let refused = yard.kubectl_with(&command, &map("{a: '2'}"));
    assert_eq!(refused.status.code(), Some(1));
    let stderr = text(&refused.stderr);
    let words = "error: Apply failed with 1 conflict: conflict with \"one\": .data.a\n";
    assert!(stderr.starts_with(words), "{stderr}");
    let both = yard.kubectl_with(&command, &map("{a: '2', b: '2'}"));
    let stderr = text(&both.stderr);
    let words =
        "error: Apply failed with 2 conflicts: conflicts with \"one\":\n- .data.a\n- .data.b\n";
    assert!(stderr.starts_with(words), "{stderr}");
    yard.applied(
        &["--field-manager", "two", "--force-conflicts"],
        &map("{a: '2'}"),
    );
    let object = yard.object("configmap/a");
    assert_eq!(object["data"], serde_json::json!({"a": "2", "b": "1"}));
    let left = owned(&object, "one", "Apply");
    assert_eq!(left, serde_json::json!({"f:data": {"f:b": {}}}));
}

#[test]
fn client_side_apply_goes_over_to_server_side_apply() {
    let yard = start();
    yard.kubectl_ok(&["apply", "-f", "-"], &map("{a: '1', b: '1'}"));
    let before = yard.object("configmap/a");
    assert_ne!(
        owned(&before, "kubectl-client-side-apply", "Update"),
        Value::Null
    );
    yard.applied(&[], &map("{a: '2'}"));
    let object = yard.object("configmap/a");
    assert_eq!(
        owned(&object, "kubectl-client-side-apply", "Update"),
        Value::Null
    );
    assert_eq!(
        object["data"],
        serde_json::json!({"a": "2"}),
        "b was kubectl's own"
    );
}

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let yard = start();
    yard.applied(&[], &map("{a: '1'}"));
    let diff = ["diff", "--server-side", "-f", "-"];
    let same = yard.kubectl_with(&diff, &map("{a: '1'}"));
    assert_eq!(
        (same.status.code(), text(&same.stdout)),
        (Some(0), String::new())
    );
    let other = yard.kubectl_with(&diff, &map("{a: '2'}"));
    let shown = text(&other.stdout);
    assert_eq!(other.status.code(), Some(1), "{shown}");
    assert!(
        shown.contains("-  a: \"1\"") && shown.contains("+  a: \"2\""),
        "{shown}"
    );
    assert_eq!(yard.field("configmap/a", "{.data.a}"), "1");
}

#[test]
fn ordinary_writes_are_noted_and_hidden_unless_asked_for() {
    let yard = start();
    yard.kubectl_ok(&["create", "-f", "-"], SUSPENDED);
    let hidden = yard.kubectl_ok(&["get", "job/pi", "-o", "yaml"], "");
    assert!(!hidden.contains("managedFields"), "{hidden}");
    let created = owned(&yard.object("job/pi"), "kubectl-create", "Update");
    assert_eq!(created["f:spec"]["f:parallelism"], serde_json::json!({}));
    assert_eq!(
        created["f:spec"]["f:template"]["f:spec"]["f:containers"],
        serde_json::json!({"k:{\"name\":\"c\"}": {
            ".": {}, "f:command": {}, "f:image": {}, "f:imagePullPolicy": {}, "f:name": {},
            "f:resources": {}, "f:terminationMessagePath": {}, "f:terminationMessagePolicy": {},
        }})
    );
    assert_eq!(
        created["f:spec"]["f:selector"],
        Value::Null,
        "the server made it"
    );
    assert_eq!(created["f:status"], Value::Null);

    let patch = [
        "patch",
        "job/pi",
        "--type=merge",
        "-p",
        r#"{"spec":{"parallelism":3}}"#,
    ];
    yard.kubectl_ok(&patch, "");
    let object = yard.object("job/pi");
    assert_eq!(
        owned(&object, "kubectl-patch", "Update"),
        serde_json::json!({"f:spec": {"f:parallelism": {}}})
    );
    let created = owned(&object, "kubectl-create", "Update");
    assert_eq!(created["f:spec"]["f:parallelism"], Value::Null);
    let refused = yard.kubectl_with(&["apply", "--server-side", "-f", "-"], SUSPENDED);
    let stderr = text(&refused.stderr);
    let words = "error: Apply failed with 1 conflict: conflict with \"kubectl-patch\" using batch/v1: .spec.parallelism\n";
    assert!(stderr.starts_with(words), "{stderr}");
}

#[test]
fn a_status_is_applied_apart() {
    let yard = start();
    yard.applied(&[], SUSPENDED);
    let status = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: pi}\nstatus: {startTime: '2026-01-01T00:00:00Z'}\n";
    let flags = [
        "--subresource=status",
        "--field-manager",
        "other",
        "--force-conflicts",
    ];
    yard.applied(&flags, status);
    let object = yard.object("job/pi");
    assert_eq!(object["status"]["startTime"], "2026-01-01T00:00:00Z");
    let entries = object["metadata"]["managedFields"].as_array();
    let entry = entries
        .into_iter()
        .flatten()
        .find(|entry| entry["manager"] == "other");
    let entry = entry.expect("an entry");
    assert_eq!(entry["subresource"], "status");
    assert_eq!(
        entry["fieldsV1"],
        serde_json::json!({"f:status": {"f:startTime": {}}})
    );
}
