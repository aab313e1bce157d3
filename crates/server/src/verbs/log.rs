//! `pods/log`: which container's log, from where on, and what to say when there is none.
//!
//! Source: upstream `pkg/registry/core/pod/strategy.go` (`LogLocation`), kubelet
//! `validateContainerLogStatus`, `ValidatePodLogOptions`.

use std::io;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{Response, StatusCode};
use jobyard_api::{
    StatusError, Timestamp, core,
    field::{ErrorList, FieldError, Path},
    status::Reason,
};
use tokio_util::sync::CancellationToken;

use super::Call;
use crate::{
    pod_logs::{LogRequest, LogStream},
    query::Query,
    response::{self, Body},
};

/// GET on `pods/NAME/log`. Always plain text, whatever the client accepts.
pub(super) async fn log(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let name = call.key().name;
    let (mut request, limit) = options(&call.query, &name, call.cx.now)?;
    let pod = call.api.registry.of::<core::Pod>().get(&call.key())?;
    request.container = container(&pod, &name, call.query.text("container"))?;
    let spec = pod.spec.as_ref();
    if spec
        .and_then(|it| it.node_name.as_deref())
        .unwrap_or("")
        .is_empty()
    {
        let mut response = Response::new(response::full(Bytes::new()));
        *response.status_mut() = StatusCode::NO_CONTENT;
        return Ok(response);
    }
    check_started(&pod, &name, &request)?;
    let logs = call.api.logs.as_ref().ok_or_else(|| {
        StatusError::new(
            Reason::ServiceUnavailable,
            "no node of this yard keeps logs",
        )
    })?;
    let lines = logs.open(&pod, &request).await?;
    let text = limited(lines, limit, call.api.ending.clone());
    Ok(response::with_type(
        StatusCode::OK,
        "text/plain",
        response::stream(text),
    ))
}

/// The options, without the container, and the most bytes to answer.
fn options(
    query: &Query,
    pod: &str,
    now: Timestamp,
) -> Result<(LogRequest, Option<u64>), StatusError> {
    let mut errors = ErrorList::new();
    let mut at_least = |name: &str, min: i64| -> Result<Option<u64>, StatusError> {
        let found = query.integer(name)?;
        if let Some(value) = found
            && value < min
        {
            let detail = if min == 0 {
                "must be greater than or equal to 0"
            } else {
                "must be greater than 0"
            };
            errors.push(FieldError::invalid(&Path::new(name), value, detail));
        }
        Ok(found.and_then(|value| u64::try_from(value).ok()))
    };
    let tail_lines = at_least("tailLines", 0)?;
    let limit_bytes = at_least("limitBytes", 1)?;
    let since_seconds = at_least("sinceSeconds", 1)?;
    let since_time = match query.text("sinceTime") {
        "" => None,
        text => Some(text.parse::<Timestamp>().map_err(|error| {
            StatusError::bad_request(format!("cannot read sinceTime {text:?}: {error}"))
        })?),
    };
    if since_seconds.is_some() && since_time.is_some() {
        let detail = "at most one of `sinceTime` or `sinceSeconds` may be specified";
        errors.push(FieldError::forbidden(&Path::new("[]"), detail));
    }
    if !errors.is_empty() {
        return Err(StatusError::invalid_kind("", "PodLogOptions", pod, &errors));
    }
    let seconds_ago = |seconds: u64| {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        // Further back than time goes is the beginning.
        now.checked_sub(jiff::SignedDuration::from_secs(seconds))
            .unwrap_or(Timestamp::MIN)
    };
    let request = LogRequest {
        container: String::new(),
        follow: query.flag("follow"),
        previous: query.flag("previous"),
        since: since_time.or(since_seconds.map(seconds_ago)),
        tail_lines,
        timestamps: query.flag("timestamps"),
    };
    Ok((request, limit_bytes))
}

/// The container asked for, or the only one.
fn container(pod: &core::Pod, pod_name: &str, asked: &str) -> Result<String, StatusError> {
    let empty = core::PodSpec::default();
    let spec = pod.spec.as_ref().unwrap_or(&empty);
    let init = spec.init_containers.iter().flatten().map(|it| &it.name);
    let ordinary = spec.containers.iter().map(|it| &it.name);
    let ephemeral = spec
        .ephemeral_containers
        .iter()
        .flatten()
        .map(|it| &it.name);
    let all: Vec<&str> = init
        .chain(ordinary)
        .chain(ephemeral)
        .map(String::as_str)
        .collect();
    match (asked, spec.containers.as_slice()) {
        ("", [only]) => Ok(only.name.clone()),
        ("", []) => Err(StatusError::bad_request(format!(
            "a container name must be specified for pod {pod_name}"
        ))),
        ("", _) => Err(StatusError::bad_request(format!(
            "a container name must be specified for pod {pod_name}, choose one of: [{}]",
            all.join(" ")
        ))),
        (asked, _) if all.contains(&asked) => Ok(asked.to_owned()),
        (asked, _) => Err(StatusError::bad_request(format!(
            "container {asked} is not valid for pod {pod_name}"
        ))),
    }
}

