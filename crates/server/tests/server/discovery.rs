//! What clients ask before they ask for anything: discovery, version, health, OpenAPI.

use crate::support::Client;
use serde_json::{Value, json};

const KUBECTL_DISCOVERY: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
    application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

#[tokio::test]
async fn aggregated_discovery_is_what_kubectl_gets() {
    let client = Client::new();
    let answer = client.get_as("/apis?timeout=32s", KUBECTL_DISCOVERY).await;
    assert_eq!(answer.code, 200);
    assert_eq!(
        answer.header("content-type"),
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    );
    assert_eq!(answer.header("vary"), "Accept");
    let list = answer.json();
    assert_eq!(list["items"][0]["metadata"], json!({"name": "batch"}));
    assert_eq!(
        list["items"][0]["versions"][0]["resources"][0],
        json!({
            "resource": "jobs",
            "responseKind": {"group": "", "version": "", "kind": "Job"},
            "scope": "Namespaced",
            "singularResource": "job",
            "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            "categories": ["all"],
            "subresources": [{
                "subresource": "status",
                "responseKind": {"group": "", "version": "", "kind": "Job"},
                "verbs": ["get", "patch", "update"],
            }],
        })
    );
    let core = client.get_as("/api", KUBECTL_DISCOVERY).await.json();
    assert_eq!(core["items"][0]["metadata"], json!({}));
}

#[tokio::test]
async fn an_unchanged_discovery_is_not_sent_again() {
    let client = Client::new();
    let first = client.get_as("/apis", KUBECTL_DISCOVERY).await;
    let headers = [
        ("accept", KUBECTL_DISCOVERY),
        ("if-none-match", first.header("etag")),
    ];
    let second = client.send("GET", "/apis", &headers, "").await;
    assert_eq!((second.code, second.text.as_str()), (304, ""));
    assert_eq!(second.header("etag"), first.header("etag"));
}

#[tokio::test]
async fn legacy_discovery_is_what_other_languages_get() {
    let client = Client::new();
    let json = "application/json";
    assert_eq!(
        client.get_as("/api/", json).await.json(),
        json!({
            "kind": "APIVersions",
            "versions": ["v1"],
            "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443"}],
        })
    );
    let batch = json!({"groupVersion": "batch/v1", "version": "v1"});
    let group = json!({"name": "batch", "versions": [batch], "preferredVersion": batch});
    let groups = client.get_as("/apis", json).await.json();
    assert_eq!(groups["kind"], "APIGroupList");
    assert_eq!(groups["groups"][0], group);
    let one = client.get_as("/apis/batch", json).await.json();
    assert_eq!(
        (&one["kind"], &one["name"]),
        (&json!("APIGroup"), &json!("batch"))
    );
    let resources = client.get_as("/apis/batch/v1/", json).await.json();
    assert_eq!(
        resources,
        json!({
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": "batch/v1",
            "resources": [
                {
                    "name": "jobs", "singularName": "job", "namespaced": true, "kind": "Job",
                    "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
                    "categories": ["all"],
                },
                {
                    "name": "jobs/status", "singularName": "", "namespaced": true, "kind": "Job",
                    "verbs": ["get", "patch", "update"],
                },
            ],
        })
    );
    let core = client.get_as("/api/v1", json).await.json();
    let names: Vec<&str> = core["resources"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|resource| resource["name"].as_str())
        .collect();
    assert!(
        names.contains(&"pods/log") && names.contains(&"pods/binding"),
        "{names:?}"
    );
    assert!(!verbs_of(&core, "namespaces").contains(&json!("deletecollection")));
}

fn verbs_of(list: &Value, name: &str) -> Vec<Value> {
    let resources = list["resources"].as_array().expect("a list");
    let found = resources.iter().find(|resource| resource["name"] == name);
    found.expect("is listed")["verbs"]
        .as_array()
        .expect("a list")
        .clone()
}

#[tokio::test]
async fn the_version_is_one_that_kubectl_knows() {
    let client = Client::new();
    let answer = client.get("/version/?timeout=32s").await;
    let version = answer.json();
    assert_eq!(
        (&version["major"], &version["minor"]),
        (&json!("1"), &json!("36"))
    );
    assert!(
        version["gitVersion"]
            .as_str()
            .expect("text")
            .starts_with("v1.36.")
    );
    assert!(answer.text.starts_with("{\n  \""), "always indented");
}

#[tokio::test]
async fn health_is_plain_text() {
    let client = Client::new();
    for endpoint in ["healthz", "livez", "readyz"] {
        let answer = client.get(&format!("/{endpoint}")).await;
        assert_eq!((answer.code, answer.text.as_str()), (200, "ok"));
        let verbose = client.get(&format!("/{endpoint}?verbose")).await;
        assert!(
            verbose.text.starts_with("[+]ping ok\n[+]store ok\n"),
            "{}",
            verbose.text
        );
        assert!(
            verbose
                .text
                .ends_with(&format!("{endpoint} check passed\n")),
            "{}",
            verbose.text
        );
    }
    client.ending.cancel();
    let ending = client.get("/readyz").await;
    assert_eq!(ending.code, 500, "a server that ends is not ready");
}

