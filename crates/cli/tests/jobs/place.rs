//! A namespace to test in: its Jobs, its Pods, and what may be done to them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use jobyard_api::Timestamp;
use serde_json::{Value, json};

use crate::{
    arrangement::{Arrangement, Kind},
    yard::PATIENCE,
};

/// The finalizer that keeps a Pod until its Job has counted it.
pub(crate) const FINALIZER: &str = "batch.kubernetes.io/job-tracking";
/// The annotation with the completion index of a Pod.
pub(crate) const INDEX: &str = "batch.kubernetes.io/job-completion-index";

const MERGE_PATCH: &str = "application/merge-patch+json";
const JSON: &str = "application/json";

/// A namespace of a server.
pub(crate) struct Place {
    arrangement: Arc<Arrangement>,
    namespace: String,
}

/// A Pod as a test names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pod {
    pub(crate) name: String,
    pub(crate) uid: String,
    pub(crate) index: Option<u32>,
}

impl Place {
    /// A new namespace in an arrangement of this kind.
    pub(crate) fn of(kind: Kind) -> Self {
        Self::within(Arrangement::of(kind))
    }

    /// A new namespace in this arrangement.
    pub(crate) fn within(arrangement: Arc<Arrangement>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let place = Self {
            arrangement,
            namespace: format!("jobs-{}-{number}", std::process::id()),
        };
        let namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": place.namespace}});
        place
            .call("POST", "/api/v1/namespaces", JSON, Some(&namespace))
            .expect("a namespace can be made");
        // Pods are refused until the account they run as is there.
        until("the namespace has its service account", || {
            place.get("serviceaccounts/default")
        });
        place
    }

    /// Whether server and controller are those of this project.
    pub(crate) fn is_ours(&self) -> bool {
        self.arrangement.is_ours()
    }

    /// The name of the namespace.
    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    // Requests.

    fn call(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: Option<&Value>,
    ) -> Result<Value, String> {
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", content_type)
            .body(
                body.map(|body| body.to_string().into_bytes())
                    .unwrap_or_default(),
            )
            .expect("a request");
        self.arrangement
            .request(request)
            .map_err(|error| error.to_string())
    }

    /// The path of an object or a list: `jobs/pi`, `pods`, `pods/pi-x/status`.
    fn path(&self, what: &str) -> String {
        let group = if what.starts_with("jobs") {
            "/apis/batch/v1"
        } else {
            "/api/v1"
        };
        format!("{group}/namespaces/{}/{what}", self.namespace)
    }

    /// The object, or `None` while there is none.
    pub(crate) fn get(&self, what: &str) -> Option<Value> {
        match self.call("GET", &self.path(what), JSON, None) {
            Ok(object) => Some(object),
            Err(error) if error.contains("NotFound") || error.contains("not found") => None,
            Err(error) => panic!("get {what}: {error}"),
        }
    }

    /// Creates an object of this list: `jobs`, `pods`.
    pub(crate) fn post(&self, what: &str, object: &Value) -> Value {
        self.call("POST", &self.path(what), JSON, Some(object))
            .unwrap_or_else(|error| panic!("create {what}: {error}"))
    }

    /// Merges into an object.
    pub(crate) fn merge(&self, what: &str, patch: &Value) -> Value {
        self.call("PATCH", &self.path(what), MERGE_PATCH, Some(patch))
            .unwrap_or_else(|error| panic!("patch {what}: {error}"))
    }

    /// Merges into an object, and tells whether it was there and allowed it.
    pub(crate) fn try_merge(&self, what: &str, patch: &Value) -> bool {
        self.call("PATCH", &self.path(what), MERGE_PATCH, Some(patch))
            .is_ok()
    }

    /// Deletes an object with these options.
    pub(crate) fn delete(&self, what: &str, options: &Value) -> Value {
        let mut body = json!({"apiVersion": "v1", "kind": "DeleteOptions"});
        merge(&mut body, options);
        self.call("DELETE", &self.path(what), JSON, Some(&body))
            .unwrap_or_else(|error| panic!("delete {what}: {error}"))
    }

    // Jobs.

