//! Logs as clients read them.

use std::{fs::OpenOptions, io::Write};

use futures::{StreamExt, TryStreamExt};

use super::*;

const FILE: &str = "\
2026-01-01T00:00:00.000000001Z stdout F one
2026-01-01T00:00:01.5Z stderr F two
2026-01-01T00:00:02.123456789Z stdout P thr
2026-01-01T00:00:02.123456790Z stdout F ee
2026-01-01T00:00:03Z stdout F four
";

fn file(content: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file
}

async fn text(content: &str, options: LogOptions) -> String {
    let file = file(content);
    let pieces: Vec<Bytes> = read(file.path(), options, None)
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    String::from_utf8(pieces.concat()).unwrap()
}

#[tokio::test]
async fn lines_are_chosen_by_number_and_time() {
    let at = |text: &str| Some(text.parse().unwrap());
    let tail = |lines| LogOptions {
        tail_lines: Some(lines),
        ..Default::default()
    };
    let table = [
        (LogOptions::default(), "one\ntwo\nthree\nfour\n"),
        (tail(0), ""),
        (tail(1), "four\n"),
        // Lines of the file, as upstream counts them: a partial one is one.
        (tail(2), "ee\nfour\n"),
        (tail(3), "three\nfour\n"),
        (tail(5), "one\ntwo\nthree\nfour\n"),
        (tail(50), "one\ntwo\nthree\nfour\n"),
        (
            LogOptions {
                since: at("2026-01-01T00:00:01.5Z"),
                ..Default::default()
            },
            "two\nthree\nfour\n",
        ),
        (
            LogOptions {
                since: at("2026-01-01T00:00:09Z"),
                ..Default::default()
            },
            "",
        ),
        (
            LogOptions {
                timestamps: true,
                ..Default::default()
            },
            "2026-01-01T00:00:00.000000001Z one\n2026-01-01T00:00:01.500000000Z two\n\
             2026-01-01T00:00:02.123456789Z three\n2026-01-01T00:00:03.000000000Z four\n",
        ),
    ];
    for (options, expected) in table {
        assert_eq!(text(FILE, options.clone()).await, expected, "{options:?}");
    }
}

#[tokio::test]
async fn torn_lines_are_left_out() {
    let torn =
        "garbage\n2026-01-01T00:00:00Z stdout F ok\n2026-01-01T00:00:01Z stdout F without end";
    assert_eq!(text(torn, LogOptions::default()).await, "ok\n");
    assert_eq!(
        text(
            "",
            LogOptions {
                tail_lines: Some(3),
                ..Default::default()
            }
        )
        .await,
        ""
    );
}

#[tokio::test]
async fn large_files_are_read_from_their_end() {
    let lines: Vec<_> = (0..20_000)
        .map(|number| format!("2026-01-01T00:00:00Z stdout F line {number}\n"))
        .collect();
    let found = text(
        &lines.concat(),
        LogOptions {
            tail_lines: Some(5_000),
            ..Default::default()
        },
    )
    .await;
    assert_eq!(found.lines().count(), 5_000);
    assert_eq!(found.lines().next(), Some("line 15000"));
}

#[tokio::test]
async fn following_ends_when_the_attempt_has_ended_and_all_is_read() {
    let mut file = file("2026-01-01T00:00:00Z stdout F one\n");
    let logs = Logs::new(Path::new("/unused"));
    let running = logs.running(&"u".into(), "c", 0);
    let following = Following {
        growth: logs.growths.of(file.path()).unwrap(),
        ended: logs
            .live
            .ended(&AttemptKey::new(&"u".into(), "c", 0))
            .unwrap(),
    };
    let options = LogOptions {
        follow: true,
        ..Default::default()
    };
    let mut stream = read(file.path(), options, Some(following)).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap(), "one\n");

    file.write_all(b"2026-01-01T00:00:01Z stdout F two\n")
        .unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap(), "two\n");

    file.write_all(b"2026-01-01T00:00:02Z stdout F last\n")
        .unwrap();
    drop(running);
    assert_eq!(stream.next().await.unwrap().unwrap(), "last\n");
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn any_number_of_readers_may_follow() {
    // More than the kernel allows a user inotify instances.
    let (logs, mut files) = (Logs::new(Path::new("/unused")), vec![]);
    for _ in 0..300 {
        let file = file("");
        let (first, second) = (logs.growths.of(file.path()), logs.growths.of(file.path()));
        files.push((file, first.unwrap(), second.unwrap()));
    }
    let (mut file, first, mut second) = files.swap_remove(100);
    // The watch of a file stays as long as one of its readers.
    drop(first);
    file.write_all(b"grown").unwrap();
    second.wait().await.unwrap();
    drop(second);
    drop(files);
    let watching = logs.growths.of(file.path()).unwrap();
    assert_eq!(watching.files_watched(), 1);
}

fn pod(status: serde_json::Value) -> core::Pod {
    serde_json::from_value(serde_json::json!({
        "metadata": {"name": "p", "namespace": "ns", "uid": "u"},
        "status": {"containerStatuses": [status]},
    }))
    .unwrap()
}

#[test]
fn the_status_says_which_attempt_is_meant() {
    let status = |number: u32, state: &str, last: bool| {
        let id = format!("jobyard://u.c.{number}");
        let before = format!("jobyard://u.c.{}", number.saturating_sub(1));
        let ended =
            |id: &str| serde_json::json!({"terminated": {"exitCode": 1, "containerID": id}});
        let (state, last_id) = match state {
            "running" => (serde_json::json!({"running": {}}), &before),
            "terminated" => (ended(&id), &before),
            _ => (serde_json::json!({"waiting": {}}), &id),
        };
        let last = if last {
            ended(last_id)
        } else {
            serde_json::json!({})
        };
        pod(serde_json::json!({
            "name": "c", "image": "", "imageID": "", "ready": false, "restartCount": number,
            "containerID": id, "state": state, "lastState": last,
        }))
    };
    let table = [
        (status(0, "running", false), Some(0), None),
        (status(2, "running", true), Some(2), Some(1)),
        (status(2, "terminated", true), Some(2), Some(1)),
        (status(2, "waiting", true), Some(2), Some(2)),
        (status(0, "waiting", false), None, None),
    ];
    for (pod, current, previous) in table {
        assert_eq!(attempt_of(&pod, "c", false), current, "{pod:?}");
        assert_eq!(attempt_of(&pod, "c", true), previous, "{pod:?}");
    }
}

#[test]
fn the_last_text_is_bounded_in_lines_and_bytes() {
    let log = file(FILE);
    assert_eq!(
        last_text(log.path(), 80, 2048).unwrap(),
        b"one\ntwo\nthree\nfour\n"
    );
    assert_eq!(last_text(log.path(), 1, 2048).unwrap(), b"four\n");
    assert_eq!(last_text(log.path(), 80, 5).unwrap(), b"four\n");
}

#[test]
fn folders_are_named_for_people_and_found_again() {
    let root = tempfile::tempdir().unwrap();
    let logs = Logs::new(root.path());
    let (key, uid) = (ObjectKey::new("ns", "pod"), Uid::from("u-1"));
    let path = logs.file(&key, &uid, "c", 3);
    assert_eq!(path, root.path().join("ns_pod_u-1/c/3.log"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    assert_eq!(logs.pods().unwrap(), [(key.clone(), uid.clone())]);
    logs.remove(&key, &uid).unwrap();
    logs.remove(&key, &uid).unwrap();
    assert_eq!(logs.pods().unwrap(), []);
}
