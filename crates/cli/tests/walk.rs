//! The documentation's walk with kubectl: every command, its exit code and its
//! stdout, as text that a Kubernetes user can read.
//!
//! Uids, times, ages and random suffixes are replaced by words; the rest is
//! compared with `walk/*.txt`. `JOBYARD_UPDATE=1` writes the files anew; read
//! the difference before you commit it. Users see no difference when the Job
//! controller is a process of its own, so each walk is taken both ways.

mod yard;

use std::{fmt::Write, path::Path, process::Stdio};

use regex::Regex;
use yard::{PI, Yard, collect, repository, text};

/// A transcript: what was typed and what came back.
struct Transcript {
    yard: Yard,
    text: String,
    words: Vec<(Regex, &'static str)>,
}

impl Transcript {
    fn new(yard: Yard) -> Self {
        let word =
            |pattern: &str, word| (Regex::new(pattern).expect("the patterns are right"), word);
        let words = vec![
            word(&regex::escape(PI.trim_end()), "PI"),
            word(
                r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                "UID",
            ),
            word(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
            word(
                r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
                "TIME",
            ),
            word(r#"(resourceVersion: )"\d+""#, "${1}REVISION"),
            word(
                r"\b(pi|myjob|old|new)-[bcdfghjklmnpqrstvwxz2456789]{5}\b",
                "$1-SUFFIX",
            ),
            word(r"\b\d+m\d+s\b|\b\d+(\.\d+)?s\b|\b\d+m\b|<invalid>", "AGE"),
            word(
                r"Successfully assigned (\S+) to \S+",
                "Successfully assigned $1 to NODE",
            ),
            word(r"/tmp/\S+/scratch", "SCRATCH"),
            // Columns are as wide as what they hold: after the words above, width says nothing.
            word(r"(?m)(\S)  +", "$1  "),
        ];
        Self {
            yard,
            text: String::new(),
            words,
        }
    }

    /// Runs a command, and writes down what it printed and how it ended.
    fn kubectl(&mut self, arguments: &[&str]) -> String {
        let output = self.yard.kubectl(arguments);
        let stdout = text(&output.stdout);
        self.note(arguments, &stdout, output.status.code());
        assert!(
            output.status.success(),
            "kubectl {arguments:?}: {}\n{}",
            text(&output.stderr),
            self.yard.stderr()
        );
        stdout
    }

    fn note(&mut self, arguments: &[&str], stdout: &str, code: Option<i32>) {
        let line = arguments.iter().map(|one| {
            if one.contains(['{', ' ']) {
                format!("'{one}'")
            } else {
                (*one).to_owned()
            }
        });
        let typed = format!("$ kubectl {}\n", line.collect::<Vec<_>>().join(" "));
        let mut shown = stdout.to_owned();
        if !shown.is_empty() && !shown.ends_with('\n') {
            shown.push('\n');
        }
        let mut step = typed + &shown;
        for (pattern, word) in &self.words {
            step = pattern.replace_all(&step, *word).into_owned();
        }
        let _ = writeln!(
            self.text,
            "{step}exit {}\n",
            code.map_or("by a signal".to_owned(), |code| code.to_string())
        );
    }

    /// Compares with the checked-in text.
    fn compare(&self, name: &str) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/walk")
            .join(name);
        if std::env::var_os("JOBYARD_UPDATE").is_some() {
            std::fs::create_dir_all(file.parent().expect("it has a folder")).expect("the folder");
            std::fs::write(&file, &self.text).expect("the file can be written");
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        for (number, (found, wanted)) in self.text.lines().zip(expected.lines()).enumerate() {
            assert_eq!(
                found,
                wanted,
                "{name}:{}; found in whole:\n{}",
                number + 1,
                self.text
            );
        }
        assert_eq!(
            self.text.lines().count(),
            expected.lines().count(),
            "{name}; found in whole:\n{}",
            self.text
        );
    }
}

fn pi_is_applied_watched_and_deleted(yard: Yard) {
    let mut walk = Transcript::new(yard);
    let mut watch = walk.yard.kubectl_command(&[
        "get",
        "pods",
        "-w",
        "-o",
        "custom-columns=PHASE:.status.phase",
        "--no-headers",
    ]);
    let mut watch = watch
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("kubectl starts");
    let phases = collect(&mut watch);

    walk.kubectl(&["apply", "-f", "examples/pi.yaml"]);
    walk.kubectl(&["apply", "-f", "examples/pi.yaml"]);
    // Streams from the first digit on, and ends with the container.
    walk.yard.until("the Pod runs", |yard| {
        yard.field("job/pi", "{.status.ready}") == "1"
    });
    walk.kubectl(&["get", "jobs"]);
    walk.kubectl(&["logs", "-f", "job/pi"]);
    walk.kubectl(&[
        "wait",
        "--for=condition=complete",
        "--timeout=60s",
        "job/pi",
    ]);
    walk.kubectl(&["get", "jobs"]);
    walk.kubectl(&["describe", "job", "pi"]);
    walk.kubectl(&["get", "job", "pi", "-o", "yaml"]);
    let pods = walk.kubectl(&[
        "get",
        "pods",
        "--selector=job-name=pi",
        "--output=jsonpath={.items[*].metadata.name}",
    ]);
    walk.kubectl(&["logs", &pods]);
    walk.kubectl(&["get", "pods"]);
    walk.kubectl(&["get", "events", "--field-selector=involvedObject.kind=Job"]);
    let columns =
        "custom-columns=TYPE:.type,REASON:.reason,KIND:.involvedObject.kind,MESSAGE:.message";
    let events = walk.yard.kubectl_ok(
        &[
            "get",
            "events",
            "--field-selector=involvedObject.kind=Pod",
            "--sort-by=.metadata.resourceVersion",
            "-o",
            columns,
        ],
        "",
    );
    walk.kubectl(&["delete", "job", "pi"]);
    walk.yard.until("the Pods are gone, too", |yard| {
        yard.field("pods", "{.items[*].metadata.name}").is_empty()
    });
    walk.kubectl(&["get", "jobs,pods"]);
    walk.compare("pi.txt");
    if walk.yard.is_ours() {
        // Differs from Kubernetes: no image is pulled, and an event says so.
        walk.text.clear();
        walk.note(&["get", "events"], &events, Some(0));
        walk.compare("host-events.txt");
    }

    // Each write of the Pod is one line; what is promised is their order.
    watch.kill().expect("the watch can be ended");
    watch.wait().expect("it ends");
    let mut seen: Vec<_> = phases
        .join()
        .expect("it was read")
        .lines()
        .map(str::to_owned)
        .collect();
    seen.dedup();
    assert_eq!(seen, ["Pending", "Running", "Succeeded"]);
}

/// A Job whose Pod catches SIGTERM, says so, and takes its time to end.
const MYJOB: &str = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: myjob}
spec:
  parallelism: 1
  completions: 5
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: busybox:1.36
        command: [sh, -c, "trap 'echo saving; sleep 1; echo saved >> /scratch/saved; exit 0' TERM; echo $POD_UID >> /scratch/up; while [ ! -e /scratch/finish ]; do sleep 0.05; done"]
        env:
        - {name: POD_UID, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
        volumeMounts: [{name: scratch, mountPath: /scratch}]
      volumes:
      - {name: scratch, hostPath: {path: SCRATCH}}
"#;

fn a_job_is_suspended_and_resumed(yard: Yard) {
    let mut walk = Transcript::new(yard);
    let scratch = walk.yard.scratch();
    let up = |count: usize| {
        let file = scratch.join("up");
        move |_: &Yard| {
            std::fs::read_to_string(&file)
                .unwrap_or_default()
                .lines()
                .count()
                == count
        }
    };
    walk.yard.kubectl_ok(
        &["create", "-f", "-"],
        &MYJOB.replace("SCRATCH", &scratch.display().to_string()),
    );
    walk.yard.until("the first Pod runs", up(1));
    let first_start = walk.yard.field("job/myjob", "{.status.startTime}");

    walk.kubectl(&[
        "patch",
        "job/myjob",
        "--type=strategic",
        "--patch",
        r#"{"spec":{"suspend":true}}"#,
    ]);
    walk.kubectl(&[
        "wait",
        "--for=condition=suspended",
        "--timeout=60s",
        "job/myjob",
    ]);
    walk.yard.until("the stopped Pod is gone", |yard| {
        yard.field("pods", "{.items[*].metadata.name}").is_empty()
    });
    // It saw SIGTERM and had the time to save.
    assert_eq!(
        std::fs::read_to_string(scratch.join("saved")).expect("the Pod saved"),
        "saved\n"
    );
    let status = "jsonpath={range .status.conditions[*]}{.type}={.status} {.reason}: {.message}{\"\\n\"}{end}active={.status.active} succeeded={.status.succeeded} failed={.status.failed} startTime={.status.startTime}";
    walk.kubectl(&["get", "job", "myjob", "-o", status]);
    walk.kubectl(&["get", "jobs"]);

    walk.kubectl(&[
        "patch",
        "job/myjob",
        "--type=strategic",
        "--patch",
        r#"{"spec":{"suspend":false}}"#,
    ]);
    walk.yard.until("a new Pod runs", up(2));
    walk.yard.until("it is ready", |yard| {
        yard.field("job/myjob", "{.status.ready}") == "1"
    });
    walk.kubectl(&["get", "job", "myjob", "-o", status]);
    let second_start = walk.yard.field("job/myjob", "{.status.startTime}");
    assert!(
        second_start > first_start,
        "startTime was reset: {first_start} then {second_start}"
    );
    walk.kubectl(&["describe", "jobs/myjob"]);

    std::fs::write(scratch.join("finish"), "").expect("the sign to finish");
    walk.kubectl(&[
        "wait",
        "--for=condition=complete",
        "--timeout=60s",
        "job/myjob",
    ]);
    // Five completions, and the stopped Pod is none of them.
    walk.kubectl(&["get", "job", "myjob", "-o", status]);
    assert_eq!(
        std::fs::read_to_string(scratch.join("up"))
            .expect("Pods ran")
            .lines()
            .count(),
        6
    );
    walk.compare("suspend.txt");
}

fn pods_of_an_orphaned_job_are_adopted_by_another(yard: Yard) {
    let mut walk = Transcript::new(yard);
    let scratch = walk.yard.scratch();
    let example = |name: &str| {
        std::fs::read_to_string(repository().join("examples").join(name))
            .expect("the example is there")
    };
    let old = MYJOB
        .replace("myjob", "old")
        .replace("completions: 5", "completions: 1")
        .replace("SCRATCH", &scratch.display().to_string());
    walk.yard.kubectl_ok(&["create", "-f", "-"], &old);
    walk.yard.until("the Pod runs", |yard| {
        yard.field("job/old", "{.status.ready}") == "1"
    });
    let pod = walk.yard.field("pods", "{.items[0].metadata.uid}");
    let uid = walk.yard.field("job/old", "{.metadata.uid}");

    walk.kubectl(&["get", "job", "old", "-o", "jsonpath={.spec.selector}"]);
    walk.kubectl(&["delete", "jobs/old", "--cascade=orphan"]);
    let owners = "jsonpath={.items[*].metadata.ownerReferences[*].name}|{.items[*].metadata.finalizers}|{.items[*].status.phase}";
    walk.yard.until("the Pod has no owner", |yard| {
        yard.field(
            "pods",
            "{.items[*].metadata.ownerReferences}{.items[*].metadata.finalizers}",
        )
        .is_empty()
    });
    walk.kubectl(&["get", "pods", "-o", owners]);

    let selector = format!(
        "manualSelector: true\n  selector: {{matchLabels: {{batch.kubernetes.io/controller-uid: {uid}}}}}\n  template:\n    metadata: {{labels: {{batch.kubernetes.io/controller-uid: {uid}}}}}\n"
    );
    let new = old
        .replace("name: old", "name: new")
        .replace("template:\n", &selector);
    walk.yard.kubectl_ok(&["create", "-f", "-"], &new);
    walk.yard.until("the Pod is adopted", |yard| {
        yard.field("job/new", "{.status.active}") == "1"
    });
    walk.kubectl(&["get", "pods", "-o", owners]);
    assert_eq!(
        walk.yard.field("pods", "{.items[*].metadata.uid}"),
        pod,
        "the same Pod, and no other"
    );
    assert_ne!(walk.yard.field("job/new", "{.metadata.uid}"), uid);
    std::fs::write(scratch.join("finish"), "").expect("the sign to finish");
    walk.kubectl(&[
        "wait",
        "--for=condition=complete",
        "--timeout=60s",
        "job/new",
    ]);
    walk.kubectl(&["describe", "job", "new"]);
    // The documentation's pair, as users paste it, is accepted as it stands.
    assert!(example("new.yaml").contains("manualSelector: true"));
    walk.compare("orphan.txt");
}

macro_rules! in_each_arrangement {
    ($($walk:ident),* $(,)?) => {
        /// One process does all, or it is a foreign cluster.
        mod serve {
            $(#[test]
            fn $walk() {
                super::$walk(crate::Yard::start());
            })*
        }
        /// The Job controller is a process of its own.
        mod controller {
            $(#[test]
            fn $walk() {
                super::$walk(crate::Yard::start_apart(&["--runtime", "host"]));
            })*
        }
    };
}

in_each_arrangement![
    pi_is_applied_watched_and_deleted,
    a_job_is_suspended_and_resumed,
    pods_of_an_orphaned_job_are_adopted_by_another,
];
