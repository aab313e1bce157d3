//! Server-side apply over HTTP: whole answers, and kubectl.

use serde_json::{Value, json};

use crate::support::{Answer, Client, JOBS, PODS, Served, job};

const APPLY: &str = "application/apply-patch+yaml";

async fn apply(client: &Client, path: &str, query: &str, body: impl ToString) -> Answer {
    let headers = [("content-type", APPLY)];
    let path = format!("{path}?{query}");
    client
        .send("PATCH", &path, &headers, body.to_string())
        .await
}

fn parallel(parallelism: i32) -> Value {
    let mut job = job("pi");
    job["spec"]["completions"] = 9.into();
    job["spec"]["parallelism"] = parallelism.into();
    job
}

fn entry<'a>(object: &'a Value, manager: &str) -> Option<&'a Value> {
    let entries = object["metadata"]["managedFields"].as_array()?;
    entries.iter().find(|entry| entry["manager"] == manager)
}

#[tokio::test]
async fn an_apply_creates_changes_and_takes_away() {
    let client = Client::new();
    let path = format!("{JOBS}/pi");
    let made = apply(&client, &path, "fieldManager=me", parallel(2)).await;
    assert_eq!(made.code, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(made["spec"]["parallelism"], 2);
    assert_eq!(
        made["metadata"]["managedFields"],
        json!([{
            "manager": "me", "operation": "Apply", "apiVersion": "batch/v1",
            "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1",
            "fieldsV1": {"f:spec": {
                "f:completions": {},
                "f:parallelism": {},
                "f:template": {"f:spec": {
                    "f:containers": {"k:{\"name\":\"c\"}": {
                        ".": {}, "f:name": {}, "f:image": {}, "f:command": {},
                    }},
                    "f:restartPolicy": {},
                }},
            }},
        }])
    );

    let again = apply(&client, &path, "fieldManager=me", parallel(2)).await;
    assert_eq!(
        (again.code, again.json()),
        (200, made),
        "nothing is written"
    );

    let changed = apply(&client, &path, "fieldManager=me", parallel(3)).await;
    assert_eq!(changed.json()["spec"]["parallelism"], 3);
    let mut without = parallel(3);
    let spec = without["spec"].as_object_mut().expect("a spec");
    spec.remove("parallelism");
    let without = apply(&client, &path, "fieldManager=me", without).await;
    assert_eq!(
        without.json()["spec"]["parallelism"],
        1,
        "what nobody wants any more has its default"
    );
}

#[tokio::test]
async fn yaml_is_applied_too_and_the_name_may_be_left_to_the_path() {
    let client = Client::new();
    let path = "/api/v1/namespaces/default/configmaps/a";
    let body = "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: '1'\n";
    let made = apply(&client, path, "fieldManager=me", body).await;
    assert_eq!(made.code, 201, "{}", made.text);
    assert_eq!(made.json()["data"], json!({"a": "1"}));
}

#[tokio::test]
async fn what_another_owns_is_a_conflict_until_forced() {
    let client = Client::new();
    let path = format!("{JOBS}/pi");
    apply(&client, &path, "fieldManager=one", parallel(2)).await;
    let refused = apply(&client, &path, "fieldManager=two", parallel(3)).await;
    let message = "Apply failed with 1 conflict: conflict with \"one\": .spec.parallelism";
    assert_eq!(
        refused.json(),
        json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": "Conflict", "code": 409,
            "details": {"causes": [{
                "reason": "FieldManagerConflict",
                "message": "conflict with \"one\"",
                "field": ".spec.parallelism",
            }]},
        })
    );
    let forced = apply(&client, &path, "fieldManager=two&force=true", parallel(3)).await;
    assert_eq!(forced.json()["spec"]["parallelism"], 3);
    let owned = entry(&forced.json(), "one").expect("an entry")["fieldsV1"]["f:spec"].clone();
    assert_eq!(owned.get("f:parallelism"), None);
}