#[tokio::test]
async fn openapi_documents_have_a_hash_and_stay() {
    let client = Client::new();
    let root = client.get("/openapi/v3").await;
    assert_eq!(root.header("content-type"), "text/plain; charset=utf-8");
    let url = root.json()["paths"]["apis/batch/v1"]["serverRelativeURL"].clone();
    let url = url.as_str().expect("a URL").to_owned();
    let document = client.get(&format!("{url}&timeout=32s")).await;
    assert_eq!(document.code, 200);
    assert_eq!(document.header("cache-control"), "public, immutable");
    let hash = document.header("etag").trim_matches('"').to_owned();
    assert!(url.ends_with(&hash), "{url}");
    let patch =
        &document.json()["paths"]["/apis/batch/v1/namespaces/{namespace}/jobs/{name}"]["patch"];
    assert_eq!(
        patch["x-kubernetes-group-version-kind"],
        json!({"group": "batch", "version": "v1", "kind": "Job"})
    );

    let old = client.get("/openapi/v3/apis/batch/v1?hash=OLD").await;
    assert_eq!((old.code, old.header("location")), (301, url.as_str()));
    let protobuf = "application/com.github.proto-openapi.spec.v3.v1.0+protobuf";
    let other = client.get_as("/openapi/v3/apis/batch/v1", protobuf).await;
    assert_eq!((other.code, other.text.as_str()), (406, ""));
}

#[tokio::test]
async fn what_is_not_there_answers_as_kubernetes_does() {
    let client = Client::new();
    for path in [
        "/nope",
        "/apis/nope",
        "/apis/nope/v1",
        "/apis/batch/v2/jobs",
        "//api",
        "/openapi/v2",
    ] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.code, answer.text.as_str()),
            (404, "404 page not found\n"),
            "{path}"
        );
        assert_eq!(
            answer.header("content-type"),
            "text/plain; charset=utf-8",
            "{path}"
        );
    }
    for path in [
        "/apis/batch/v1/namespaces/v/nope",
        "/api/v1/pods/p",
        "/api/v1/namespaces/default/nodes",
        "/api/v1/namespaces/default/pods/p/nope",
        "/api/v1/namespaces/default/configmaps/c/status",
        "/api/v1/namespaces/default/pods/p/proxy/a/b",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.code, 404, "{path}");
        assert_eq!(
            answer.json(),
            json!({
                "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                "message": "the server could not find the requested resource",
                "reason": "NotFound", "details": {}, "code": 404,
            }),
            "{path}"
        );
    }
}

#[tokio::test]
async fn methods_without_a_route_are_refused() {
    let client = Client::new();
    for (method, path) in [
        ("POST", "/api/v1/namespaces/default/pods/p"),
        ("PUT", "/api/v1/namespaces/default/pods"),
        ("PATCH", "/api/v1/namespaces/default/pods"),
        ("POST", "/api/v1/pods"),
        ("DELETE", "/api/v1/namespaces"),
        ("DELETE", "/api/v1/namespaces/default/pods/p/status"),
        ("GET", "/api/v1/namespaces/default/pods/p/binding"),
        ("POST", "/api/v1/namespaces/default/pods/p/log"),
        ("OPTIONS", "/api/v1/namespaces/default/pods"),
        ("POST", "/version"),
    ] {
        let answer = client.send(method, path, &[], "").await;
        assert_eq!(answer.code, 405, "{method} {path}");
        assert_eq!(
            answer.message(),
            "the server does not allow this method on the requested resource",
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn every_answer_can_be_found_in_the_logs() {
    let client = Client::new();
    let answer = client.get("/nope").await;
    assert_eq!(answer.header("audit-id").len(), 36);
    assert_eq!(answer.header("cache-control"), "no-cache, private");
    let headers = [("audit-id", "mine")];
    let answer = client.send("GET", "/version", &headers, "").await;
    assert_eq!(answer.header("audit-id"), "mine");
}

#[tokio::test]
async fn requests_are_counted() {
    let client = Client::new();
    client.get("/api/v1/namespaces/default/pods").await;
    client.get("/api/v1/namespaces/default/pods/nope").await;
    client.get("/api/v1/namespaces/default/pods/nope").await;
    let metrics = client.get("/metrics").await.text;
    assert!(
        metrics.contains(r#"apiserver_request_total{code="200",resource="pods",verb="list"} 1"#),
        "{metrics}"
    );
    assert!(
        metrics.contains(r#"apiserver_request_total{code="404",resource="pods",verb="get"} 2"#),
        "{metrics}"
    );
}