    /// Creates a Job. What `spec` does not say of the template is: restartPolicy
    /// Never, one container, a scheduler that is not there.
    pub(crate) fn job(&self, name: &str, spec: &Value) -> Value {
        self.post("jobs", &job_object(name, spec))
    }

    /// The same, unless the server refuses it now.
    pub(crate) fn try_job(&self, name: &str, spec: &Value) -> Option<Value> {
        let job = job_object(name, spec);
        self.call("POST", &self.path("jobs"), JSON, Some(&job)).ok()
    }

    /// The status of a Job.
    pub(crate) fn status(&self, job: &str) -> Value {
        self.get(&format!("jobs/{job}"))
            .unwrap_or_else(|| panic!("there is no Job {job}"))["status"]
            .clone()
    }

    /// Waits until the status of the Job says all this; a number that is left out is 0.
    pub(crate) fn until_status(&self, job: &str, wanted: &Value) -> Value {
        until(&format!("the status of {job} is {wanted}"), || {
            let found = self.get(&format!("jobs/{job}"))?;
            agrees(&found["status"], wanted).then(|| found["status"].clone())
        })
    }

    /// Waits until the Job has this condition True, and gives the condition.
    pub(crate) fn until_condition(&self, job: &str, kind: &str) -> Value {
        until(&format!("{job} is {kind}"), || {
            condition(&self.status(job), kind).filter(|found| found["status"] == "True")
        })
    }

    /// Waits until there is an event about the Job with this reason, and gives its message.
    pub(crate) fn until_event(&self, job: &str, reason: &str) -> String {
        until(&format!("{job} has an event {reason}"), || {
            self.events(job)
                .into_iter()
                .find(|event| event["reason"] == reason)
                .map(|event| text(&event["message"]))
        })
    }

    /// The events about a Job.
    pub(crate) fn events(&self, job: &str) -> Vec<Value> {
        let events = self.get("events").expect("events can be listed");
        let about = |event: &&Value| {
            event["involvedObject"]["kind"] == "Job" && event["involvedObject"]["name"] == job
        };
        items(&events).iter().filter(about).cloned().collect()
    }

    /// Changes the spec of a Job.
    pub(crate) fn patch_job(&self, job: &str, spec: &Value) {
        self.merge(&format!("jobs/{job}"), &json!({"spec": spec}));
    }

    // Pods.

