//! `jobyard plan` says what the controller then does.
//!
//! Jobs and Pods are made while no controller runs, and planned from what the
//! API says of them; then a controller starts. Each of these Jobs comes to rest
//! after one sync, so the status of the plan is the one that comes, but for the
//! times.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    sync::Arc,
};

use serde_json::{Value, json};

use crate::{
    arrangement::Arrangement,
    indexed::indexed,
    place::{Place, on_a_node, until},
    yard::{JOBYARD, Yard},
};

#[test]
fn a_plan_is_what_the_controller_then_does() {
    let yard = Yard::start_own(
        &std::env::temp_dir(),
        &["--node", "none", "--controllers", "none"],
    );
    let arrangement = Arc::new(Arrangement::around(yard));
    let planned: Vec<_> = CASES
        .iter()
        .map(|(name, make)| {
            let place = Place::within(arrangement.clone());
            make(&place);
            let plan = plan(&place);
            (*name, place, plan)
        })
        .collect();
    let mut controller = arrangement.yard().spawn_controller(&[]);
    for (name, place, plan) in &planned {
        let wanted = without_times(&plan["status"]);
        until(&format!("{name}: the status is {wanted}"), || {
            (without_times(&place.status("pi")) == wanted).then_some(())
        });
        let of_plan = |key: &str| plan[key].as_array().expect("a list").clone();
        for deleted in of_plan("delete") {
            let pod = place.get(&format!("pods/{}", crate::place::text(&deleted)));
            let pod = pod.expect("it takes its time");
            assert!(!pod["metadata"]["deletionTimestamp"].is_null(), "{name}");
        }
        for released in of_plan("removeFinalizer") {
            let pod = place.get(&format!("pods/{}", crate::place::text(&released)));
            assert!(!crate::place::is_tracked(&pod.expect("it stays")), "{name}");
        }
        for event in of_plan("events") {
            let reason = crate::place::text(&event["reason"]);
            let message = place.until_event("pi", &reason);
            if reason != "SuccessfulCreate" && reason != "SuccessfulDelete" {
                assert_eq!(event["message"], message, "{name}");
            }
        }
    }
    controller.kill().expect("it can be killed");
    controller.wait().expect("it ends");
}

type Case = (&'static str, fn(&Place));

const CASES: [Case; 7] = [
    ("a new Job", |place| {
        place.job("pi", &json!({"completions": 3, "parallelism": 2}));
    }),
    ("its Pod succeeded", |place| {
        let job = place.job("pi", &json!({}));
        place.succeed(&place.owned_pod(&job, "a", None, &json!({})));
    }),
    ("exit code 42", |place| {
        let rule = json!({"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}});
        let spec =
            json!({"completions": 2, "parallelism": 2, "podFailurePolicy": {"rules": [rule]}});
        let job = place.job("pi", &on_a_node(spec));
        place.fail(&place.owned_pod(&job, "a", None, &json!({})), 42);
        place.ready(&place.owned_pod(&job, "b", None, &json!({})));
    }),
    ("suspended", |place| {
        let spec = json!({"completions": 2, "parallelism": 2, "suspend": true});
        let job = place.job("pi", &on_a_node(spec));
        place.ready(&place.owned_pod(&job, "a", None, &json!({})));
        place.run(&place.owned_pod(&job, "b", None, &json!({})));
    }),
    ("the leader succeeded", |place| {
        let mut spec = indexed(3, 3);
        spec["successPolicy"] = json!({"rules": [{"succeededIndexes": "0"}]});
        let job = place.job("pi", &on_a_node(spec));
        place.succeed(&place.owned_pod(&job, "0", Some(0), &json!({})));
        place.ready(&place.owned_pod(&job, "1", Some(1), &json!({})));
        place.run(&place.owned_pod(&job, "2", Some(2), &json!({})));
    }),
    ("too many Pods", |place| {
        let job = place.job(
            "pi",
            &on_a_node(json!({"completions": 5, "parallelism": 1})),
        );
        place.ready(&place.owned_pod(&job, "a", None, &json!({})));
        place.run(&place.owned_pod(&job, "b", None, &json!({})));
    }),
    ("managed by another", |place| {
        place.job("pi", &json!({"managedBy": "acme.io/x"}));
    }),
];

/// The plan of the one Job of the place and all its Pods.
fn plan(place: &Place) -> Value {
    let mut items = vec![place.get("jobs/pi").expect("the Job")];
    items.extend(place.pod_objects());
    for pod in &mut items[1..] {
        // Items of a list do not say what they are.
        pod["apiVersion"] = json!("v1");
        pod["kind"] = json!("Pod");
    }
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    let mut child = Command::new(JOBYARD)
        .args(["plan", "-", "-o", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("jobyard starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin
        .write_all(list.to_string().as_bytes())
        .expect("jobyard reads stdin");
    drop(stdin);
    let output = child.wait_with_output().expect("jobyard ends");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("the plan is JSON")
}

/// The status with a word in place of each time.
fn without_times(status: &Value) -> Value {
    match status {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| {
                let value = if key.ends_with("Time") {
                    json!("TIME")
                } else {
                    without_times(value)
                };
                (key.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(without_times).collect(),
        other => other.clone(),
    }
}