/// Whether, by the Pod's status, there is a log of the run asked for.
fn check_started(pod: &core::Pod, name: &str, request: &LogRequest) -> Result<(), StatusError> {
    let container = &request.container;
    let refuse = |why: &str| {
        Err(StatusError::bad_request(format!(
            "container {container:?} in pod {name:?} is {why}"
        )))
    };
    let status = pod.status.as_ref();
    let statuses = status.into_iter().flat_map(|status| {
        status
            .container_statuses
            .iter()
            .chain(&status.init_container_statuses)
            .chain(&status.ephemeral_container_statuses)
            .flatten()
    });
    let Some(status) = statuses.into_iter().find(|it| it.name == *container) else {
        return refuse("not available");
    };
    let has_run = |state: Option<&core::ContainerState>| {
        state
            .and_then(|state| state.terminated.as_ref())
            .is_some_and(|terminated| {
                terminated
                    .container_id
                    .as_deref()
                    .is_some_and(|id| !id.is_empty())
            })
    };
    let state = status.state.as_ref();
    if request.previous {
        if has_run(status.last_state.as_ref()) {
            return Ok(());
        }
        return Err(StatusError::bad_request(format!(
            "previous terminated container {container:?} in pod {name:?} not found"
        )));
    }
    let is_running = state.is_some_and(|state| state.running.is_some());
    if is_running || has_run(state) || has_run(status.last_state.as_ref()) {
        return Ok(());
    }
    if state.is_some_and(|state| state.terminated.is_some()) {
        return refuse("terminated");
    }
    let waiting = state.and_then(|state| state.waiting.as_ref());
    match waiting.map(|waiting| waiting.reason.as_deref().unwrap_or("")) {
        None => refuse("waiting to start - no logs yet"),
        Some("ErrImagePull") => refuse("waiting to start: image can't be pulled"),
        Some("ImagePullBackOff") => refuse("waiting to start: trying and failing to pull image"),
        Some(reason) => refuse(&format!("waiting to start: {reason}")),
    }
}