    /// Makes a Pod as the Job would make it, with this end of its name and this more
    /// in its spec.
    pub(crate) fn owned_pod(
        &self,
        job: &Value,
        end: &str,
        index: Option<u32>,
        spec: &Value,
    ) -> Pod {
        let (name, uid) = (text(&job["metadata"]["name"]), &job["metadata"]["uid"]);
        let mut pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": format!("{name}-{end}"),
                "labels": job["spec"]["template"]["metadata"]["labels"],
                "finalizers": [FINALIZER],
                "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": uid, "controller": true, "blockOwnerDeletion": true}],
            },
            "spec": job["spec"]["template"]["spec"],
        });
        if let Some(index) = index {
            let index = index.to_string();
            pod["metadata"]["labels"][INDEX] = json!(index);
            pod["metadata"]["annotations"] = json!({INDEX: index});
        }
        merge(&mut pod["spec"], spec);
        Pod::of(&self.post("pods", &pod))
    }

    /// All Pods of the namespace as objects.
    pub(crate) fn pod_objects(&self) -> Vec<Value> {
        items(&self.get("pods").expect("Pods can be listed")).to_vec()
    }

    /// All Pods of the namespace, by index and name.
    pub(crate) fn pods(&self) -> Vec<Pod> {
        let mut pods: Vec<_> = self.pod_objects().iter().map(Pod::of).collect();
        pods.sort_by(|a, b| (a.index, &a.name).cmp(&(b.index, &b.name)));
        pods
    }

    /// The Pods that are not being deleted and have not ended.
    pub(crate) fn active_pods(&self) -> Vec<Pod> {
        let ended =
            |pod: &Value| ["Succeeded", "Failed"].contains(&text(&pod["status"]["phase"]).as_str());
        let mut pods: Vec<_> = self
            .pod_objects()
            .iter()
            .filter(|pod| !ended(pod) && pod["metadata"]["deletionTimestamp"].is_null())
            .map(Pod::of)
            .collect();
        pods.sort_by(|a, b| (a.index, &a.name).cmp(&(b.index, &b.name)));
        pods
    }

    /// Waits until there are that many active Pods, and gives them.
    pub(crate) fn until_active(&self, count: usize) -> Vec<Pod> {
        until(&format!("{count} Pods are active"), || {
            Some(self.active_pods()).filter(|pods| pods.len() == count)
        })
    }

    /// Waits until there are that many active Pods, none of them one of these.
    pub(crate) fn until_new(&self, count: usize, old: &[Pod]) -> Vec<Pod> {
        until(&format!("{count} new Pods are active"), || {
            let mut pods = self.active_pods();
            pods.retain(|pod| old.iter().all(|old| old.uid != pod.uid));
            Some(pods).filter(|pods| pods.len() == count)
        })
    }

    /// The Pod as it is, if it is.
    pub(crate) fn pod(&self, pod: &Pod) -> Option<Value> {
        self.get(&format!("pods/{}", pod.name))
            .filter(|found| found["metadata"]["uid"] == *pod.uid)
    }

    /// Waits until the Pod has no tracking finalizer any more, or is gone.
    pub(crate) fn until_released(&self, pod: &Pod) {
        until(&format!("{} has lost its finalizer", pod.name), || {
            self.pod(pod)
                .is_none_or(|found| !is_tracked(&found))
                .then_some(())
        });
    }

    /// Waits until the Pod is gone.
    pub(crate) fn until_gone(&self, pod: &Pod) {
        until(&format!("{} is gone", pod.name), || {
            self.pod(pod).is_none().then_some(())
        });
    }

    /// Sets what the status says of these fields.
    pub(crate) fn set(&self, pod: &Pod, status: &Value) {
        self.merge(
            &format!("pods/{}/status", pod.name),
            &json!({"status": status}),
        );
    }

    /// The Pod runs and is ready.
    pub(crate) fn ready(&self, pod: &Pod) {
        self.set(
            pod,
            &json!({"phase": "Running", "conditions": [ready("True")]}),
        );
    }

    /// The Pod runs and is not ready.
    pub(crate) fn run(&self, pod: &Pod) {
        self.set(
            pod,
            &json!({"phase": "Running", "conditions": [ready("False")]}),
        );
    }

    /// The Pod has succeeded now.
    pub(crate) fn succeed(&self, pod: &Pod) {
        self.set(
            pod,
            &json!({"phase": "Succeeded", "containerStatuses": [ended("main", 0, 0)]}),
        );
    }

    /// The Pod has failed with this exit code, an hour ago: no back-off is left of it.
    pub(crate) fn fail(&self, pod: &Pod, exit_code: i32) {
        self.fail_ago(pod, exit_code, 3600);
    }

    /// The Pod has failed so many seconds ago.
    pub(crate) fn fail_ago(&self, pod: &Pod, exit_code: i32, seconds: i64) {
        let ended = ended("main", exit_code, seconds);
        self.set(
            pod,
            &json!({"phase": "Failed", "containerStatuses": [ended]}),
        );
    }

    /// Asks for the deletion of a Pod, as a user does.
    pub(crate) fn delete_pod(&self, pod: &Pod) {
        self.delete(&format!("pods/{}", pod.name), &json!({}));
    }

    /// The node says that a terminating Pod is gone.
    pub(crate) fn finish_deletion(&self, pod: &Pod) {
        if self.pod(pod).is_some() {
            self.delete(
                &format!("pods/{}", pod.name),
                &json!({"gracePeriodSeconds": 0}),
            );
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for what in ["jobs", "pods", "events"] {
                let path = self.path(what);
                let found = self.call("GET", &path, JSON, None).unwrap_or_default();
                for one in items(&found) {
                    let (name, meta) = (&one["metadata"]["name"], &one["metadata"]);
                    eprintln!(
                        "{what} {name} deletion={} finalizers={} annotations={} status={} {} {}",
                        meta["deletionTimestamp"],
                        meta["finalizers"],
                        meta["annotations"],
                        one["status"],
                        one["reason"],
                        one["message"]
                    );
                }
            }
            eprintln!("{}", self.arrangement.log());
        }
        if !self.is_ours() {
            let path = format!("/api/v1/namespaces/{}", self.namespace);
            let _ = self.call("DELETE", &path, JSON, None);
        }
    }
}

