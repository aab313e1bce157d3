//! How an attempt ended, with the message it left.
//!
//! Source: upstream `getTerminationMessage`, `readLastStringFromContainerLogs`;
//! limits in pkg/kubelet/container `MaxContainerTerminationMessage*`.

use std::{fs::File, io::Read, path::Path, time::SystemTime};

use jobyard_api::{Timestamp, core};
use jobyard_decide::pod::{Exit, ExitReason};
use jobyard_runtime::ExitStatus;

use crate::logs;

/// Most bytes of a termination message.
const MESSAGE_BYTES_MAX: usize = 4096;
/// Most bytes of the messages of all containers of a Pod.
const POD_MESSAGE_BYTES_MAX: usize = 12_288;
/// Most lines, and bytes, of a log that stands in for a message.
const LOG_LINES_MAX: u64 = 80;
const LOG_BYTES_MAX: usize = 2048;

/// The files an attempt leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remains<'a> {
    /// The termination message.
    pub(crate) message: &'a Path,
    /// The log.
    pub(crate) log: &'a Path,
}

/// The end of an attempt, message included. Reads files.
pub(crate) fn exit(
    pod: &core::Pod,
    container: &str,
    status: &ExitStatus,
    id: String,
    remains: Remains<'_>,
) -> Exit {
    let reason = if status.oom_killed {
        ExitReason::OomKilled
    } else {
        ExitReason::Exited
    };
    let has_failed = status.code != 0 || status.oom_killed;
    Exit {
        code: status.code,
        reason,
        started_at: Some(timestamp(status.started_at)),
        finished_at: Some(timestamp(status.finished_at)),
        message: message(pod, container, has_failed, remains),
        id,
    }
}

/// The wall time of a moment.
pub(crate) fn timestamp(at: SystemTime) -> Timestamp {
    Timestamp::try_from(at).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn message(
    pod: &core::Pod,
    container: &str,
    has_failed: bool,
    remains: Remains<'_>,
) -> Option<String> {
    let spec = pod.spec.as_ref()?;
    let mut containers = spec
        .containers
        .iter()
        .chain(spec.init_containers.iter().flatten());
    let count = spec.containers.len() + spec.init_containers.as_ref().map_or(0, Vec::len);
    let most = MESSAGE_BYTES_MAX.min(POD_MESSAGE_BYTES_MAX / count.max(1));
    let falls_back = containers
        .find(|found| found.name == container)
        .is_some_and(|found| {
            found.termination_message_policy.as_deref() == Some("FallbackToLogsOnError")
        });
    let mut text = Vec::new();
    // A container that removed the file has left no message.
    let _ =
        File::open(remains.message).and_then(|file| file.take(most as u64).read_to_end(&mut text));
    if text.is_empty() && falls_back && has_failed {
        text = logs::last_text(remains.log, LOG_LINES_MAX, LOG_BYTES_MAX.min(most))
            .unwrap_or_default();
    }
    (!text.is_empty()).then(|| String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn found(policy: &str, containers: usize, written: &str, has_failed: bool) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let (message_file, log) = (folder.path().join("message"), folder.path().join("0.log"));
        fs::write(&message_file, written).unwrap();
        fs::write(&log, "2026-01-01T00:00:00Z stderr F boom\n").unwrap();
        let container = |number| serde_json::json!({"name": format!("c{number}"), "terminationMessagePolicy": policy});
        let containers: Vec<_> = (0..containers).map(container).collect();
        let pod = serde_json::from_value(serde_json::json!({"spec": {"containers": containers}}))
            .unwrap();
        message(
            &pod,
            "c0",
            has_failed,
            Remains {
                message: &message_file,
                log: &log,
            },
        )
    }

    #[test]
    fn messages_come_from_the_file_or_from_the_log() {
        let table = [
            ("File", "bye\n", false, Some("bye\n")),
            ("File", "", true, None),
            ("FallbackToLogsOnError", "", true, Some("boom\n")),
            ("FallbackToLogsOnError", "", false, None),
            ("FallbackToLogsOnError", "own", true, Some("own")),
        ];
        for (policy, written, has_failed, expected) in table {
            assert_eq!(
                found(policy, 1, written, has_failed).as_deref(),
                expected,
                "{policy} {written:?}"
            );
        }
    }

    #[test]
    fn messages_are_bounded_for_the_container_and_the_pod() {
        let long = "x".repeat(10_000);
        assert_eq!(found("File", 1, &long, false).unwrap().len(), 4096);
        assert_eq!(found("File", 6, &long, false).unwrap().len(), 2048);
    }
}
