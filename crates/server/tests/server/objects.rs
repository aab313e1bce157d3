//! get, list, create, update, patch and delete through the front door.

use serde_json::{Value, json};

use crate::support::{Client, JOBS, PODS, first_cells, job, pod};

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,\
    application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

#[tokio::test]
async fn a_created_object_is_answered_as_stored() {
    let client = Client::new();
    let created = client.post(JOBS, &job("pi")).await;
    assert_eq!(created.code, 201);
    assert_eq!(created.header("content-type"), "application/json");
    let job = created.json();
    assert_eq!(
        (&job["kind"], &job["apiVersion"]),
        (&json!("Job"), &json!("batch/v1"))
    );
    assert_eq!(job["metadata"]["creationTimestamp"], "2026-01-01T00:00:00Z");
    assert_eq!(job["spec"]["backoffLimit"], 6);
    let read = client.get(&format!("{JOBS}/pi")).await;
    assert_eq!(read.code, 200);
    assert_eq!(read.json(), job);
    assert_eq!(client.get(&format!("{JOBS}/pi/status")).await.json(), job);
}

#[tokio::test]
async fn errors_are_statuses_of_kubernetes() {
    let client = Client::new();
    client.make_job("pi").await;
    let missing = client.get(&format!("{JOBS}/nope")).await;
    assert_eq!(
        missing.json(),
        json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": "jobs.batch \"nope\" not found", "reason": "NotFound",
            "details": {"name": "nope", "group": "batch", "kind": "jobs"}, "code": 404,
        })
    );
    let twice = client.post(JOBS, &job("pi")).await;
    assert_eq!(
        (twice.code, twice.message().as_str()),
        (409, "jobs.batch \"pi\" already exists")
    );
    assert_eq!(twice.json()["reason"], "AlreadyExists");
    let elsewhere = client
        .post("/apis/batch/v1/namespaces/nope/jobs", &job("pi"))
        .await;
    assert_eq!(elsewhere.message(), "namespaces \"nope\" not found");

    let mut always = job("always");
    always["spec"]["template"]["spec"]["restartPolicy"] = json!("Always");
    let invalid = client.post(JOBS, &always).await;
    assert_eq!(invalid.code, 422);
    assert_eq!(
        invalid.json()["details"]["causes"][0],
        json!({
            "reason": "FieldValueRequired",
            "message": "Required value: valid values: \"OnFailure\", \"Never\"",
            "field": "spec.template.spec.restartPolicy",
        })
    );
}

#[tokio::test]
async fn an_error_is_written_as_the_client_reads() {
    let client = Client::new();
    let answer = client
        .get_as(&format!("{JOBS}/nope"), "application/yaml")
        .await;
    assert_eq!(answer.header("content-type"), "application/yaml");
    assert!(
        answer.text.contains("reason: NotFound\n"),
        "{}",
        answer.text
    );
    let answer = client.get_as(&format!("{JOBS}/nope"), TABLE).await;
    assert_eq!(answer.json()["kind"], "Status", "never a Table");
}

#[tokio::test]
async fn bodies_may_be_json_or_yaml_and_nothing_else() {
    let client = Client::new();
    // Python's newest client sends no Content-Type.
    let untyped = client
        .send("POST", JOBS, &[], job("untyped").to_string())
        .await;
    assert_eq!(untyped.code, 201, "{}", untyped.text);
    let yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n";
    let config_maps = "/api/v1/namespaces/default/configmaps";
    let headers = [("content-type", "application/yaml")];
    assert_eq!(
        client.send("POST", config_maps, &headers, yaml).await.code,
        201
    );
    let headers = [("content-type", "application/vnd.kubernetes.protobuf")];
    let config_map = "k8s\0\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12\x05\x0a\x03\x0a\x01p";
    let created = client.send("POST", config_maps, &headers, config_map).await;
    assert_eq!(
        (created.code, &created.json()["metadata"]["name"]),
        (201, &json!("p"))
    );
    let refused = client.send("POST", JOBS, &headers, "k8s\0").await;
    assert_eq!(
        refused.message(),
        "the object provided is unrecognized (must be of type Job): empty body (6b387300)"
    );
    let headers = [("content-type", "text/plain")];
    let refused = client.send("POST", JOBS, &headers, "x").await;
    assert_eq!(
        refused.json(),
        json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": "the body of the request was in an unknown format - accepted media types include: \
                        application/json, application/yaml, application/vnd.kubernetes.protobuf",
            "reason": "UnsupportedMediaType", "code": 415,
        })
    );
    let headers = [("content-type", "application/json")];
    let refused = client
        .send("PATCH", &format!("{JOBS}/untyped"), &headers, "{}")
        .await;
    assert_eq!(refused.message(), "415: Unsupported Media Type");
    assert_eq!(refused.json()["details"], json!({}));
}