impl Pod {
    /// The Pod of this object.
    pub(crate) fn of(object: &Value) -> Self {
        let metadata = &object["metadata"];
        Self {
            name: text(&metadata["name"]),
            uid: text(&metadata["uid"]),
            index: metadata["annotations"][INDEX]
                .as_str()
                .and_then(|index| index.parse().ok()),
        }
    }
}

/// Waits until there is something, and gives it. The only wait of these tests.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn job_object(name: &str, spec: &Value) -> Value {
    let mut job = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name},
        "spec": {"template": {"spec": {
            "restartPolicy": "Never",
            "schedulerName": "nobody",
            "containers": [{"name": "main", "image": "none.invalid/none"}],
        }}},
    });
    merge(&mut job["spec"], spec);
    job
}

/// A condition Ready with this status, since now.
pub(crate) fn ready(status: &str) -> Value {
    json!({"type": "Ready", "status": status, "lastTransitionTime": seconds_ago(0)})
}

/// A condition True.
pub(crate) fn condition_true(kind: &str) -> Value {
    json!({"type": kind, "status": "True", "lastTransitionTime": seconds_ago(0)})
}

/// A container that ended with this exit code, so many seconds ago.
pub(crate) fn ended(name: &str, exit_code: i32, seconds: i64) -> Value {
    let finished = seconds_ago(seconds);
    container(
        name,
        0,
        &json!({"terminated": {"exitCode": exit_code, "startedAt": finished, "finishedAt": finished}}),
    )
}

/// A container that runs after so many restarts.
pub(crate) fn restarted(name: &str, restarts: u32) -> Value {
    container(
        name,
        restarts,
        &json!({"running": {"startedAt": seconds_ago(0)}}),
    )
}

fn container(name: &str, restarts: u32, state: &Value) -> Value {
    json!({
        "name": name, "restartCount": restarts, "state": state,
        "ready": false, "image": "none.invalid/none", "imageID": "",
    })
}

/// The time so many seconds before now, as the API says it.
pub(crate) fn seconds_ago(seconds: i64) -> String {
    let now = Timestamp::now().as_second();
    Timestamp::from_second(now - seconds)
        .expect("a time within the calendar")
        .to_string()
}

/// The condition of this type.
pub(crate) fn condition(status: &Value, kind: &str) -> Option<Value> {
    let conditions = status["conditions"].as_array()?;
    conditions.iter().find(|one| one["type"] == kind).cloned()
}

/// Reason and message of a condition.
pub(crate) fn why(condition: &Value) -> (String, String) {
    (text(&condition["reason"]), text(&condition["message"]))
}

/// Whether a Pod carries the tracking finalizer.
pub(crate) fn is_tracked(pod: &Value) -> bool {
    let finalizers = pod["metadata"]["finalizers"].as_array();
    finalizers.is_some_and(|all| all.iter().any(|one| one == FINALIZER))
}

/// The name of the controller of a Pod.
pub(crate) fn controller_of(pod: &Value) -> Option<String> {
    let owners = pod["metadata"]["ownerReferences"].as_array()?;
    let controller = owners.iter().find(|owner| owner["controller"] == true)?;
    Some(text(&controller["name"]))
}

/// A JSON text as text; empty if it is none.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn items(list: &Value) -> &[Value] {
    list["items"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// Whether the object says all of this; what it leaves out is 0, "" or null.
fn agrees(found: &Value, wanted: &Value) -> bool {
    let Value::Object(wanted) = wanted else {
        return found == wanted;
    };
    wanted
        .iter()
        .all(|(key, wanted)| match &found[key.as_str()] {
            Value::Null => wanted.is_null() || *wanted == 0 || *wanted == "",
            found => found == wanted,
        })
}

/// Merges `from` into `into`: objects by key, all else replaced.
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

/// The spec with Pods that are on a node from the start, so that their deletion
/// takes its grace period; the node does not exist.
pub(crate) fn on_a_node(mut spec: Value) -> Value {
    merge(
        &mut spec,
        &json!({"template": {"spec": {"nodeName": "nowhere"}}}),
    );
    spec
}