#[tokio::test]
async fn other_writes_hand_over_what_they_change() {
    let client = Client::new();
    let path = format!("{JOBS}/pi");
    apply(&client, &path, "fieldManager=me", parallel(2)).await;
    let patch = json!({"spec": {"parallelism": 5}});
    for kind in ["merge-patch", "strategic-merge-patch"] {
        let answer = client
            .patch(&format!("{path}?fieldManager=editor"), kind, &patch)
            .await;
        let object = answer.json();
        let owned = &entry(&object, "editor").expect("an entry")["fieldsV1"];
        assert_eq!(owned, &json!({"f:spec": {"f:parallelism": {}}}), "{kind}");
    }
    let status = json!({"status": {"active": 1, "startTime": "2026-01-01T00:00:00Z"}});
    let answer = client
        .patch(
            &format!("{path}/status?fieldManager=editor"),
            "merge-patch",
            &status,
        )
        .await
        .json();
    let entries = answer["metadata"]["managedFields"]
        .as_array()
        .expect("entries");
    let last = entries
        .iter()
        .find(|entry| entry["subresource"] == "status");
    assert_eq!(
        last.expect("an entry of its own")["fieldsV1"],
        json!({"f:status": {"f:active": {}, "f:startTime": {}}})
    );
    let refused = apply(&client, &path, "fieldManager=me", parallel(2)).await;
    assert_eq!(
        refused.message(),
        "Apply failed with 1 conflict: conflict with \"editor\" using batch/v1: .spec.parallelism"
    );
}

#[tokio::test]
async fn a_status_is_applied_by_its_own_path() {
    let client = Client::new();
    let path = format!("{JOBS}/pi");
    let missing = apply(
        &client,
        &format!("{path}/status"),
        "fieldManager=me",
        job("pi"),
    )
    .await;
    assert_eq!(
        (missing.code, missing.message()),
        (404, "jobs.batch \"pi\" not found".to_owned())
    );
    apply(&client, &path, "fieldManager=me", parallel(2)).await;
    let status = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "spec": {"parallelism": 9},
        "status": {"startTime": "2026-01-01T00:00:00Z"},
    });
    let applied = apply(
        &client,
        &format!("{path}/status"),
        "fieldManager=me",
        &status,
    )
    .await;
    let object = applied.json();
    assert_eq!(
        (
            applied.code,
            &object["spec"]["parallelism"],
            &object["status"]["startTime"]
        ),
        (200, &json!(2), &json!("2026-01-01T00:00:00Z")),
        "{}",
        applied.text
    );
}

#[tokio::test]
async fn a_dry_run_applies_nothing() {
    let client = Client::new();
    let path = format!("{JOBS}/pi");
    let tried = apply(&client, &path, "fieldManager=me&dryRun=All", parallel(2)).await;
    assert_eq!(tried.code, 201, "{}", tried.text);
    assert_eq!(client.get(&path).await.code, 404);
    let made = apply(&client, &path, "fieldManager=me", parallel(2))
        .await
        .json();
    let tried = apply(&client, &path, "fieldManager=me&dryRun=All", parallel(3)).await;
    assert_eq!(tried.json()["spec"]["parallelism"], 3);
    assert_eq!(client.get(&path).await.json(), made);
}