#[tokio::test]
async fn protobuf_is_an_answer_too() {
    const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
    let client = Client::new();
    client.make_job("pi").await;
    for (path, kind) in [
        (format!("{JOBS}/pi"), "\u{3}Job"),
        (JOBS.to_owned(), "\u{7}JobList"),
        (format!("{JOBS}/none"), "\u{6}Status"),
    ] {
        let answer = client.get_as(&path, PROTOBUF).await;
        assert_eq!(answer.header("content-type"), PROTOBUF, "{path}");
        assert!(answer.text.starts_with("k8s\0\n"), "{path}");
        assert!(answer.text.contains(kind), "{path}");
        // The owners of fields as clients know them, not in our short form.
        assert!(!answer.text.contains("rest-"), "{path}");
        let has_owners = kind != "\u{6}Status";
        assert_eq!(answer.text.contains("FieldsV1"), has_owners, "{path}");
    }
    let metadata = format!("{PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
    let answer = client.get_as(JOBS, &metadata).await;
    assert_eq!(answer.header("content-type"), PROTOBUF);
    assert!(answer.text.contains("\u{19}PartialObjectMetadataList"));
    assert!(answer.text.contains("FieldsV1") && !answer.text.contains("rest-"));
    let table = format!("{PROTOBUF};as=Table;g=meta.k8s.io;v=v1");
    assert_eq!(client.get_as(JOBS, &table).await.code, 406);
    let watch = format!("{JOBS}?watch=true&timeoutSeconds=1");
    let answer = client.get_as(&watch, PROTOBUF).await;
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.kubernetes.protobuf;stream=watch"
    );
    assert_eq!(&answer.text[..2], "\0\0");
    assert!(answer.text.contains("\n\u{5}ADDED"));
    // What has no message is JSON for who offers it, too.
    let both = format!("{PROTOBUF},application/json");
    let answer = client.get_as("/apis/batch/v1", &both).await;
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn yaml_is_an_answer_too() {
    let client = Client::new();
    client.make_job("pi").await;
    let answer = client
        .get_as(&format!("{JOBS}/pi"), "application/yaml")
        .await;
    assert_eq!(answer.header("content-type"), "application/yaml");
    assert!(
        answer.text.starts_with("apiVersion: batch/v1\nkind: Job\n"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn people_may_ask_for_indentation() {
    let client = Client::new();
    client.make_job("pi").await;
    let plain = client.get(&format!("{JOBS}/pi")).await;
    assert_eq!(plain.text.lines().count(), 1);
    assert!(plain.text.ends_with("}\n"));
    let pretty = client.get(&format!("{JOBS}/pi?pretty=true")).await;
    assert!(pretty.text.starts_with("{\n  \""), "{}", pretty.text);
    assert_eq!(pretty.json(), plain.json());
}

#[tokio::test]
async fn unknown_fields_warn_or_fail_or_neither() {
    let client = Client::new();
    let with_typo = |name: &str| {
        let mut job = job(name);
        job["spec"]["bogus"] = json!(1);
        job
    };
    let warned = client.post(JOBS, &with_typo("a")).await;
    assert_eq!(warned.code, 201);
    assert_eq!(
        warned.header("warning"),
        r#"299 - "unknown field \"spec.bogus\"""#
    );
    let ignored = client
        .post(&format!("{JOBS}?fieldValidation=Ignore"), &with_typo("b"))
        .await;
    assert_eq!((ignored.code, ignored.header("warning")), (201, ""));
    let strict = client
        .post(&format!("{JOBS}?fieldValidation=Strict"), &with_typo("c"))
        .await;
    assert_eq!(strict.code, 400);
    assert_eq!(
        strict.message(),
        "Job in version \"v1\" cannot be handled as a Job: strict decoding error: unknown field \"spec.bogus\""
    );
    assert_eq!(client.get(&format!("{JOBS}/c")).await.code, 404);
    let other = client
        .post(&format!("{JOBS}?fieldValidation=x"), &job("d"))
        .await;
    assert_eq!(
        other.message(),
        "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"x\": \
         supported values: \"\", \"Ignore\", \"Strict\", \"Warn\""
    );
}

#[tokio::test]
async fn bad_bodies_are_refused_in_the_words_of_kubernetes() {
    let client = Client::new();
    let strict = format!("{JOBS}?fieldValidation=Strict");
    let unrecognized = "the object provided is unrecognized (must be of type Job): couldn't get version/kind; \
                        json parse error: ";
    let unhandled = "Job in version \"v1\" cannot be handled as a Job: ";
    let template =
        r#""template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}"#;
    let job = |rest: &str| {
        format!(
            r#"{{"apiVersion":"batch/v1","kind":"Job","metadata":{{"name":"bad"}},"spec":{{{rest},{template}}}}}"#
        )
    };
    for (body, message) in [
        (
            "hello".to_owned(),
            format!("{unrecognized}invalid character 'h' looking for beginning of value (68656c6c6f)"),
        ),
        (String::new(), format!("{unrecognized}unexpected end of JSON input (<empty>)")),
        (
            job(r#""parallelism":"x""#),
            format!("{unhandled}json: cannot unmarshal string into Go struct field JobSpec.spec.parallelism of type int32"),
        ),
        (
            job(r#""parallelism":1,"parallelism":2"#),
            format!("{unhandled}strict decoding error: duplicate field \"spec.parallelism\""),
        ),
        (
            job(r#""Parallelism":1,"bogus":{}"#),
            format!(
                "{unhandled}strict decoding error: unknown field \"spec.Parallelism\", unknown field \"spec.bogus\""
            ),
        ),
        (
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"bad"}}"#.to_owned(),
            "Pod in version \"v1\" cannot be handled as a Job: converting (v1.Pod) to (batch.Job): unknown conversion"
                .to_owned(),
        ),
        (
            r#"{"apiVersion":"batch/v2","kind":"Job","metadata":{"name":"bad"}}"#.to_owned(),
            "Job in version \"v2\" cannot be handled as a Job: no kind \"Job\" is registered for version \
             \"batch/v2\" in scheme \"pkg/runtime/scheme.go:111\""
                .to_owned(),
        ),
    ] {
        let answer = client.send("POST", &strict, &[], body.clone()).await;
        assert_eq!((answer.code, answer.message()), (400, message), "{body}");
    }
    assert_eq!(
        items(&client.get(JOBS).await.json()).len(),
        0,
        "nothing was stored"
    );
}

#[tokio::test]
async fn broken_yaml_is_refused() {
    let client = Client::new();
    let headers = [("content-type", "application/yaml")];
    let answer = client
        .send("POST", JOBS, &headers, "kind: Job\n  metadata: [")
        .await;
    assert_eq!(
        (answer.code, &answer.json()["reason"]),
        (400, &json!("BadRequest"))
    );
}

#[tokio::test]
async fn a_deletion_may_rely_on_what_it_saw() {
    let client = Client::new();
    let job = client.make_job("pi").await;
    let path = format!("{JOBS}/pi");
    let uid = job["metadata"]["uid"].as_str().expect("a uid");
    for (precondition, why) in [
        (
            json!({"uid": "other"}),
            format!(
                "the UID in the precondition (other) does not match the UID in record ({uid}). \
                 The object might have been deleted and then recreated"
            ),
        ),
        (
            json!({"resourceVersion": "1"}),
            format!(
                "the ResourceVersion in the precondition (1) does not match the ResourceVersion in record ({}). \
                 The object might have been modified",
                job["metadata"]["resourceVersion"]
                    .as_str()
                    .expect("a revision")
            ),
        ),
    ] {
        let options = json!({"propagationPolicy": "Background", "preconditions": precondition});
        let answer = client.send("DELETE", &path, &[], options.to_string()).await;
        let message = format!("Operation cannot be fulfilled on Job.batch \"pi\": {why}");
        assert_eq!((answer.code, answer.message()), (409, message));
    }
    let options = json!({"propagationPolicy": "Background", "preconditions": {"uid": uid}});
    assert_eq!(
        client
            .send("DELETE", &path, &[], options.to_string())
            .await
            .code,
        200
    );
}

#[tokio::test]
async fn a_dry_run_answers_and_stores_nothing() {
    let client = Client::new();
    let tried = client.post(&format!("{JOBS}?dryRun=All"), &job("pi")).await;
    assert_eq!(tried.code, 201, "{}", tried.text);
    assert_eq!(client.get(&format!("{JOBS}/pi")).await.code, 404);
    let wrong = client.post(&format!("{JOBS}?dryRun=x"), &job("pi")).await;
    assert_eq!(
        wrong.message(),
        "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"x\"]: supported values: \"All\""
    );
}

#[tokio::test]
async fn the_name_of_a_field_manager_is_bounded() {
    let client = Client::new();
    let long = "x".repeat(129);
    let answer = client
        .post(&format!("{JOBS}?fieldManager={long}"), &job("pi"))
        .await;
    assert_eq!(
        answer.message(),
        "CreateOptions.meta.k8s.io \"\" is invalid: fieldManager: Too long: may not be more than 128 bytes"
    );
    let answer = client
        .post(&format!("{JOBS}?fieldManager=a%0Ab"), &job("pi"))
        .await;
    assert_eq!(
        answer.message(),
        "CreateOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\\nb\": \
         invalid character U+000A (at position 1)"
    );
}

#[tokio::test]
async fn a_list_is_typed_and_never_without_items() {
    let client = Client::new();
    let empty = client.get(PODS).await.json();
    assert_eq!(
        (&empty["kind"], &empty["items"]),
        (&json!("PodList"), &json!([]))
    );
    let version = empty["metadata"]["resourceVersion"]
        .as_str()
        .expect("a revision");
    assert!(version.parse::<u64>().expect("a number") > 0);
    client.make_job("b").await;
    client.make_job("a").await;
    let list = client.get("/apis/batch/v1/jobs").await.json();
    assert_eq!(
        (&list["kind"], &list["apiVersion"]),
        (&json!("JobList"), &json!("batch/v1"))
    );
    let names: Vec<&Value> = items(&list)
        .iter()
        .map(|job| &job["metadata"]["name"])
        .collect();
    assert_eq!(names, ["a", "b"]);
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().expect("a list")
}

#[tokio::test]
async fn a_list_is_read_in_pages_and_by_selectors() {
    let client = Client::new();
    for name in ["a", "b", "c"] {
        client.make_job(name).await;
    }
    let first = client.get(&format!("{JOBS}?limit=2")).await.json();
    assert_eq!(items(&first).len(), 2);
    assert_eq!(first["metadata"]["remainingItemCount"], 1);
    let token = first["metadata"]["continue"].as_str().expect("a token");
    let second = client
        .get(&format!("{JOBS}?limit=2&continue={token}"))
        .await
        .json();
    assert_eq!(items(&second).len(), 1);
    assert_eq!(second["metadata"].get("continue"), None);
    assert_eq!(
        items(&client.get(&format!("{JOBS}?limit=-1")).await.json()).len(),
        3
    );
    let by_name = client
        .get(&format!("{JOBS}?fieldSelector=metadata.name%3Db"))
        .await
        .json();
    assert_eq!(items(&by_name).len(), 1);
    let by_label = client
        .get(&format!("{JOBS}?labelSelector=job-name%20in%20(a,c)"))
        .await
        .json();
    assert_eq!(items(&by_label).len(), 2);
    for (query, message) in [
        ("limit=x", "strconv.ParseInt: parsing \"x\": invalid syntax"),
        (
            "timeout=x",
            "invalid timeout specified in the request URL - time: invalid duration \"x\"",
        ),
        (
            "fieldSelector=status.failed%3D1",
            "field label \"status.failed\" not supported for Job",
        ),
    ] {
        let answer = client.get(&format!("{JOBS}?{query}")).await;
        assert_eq!((answer.code, answer.message().as_str()), (400, message));
    }
    assert_eq!(client.get(&format!("{JOBS}?timeout=7m40s")).await.code, 200);
}

#[tokio::test(start_paused = true)]
async fn a_list_of_the_future_waits_a_moment_and_says_so() {
    let client = Client::new();
    let start = tokio::time::Instant::now();
    let answer = client.get(&format!("{JOBS}?resourceVersion=1000000")).await;
    assert_eq!(answer.code, 504);
    assert_eq!(start.elapsed().as_secs(), 3);
    assert_eq!(answer.header("retry-after"), "1");
    let message = answer.message();
    assert!(
        message.starts_with("Timeout: Too large resource version: 1000000, current: "),
        "{message}"
    );
}

#[tokio::test]
async fn a_list_of_the_near_future_gets_it() {
    let client = Client::new();
    let list = client.get(JOBS).await.json();
    let revision = list["metadata"]["resourceVersion"]
        .as_str()
        .expect("a revision");
    let next = revision.parse::<u64>().expect("a number") + 1;
    let path = format!("{JOBS}?resourceVersion={next}");
    let (answer, _) = tokio::join!(client.get(&path), client.make_job("pi"));
    assert_eq!(answer.code, 200, "{}", answer.text);
    assert_eq!(items(&answer.json()).len(), 1);
}

#[tokio::test]
async fn tables_have_a_row_for_each_object() {
    let client = Client::new();
    client.make_job("pi").await;
    let table = client.get_as(JOBS, TABLE).await.json();
    assert_eq!(
        (&table["kind"], &table["apiVersion"]),
        (&json!("Table"), &json!("meta.k8s.io/v1"))
    );
    assert_eq!(
        table["columnDefinitions"][0],
        json!({
            "name": "Name", "type": "string", "format": "name", "priority": 0,
            "description": "Name of the object, unique in its namespace",
        })
    );
    let row = &table["rows"][0];
    assert_eq!(first_cells(row, 4), ["pi", "Running", "0/1", ""]);
    assert_eq!(
        (&row["object"]["kind"], &row["object"]["apiVersion"]),
        (&json!("PartialObjectMetadata"), &json!("meta.k8s.io/v1"))
    );
    assert_eq!(row["object"]["metadata"]["namespace"], "default");
    assert_eq!(row["object"].get("spec"), None);

    let one = client
        .get_as(&format!("{JOBS}/pi?includeObject=Object"), TABLE)
        .await
        .json();
    assert_eq!(one["rows"][0]["object"]["spec"]["backoffLimit"], 6);
    let none = client
        .get_as(&format!("{JOBS}?includeObject=None"), TABLE)
        .await
        .json();
    assert_eq!(none["rows"][0]["object"], Value::Null);
    let wrong = client
        .get_as(&format!("{JOBS}?includeObject=x"), TABLE)
        .await;
    assert_eq!(
        wrong.message(),
        "Unable to convert to Table as requested: includeObject: Invalid value: \"x\": \
         must be 'Metadata', 'Object', 'None', or empty"
    );
    let empty = client.get_as(PODS, TABLE).await.json();
    assert_eq!(empty["rows"], json!([]));
    let headers = [("accept", TABLE), ("content-type", "application/json")];
    let created = client
        .send("POST", JOBS, &headers, job("new").to_string())
        .await;
    assert_eq!(created.json()["rows"][0]["cells"][0], "new");
}

#[tokio::test]
async fn metadata_alone_is_an_answer_too() {
    let client = Client::new();
    let job = client.make_job("pi").await;
    let list = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    let answer = client.get_as(JOBS, list).await.json();
    assert_eq!(answer["kind"], "PartialObjectMetadataList");
    assert_eq!(
        answer["items"],
        json!([{"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": job["metadata"]}])
    );
    let single = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    let answer = client.get_as(&format!("{JOBS}/pi"), single).await.json();
    assert_eq!(
        (&answer["kind"], answer.get("spec")),
        (&json!("PartialObjectMetadata"), None)
    );
    let answer = client.get_as(JOBS, single).await;
    assert_eq!(
        (answer.code, answer.message().as_str()),
        (
            406,
            "you requested PartialObjectMetadata, but the requested object is a list (*batch.JobList)"
        )
    );
}

#[tokio::test]
async fn an_update_of_an_old_version_is_a_conflict() {
    let client = Client::new();
    let mut job = client.make_job("pi").await;
    let path = format!("{JOBS}/pi");
    job["spec"]["suspend"] = json!(true);
    let updated = client.send("PUT", &path, &[], job.to_string()).await;
    assert_eq!(updated.code, 200, "{}", updated.text);
    let stale = client.send("PUT", &path, &[], job.to_string()).await;
    assert_eq!(
        (stale.code, stale.message().as_str()),
        (
            409,
            "Operation cannot be fulfilled on jobs.batch \"pi\": the object has been modified; \
             please apply your changes to the latest version and try again"
        )
    );
    let mut other = job.clone();
    other["metadata"]["name"] = json!("pie");
    let renamed = client.send("PUT", &path, &[], other.to_string()).await;
    assert_eq!(
        renamed.message(),
        "the name of the object (pie) does not match the name on the URL (pi)"
    );
}

#[tokio::test]
async fn status_has_a_path_of_its_own() {
    let client = Client::new();
    client.make_job("pi").await;
    let change = json!({"spec": {"suspend": true}, "status": {"active": 1, "startTime": "2026-01-01T00:00:00Z"}});
    let answer = client
        .patch(&format!("{JOBS}/pi/status"), "merge-patch", &change)
        .await;
    assert_eq!(answer.code, 200, "{}", answer.text);
    let job = answer.json();
    assert_eq!(
        (&job["status"]["active"], &job["spec"]["suspend"]),
        (&json!(1), &json!(false))
    );
}

#[tokio::test]
async fn force_belongs_to_apply() {
    let client = Client::new();
    client.make_job("pi").await;
    let answer = client
        .patch(&format!("{JOBS}/pi?force=true"), "merge-patch", &json!({}))
        .await;
    assert_eq!(
        answer.message(),
        "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch"
    );
}

#[tokio::test]
async fn deleting_says_what_is_gone_or_gives_what_stays() {
    let client = Client::new();
    let job = client.make_job("pi").await;
    let deleted = client
        .send(
            "DELETE",
            &format!("{JOBS}/pi?propagationPolicy=Background"),
            &[],
            "",
        )
        .await;
    assert_eq!(
        deleted.json(),
        json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
            "details": {"name": "pi", "group": "batch", "kind": "jobs", "uid": job["metadata"]["uid"]},
        })
    );
    client.make_job("stays").await;
    let body = r#"{"propagationPolicy":"Foreground"}"#;
    let kept = client
        .send("DELETE", &format!("{JOBS}/stays"), &[], body)
        .await;
    assert_eq!((kept.code, &kept.json()["kind"]), (200, &json!("Job")));
    assert_eq!(
        kept.json()["metadata"]["finalizers"],
        json!(["foregroundDeletion"])
    );
    client.post(PODS, &pod("p")).await;
    let pod = client.send("DELETE", &format!("{PODS}/p"), &[], "").await;
    assert_eq!(
        (pod.code, &pod.json()["kind"]),
        (200, &json!("Pod")),
        "Pods answer with themselves"
    );
}

#[tokio::test]
async fn deleting_a_job_without_a_word_on_its_pods_warns() {
    let client = Client::new();
    client.make_job("pi").await;
    let path = format!("{JOBS}/pi");
    let deleted = client.send("DELETE", &path, &[], "").await;
    assert!(
        deleted
            .header("warning")
            .contains("child pods are preserved by default")
    );
    // The finalizer `orphan` waits for the garbage collector; another such deletion warns again.
    let missing = client
        .send("DELETE", &format!("{JOBS}/nope"), &[], "")
        .await;
    assert_eq!(missing.code, 404);
    assert!(
        missing
            .header("warning")
            .contains("child pods are preserved by default")
    );
}

#[tokio::test]
async fn a_body_of_options_hides_the_query() {
    let client = Client::new();
    client.make_job("pi").await;
    let path = format!("{JOBS}/pi?dryRun=All");
    client
        .send(
            "DELETE",
            &path,
            &[],
            r#"{"propagationPolicy":"Background"}"#,
        )
        .await;
    assert_eq!(
        client.get(&format!("{JOBS}/pi")).await.code,
        404,
        "it was no dry run"
    );
    client.make_job("pi").await;
    client
        .send(
            "DELETE",
            &format!("{path}&propagationPolicy=Background"),
            &[],
            "",
        )
        .await;
    assert_eq!(
        client.get(&format!("{JOBS}/pi")).await.code,
        200,
        "it was a dry run"
    );
    let wrong = client.send("DELETE", &path, &[], "[1]").await;
    assert_eq!(wrong.code, 400);
}

#[tokio::test]
async fn a_collection_is_deleted_by_selector() {
    let client = Client::new();
    for name in ["a", "b", "c"] {
        client.make_job(name).await;
    }
    let path = format!("{JOBS}?labelSelector=job-name%20in%20(a,b)&propagationPolicy=Background");
    let deleted = client.send("DELETE", &path, &[], "").await;
    assert_eq!(
        (deleted.code, &deleted.json()["kind"]),
        (200, &json!("JobList"))
    );
    assert_eq!(items(&deleted.json()).len(), 2);
    assert_eq!(items(&client.get(JOBS).await.json()).len(), 1);
}

#[tokio::test]
async fn a_binding_gives_a_pod_its_node_once() {
    let client = Client::new();
    client.post(PODS, &pod("p")).await;
    let binding = json!({
        "apiVersion": "v1", "kind": "Binding", "metadata": {"name": "p"},
        "target": {"kind": "Node", "name": "box"},
    });
    let path = format!("{PODS}/p/binding");
    let bound = client.post(&path, &binding).await;
    assert_eq!(bound.code, 201);
    assert_eq!(
        bound.json(),
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201})
    );
    let pod = client.get(&format!("{PODS}/p")).await.json();
    assert_eq!(pod["spec"]["nodeName"], "box");
    let again = client.post(&path, &binding).await;
    assert_eq!(
        again.message(),
        "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"box\""
    );
    let nowhere = json!({"metadata": {"name": "p"}, "target": {"kind": "Node"}});
    assert_eq!(client.post(&path, &nowhere).await.code, 422);
}

#[tokio::test]
async fn metadata_that_a_patch_empties_is_left_out() {
    let client = Client::new();
    let mut job = job("pi");
    job["metadata"]["finalizers"] = json!(["example.com/held"]);
    job["metadata"]["annotations"] = json!({});
    let owner = json!({"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"});
    job["metadata"]["ownerReferences"] = json!([owner]);
    let made = client.post(JOBS, &job).await.json();
    assert_eq!(made["metadata"].get("annotations"), None, "{made}");

    let patch = json!({"metadata": {
        "$deleteFromPrimitiveList/finalizers": ["example.com/held"],
        "ownerReferences": [{"$patch": "delete", "uid": "u"}],
    }});
    let path = format!("{JOBS}/pi");
    let answer = client.patch(&path, "strategic-merge-patch", &patch).await;
    let metadata = &answer.json()["metadata"];
    assert_eq!(metadata.get("finalizers"), None, "{metadata}");
    assert_eq!(metadata.get("ownerReferences"), None, "{metadata}");
    // What is asked for is there already: nothing is written.
    let again = client.patch(&path, "strategic-merge-patch", &patch).await;
    assert_eq!(again.json()["metadata"], *metadata);
}