/// At most `limit` bytes; the end of the server is the end of the log.
fn limited(
    lines: LogStream,
    limit: Option<u64>,
    ending: CancellationToken,
) -> impl futures::Stream<Item = io::Result<Bytes>> + Send + 'static {
    let lines = lines.take_until(ending.cancelled_owned());
    let left = limit.unwrap_or(u64::MAX);
    stream::unfold((Box::pin(lines), left), |(mut lines, left)| async move {
        if left == 0 {
            return None;
        }
        let piece = lines.next().await?;
        let (piece, left) = match piece {
            Ok(mut piece) => {
                let kept = usize::try_from(left).unwrap_or(usize::MAX);
                piece.truncate(kept);
                let left = left - piece.len() as u64;
                (Ok(piece), left)
            }
            // Nothing comes after a failure.
            Err(error) => (Err(error), 0),
        };
        Some((piece, (lines, left)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod(spec: &Value, status: &Value) -> core::Pod {
        serde_json::from_value(json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": spec, "status": status,
        }))
        .expect("a Pod")
    }

    fn options_of(query: &str) -> Result<(LogRequest, Option<u64>), StatusError> {
        let now = "2026-01-01T01:00:00Z".parse().expect("a timestamp");
        options(&Query::parse(query), "p", now)
    }

    #[test]
    fn options_are_read() {
        let (request, limit) = options_of(
            "follow=True&previous=false&tailLines=5&sinceSeconds=3600&timestamps=true&limitBytes=10",
        )
        .expect("fine");
        assert_eq!(
            request,
            LogRequest {
                container: String::new(),
                follow: true,
                previous: false,
                since: Some("2026-01-01T00:00:00Z".parse().expect("a timestamp")),
                tail_lines: Some(5),
                timestamps: true,
            }
        );
        assert_eq!(limit, Some(10));
    }

    #[test]
    fn bad_options_are_refused_in_the_words_of_kubernetes() {
        for (query, message) in [
            (
                "tailLines=-1",
                r#"PodLogOptions "p" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0"#,
            ),
            (
                "limitBytes=0",
                r#"PodLogOptions "p" is invalid: limitBytes: Invalid value: 0: must be greater than 0"#,
            ),
            (
                "sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z",
                r#"PodLogOptions "p" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"#,
            ),
        ] {
            let error = options_of(query).expect_err("refused");
            assert_eq!((error.code(), error.message()), (422, message));
        }
        assert_eq!(options_of("tailLines=x").expect_err("refused").code(), 400);
    }

    #[test]
    fn the_only_container_needs_no_name() {
        let one = pod(
            &json!({"containers": [{"name": "a"}], "initContainers": [{"name": "i"}]}),
            &json!({}),
        );
        assert_eq!(container(&one, "p", ""), Ok("a".to_owned()));
        assert_eq!(container(&one, "p", "i"), Ok("i".to_owned()));
        let error = container(&one, "p", "x").expect_err("refused");
        assert_eq!(error.message(), "container x is not valid for pod p");
    }

    #[test]
    fn several_containers_must_be_chosen_from() {
        let two = pod(
            &json!({"containers": [{"name": "a"}, {"name": "b"}], "initContainers": [{"name": "i"}]}),
            &json!({}),
        );
        let error = container(&two, "p", "").expect_err("refused");
        assert_eq!(
            error.message(),
            "a container name must be specified for pod p, choose one of: [i a b]"
        );
    }

    #[test]
    fn a_container_that_has_not_started_says_what_it_waits_for() {
        let check = |status: Value, previous: bool| {
            let mut status = status;
            status["name"] = json!("c");
            for (name, value) in [
                ("ready", json!(false)),
                ("restartCount", json!(0)),
                ("image", json!("")),
                ("imageID", json!("")),
            ] {
                status[name] = value;
            }
            let pod = pod(
                &json!({"containers": [{"name": "c"}]}),
                &json!({"containerStatuses": [status]}),
            );
            let request = LogRequest {
                container: "c".to_owned(),
                follow: false,
                previous,
                since: None,
                tail_lines: None,
                timestamps: false,
            };
            let result = check_started(&pod, "p", &request);
            result.map_err(|error| error.message().to_owned())
        };
        let waiting = |reason: &str| json!({"state": {"waiting": {"reason": reason}}});
        let ended = json!({"terminated": {"exitCode": 0, "containerID": "jobyard://1"}});
        let text = |why: &str| Err(format!(r#"container "c" in pod "p" is {why}"#));
        for (status, expected) in [
            (
                waiting("ContainerCreating"),
                text("waiting to start: ContainerCreating"),
            ),
            (
                waiting("ErrImagePull"),
                text("waiting to start: image can't be pulled"),
            ),
            (
                waiting("ImagePullBackOff"),
                text("waiting to start: trying and failing to pull image"),
            ),
            (json!({"state": {"running": {}}}), Ok(())),
            (json!({"state": ended}), Ok(())),
            (
                json!({"state": {"terminated": {"exitCode": 1}}}),
                text("terminated"),
            ),
            (
                json!({"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": ended}),
                Ok(()),
            ),
            (json!({}), text("waiting to start - no logs yet")),
        ] {
            assert_eq!(check(status.clone(), false), expected, "{status}");
        }
        assert_eq!(
            check(json!({"state": {"running": {}}}), true),
            Err(r#"previous terminated container "c" in pod "p" not found"#.to_owned())
        );
        assert_eq!(
            check(json!({"state": {"running": {}}, "lastState": ended}), true),
            Ok(())
        );
    }

    #[tokio::test]
    async fn the_limit_cuts_in_the_middle_of_a_piece() {
        let pieces = ["abc\n", "def\n", "ghi\n"].map(|piece| Ok(Bytes::from(piece)));
        let lines: LogStream = stream::iter(pieces).boxed();
        let cut = limited(lines, Some(6), CancellationToken::new());
        let kept: Vec<_> = cut.map(|piece| piece.expect("no failure")).collect().await;
        assert_eq!(kept, ["abc\n", "de"]);
    }

    #[tokio::test]
    async fn the_end_of_the_server_ends_a_followed_log() {
        let ending = CancellationToken::new();
        let silent: LogStream = stream::pending().boxed();
        let log = limited(silent, None, ending.clone());
        ending.cancel();
        assert_eq!(log.count().await, 0);
    }
}