#[tokio::test]
async fn what_an_apply_must_say() {
    let client = Client::new();
    let path = format!("{JOBS}/pi");
    client.make_job("pi").await;
    let options = "PatchOptions.meta.k8s.io \"\" is invalid: ";
    let with = |change: fn(&mut Value)| {
        let mut body = job("pi");
        change(&mut body);
        body.to_string()
    };
    for (query, body, code, message) in [
        ("", with(|_| {}), 422, format!("{options}fieldManager: Required value: is required for apply patch")),
        (
            "fieldManager=a%0Ab",
            with(|_| {}),
            422,
            format!("{options}fieldManager: Invalid value: \"a\\nb\": invalid character U+000A (at position 1)"),
        ),
        (
            "fieldManager=me",
            with(|body| body["kind"] = "Pod".into()),
            400,
            "invalid object type: batch/v1, Kind=Pod".to_owned(),
        ),
        ("fieldManager=me", "{}".to_owned(), 400, "invalid object type: /, Kind=".to_owned()),
        (
            "fieldManager=me",
            with(|body| body["metadata"]["name"] = "e".into()),
            400,
            "the name of the object (e) does not match the name on the URL (pi)".to_owned(),
        ),
        (
            "fieldManager=me",
            with(|body| body["metadata"]["namespace"] = "other".into()),
            400,
            "the namespace of the provided object does not match the namespace sent on the request".to_owned(),
        ),
        (
            "fieldManager=me",
            with(|body| body["metadata"]["managedFields"] = json!([{}])),
            400,
            "metadata.managedFields must be nil".to_owned(),
        ),
        (
            "fieldManager=me&fieldValidation=Ignore",
            with(|body| body["spec"]["bogus"] = 1.into()),
            500,
            "failed to create typed patch object (/pi; batch/v1, Kind=Job): .spec.bogus: field not declared in schema".to_owned(),
        ),
        (
            "fieldManager=me&fieldValidation=Strict",
            "apiVersion: batch/v1\nkind: Job\nkind: Job\n".to_owned(),
            400,
            "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  \
             line 3: key \"kind\" already set in map".to_owned(),
        ),
        (
            "fieldManager=me",
            with(|body| body["metadata"]["resourceVersion"] = "1".into()),
            409,
            "Operation cannot be fulfilled on jobs.batch \"pi\": the object has been modified; \
             please apply your changes to the latest version and try again".to_owned(),
        ),
    ] {
        let answer = apply(&client, &path, query, &body).await;
        assert_eq!((answer.code, answer.message()), (code, message), "{query} {body}");
    }
    let mut named = job("e");
    named["metadata"]["uid"] = "u".into();
    let answer = apply(&client, &format!("{JOBS}/e"), "fieldManager=me", named).await;
    assert_eq!(
        (answer.code, answer.message()),
        (
            409,
            "Operation cannot be fulfilled on jobs.batch \"e\": uid mismatch: the provided object \
             specified uid u, and no existing object was found"
                .to_owned()
        )
    );
}

#[tokio::test]
async fn an_applied_object_obeys_the_rules_of_every_update() {
    let client = Client::new();
    let path = format!("{JOBS}/pi");
    client.make_job("pi").await;
    let mut body = job("pi");
    body["spec"]["backoffLimitPerIndex"] = 1.into();
    body["spec"]["backoffLimit"] = (-1).into();
    let refused = apply(&client, &path, "fieldManager=me&force=true", &body).await;
    let causes = refused.json()["details"]["causes"].clone();
    let fields: Vec<_> = causes
        .as_array()
        .into_iter()
        .flatten()
        .map(|cause| &cause["field"])
        .collect();
    assert_eq!(refused.code, 422, "{}", refused.text);
    assert!(
        fields.contains(&&json!("spec.backoffLimit")),
        "{}",
        refused.text
    );
    assert!(
        fields.contains(&&json!("spec.backoffLimitPerIndex")),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn a_doubled_key_is_warned_of() {
    let client = Client::new();
    let body = "apiVersion: v1\nkind: ConfigMap\nkind: ConfigMap\n";
    let path = "/api/v1/namespaces/default/configmaps/a";
    let answer = apply(&client, path, "fieldManager=me", body).await;
    assert_eq!(answer.code, 201, "{}", answer.text);
    assert_eq!(
        answer.header("warning"),
        "299 - \"line 3: key \\\"kind\\\" already set in map\""
    );
}

#[tokio::test]
async fn other_forms_of_apply_and_force_without_apply_are_refused() {
    let client = Client::new();
    for kind in [
        "application/apply-patch+json",
        "application/apply-patch+cbor",
    ] {
        let headers = [("content-type", kind)];
        let path = format!("{JOBS}/pi?fieldManager=me");
        let answer = client.send("PATCH", &path, &headers, "{}").await;
        assert_eq!(
            (answer.code, answer.message()),
            (415, "415: Unsupported Media Type".to_owned()),
            "{kind}"
        );
    }
    let answer = client
        .patch(&format!("{PODS}/p?force=true"), "merge-patch", &json!({}))
        .await;
    assert_eq!(
        answer.message(),
        "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_applies_on_the_server() {
    let served = Served::start();
    let manifest = parallel(2).to_string();
    let command = ["apply", "--server-side", "-f", "-"];
    let applied = "job.batch/pi serverside-applied\n";
    assert_eq!(served.kubectl_in(&command, &manifest).await, applied);
    assert_eq!(served.kubectl_in(&command, &manifest).await, applied);
    let diff = ["diff", "--server-side", "-f", "-"];
    assert_eq!(served.kubectl_in(&diff, &manifest).await, "");
}
