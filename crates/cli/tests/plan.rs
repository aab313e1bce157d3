//! `jobyard plan`: a table of files.
//!
//! Each `plan/NAME.yaml` holds a Job and its Pods; its first line says what
//! should happen and why, the next give the time and further arguments.
//! `NAME.json` is what comes with `-o json`, `NAME.txt`, where there is one, what
//! people read. `JOBYARD_UPDATE=1` writes both anew; check each against the row
//! of docs/scenarios.md that it names before you commit it.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

const JOBYARD: &str = env!("CARGO_BIN_EXE_jobyard");

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan");
    let entries = std::fs::read_dir(folder).expect("the table of files");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    files.sort();
    files
}

/// What follows `# KEY: ` in the head of a case.
fn head<'a>(case: &'a str, key: &str) -> Option<&'a str> {
    let mut comments = case.lines().take_while(|line| line.starts_with('#'));
    comments.find_map(|line| line.strip_prefix(&format!("# {key}: ")))
}

fn plan(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(JOBYARD)
        .arg("plan")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("jobyard starts");
    // A file named instead of stdin is no reason to read this.
    let _ = child
        .stdin
        .take()
        .expect("stdin is piped")
        .write_all(stdin.as_bytes());
    child.wait_with_output().expect("jobyard ends")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The plan of a case, in the form that these arguments ask for.
fn plan_of(file: &Path, form: &[&str]) -> String {
    let case = std::fs::read_to_string(file).expect("the case");
    let now = head(&case, "now").expect("a case says its time");
    let path = file.display().to_string();
    let mut arguments = vec![&*path, "--now", now];
    arguments.extend(
        head(&case, "arguments")
            .unwrap_or_default()
            .split_whitespace(),
    );
    arguments.extend(form);
    let output = plan(&arguments, "");
    assert_eq!(output.status.code(), Some(0), "{path}: {}", stderr(&output));
    assert_eq!(stderr(&output), "", "{path}: warnings");
    stdout(&output)
}

/// Compares with the file, and says whether they agree.
fn agrees(file: &Path, found: &str) -> bool {
    if std::env::var_os("JOBYARD_UPDATE").is_some() {
        std::fs::write(file, found).expect("the file can be written");
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    if expected != found {
        eprintln!("{}: found\n{found}", file.display());
    }
    expected == found
}

#[test]
fn plans_for_programs_are_as_the_table_says() {
    let wrong: Vec<_> = cases()
        .into_iter()
        .filter(|file| {
            let found = plan_of(file, &["-o", "json"]);
            !agrees(&file.with_extension("json"), &found)
        })
        .collect();
    assert_eq!(wrong, [] as [PathBuf; 0]);
}

#[test]
fn plans_for_people_are_as_the_table_says() {
    let wrong: Vec<_> = cases()
        .into_iter()
        .filter(|file| file.with_extension("txt").exists())
        .filter(|file| !agrees(&file.with_extension("txt"), &plan_of(file, &[])))
        .collect();
    assert_eq!(wrong, [] as [PathBuf; 0]);
}

const JOB: &str = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  parallelism: 1\n  template: {spec: {restartPolicy: Never, containers: [{name: main, image: none}]}}\n";

#[test]
fn json_has_exactly_the_promised_fields() {
    let output = plan(&["-", "-o", "json"], JOB);
    let document: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("stdout is JSON and nothing else");
    let keys: Vec<_> = document.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "adopt",
            "create",
            "delete",
            "events",
            "release",
            "removeFinalizer",
            "requeueAfterSeconds",
            "status"
        ]
    );
    assert_eq!(document["create"], serde_json::json!([{"index": null}]));
}

#[test]
fn one_sync_creates_no_more_than_500_pods() {
    let many = JOB.replace("parallelism: 1", "parallelism: 1000");
    let output = plan(&["-", "-o", "json"], &many);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["create"].as_array().map(Vec::len), Some(500));
    assert_eq!(document["status"]["active"], 500);
    assert_eq!(document["events"].as_array().map(Vec::len), Some(500));
    let people = stdout(&plan(&["-"], &many));
    assert!(people.contains("create 500 Pods"), "{people}");
    assert!(people.contains("at once"), "{people}");
}

#[test]
fn thousands_of_pods_are_counted_500_at_a_time() {
    let mut list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": []});
    let items = list["items"].as_array_mut().expect("a list");
    items.push(serde_json::json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"},
        "spec": {"parallelism": 10, "completions": 5000, "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "none"}]}}},
    }));
    for number in 0..5000 {
        items.push(serde_json::json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("a-{number}")}, "status": {"phase": "Succeeded"},
        }));
    }
    let output = plan(&["-", "-o", "json"], &list.to_string());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        document["removeFinalizer"].as_array().map(Vec::len),
        Some(500)
    );
    assert_eq!(document["status"]["succeeded"], 500);
    let conditions = &document["status"]["conditions"];
    assert_eq!(conditions[0]["type"], "SuccessCriteriaMet");
    assert_eq!(
        conditions[1],
        serde_json::Value::Null,
        "4500 are still to be counted"
    );
}

#[test]
fn input_of_every_form_gives_the_same_plan() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a-1}\nstatus: {phase: Running}\n";
    let now = ["-", "-o", "json", "--now", "2026-01-01T00:00:00Z"];
    let documents = plan(&now, &format!("{JOB}---\n{pod}"));
    let json = r#"{"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a-1"},"status":{"phase":"Running"}},
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"parallelism":1,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"none"}]}}}}]}"#;
    let list = plan(&now, json);
    assert_eq!(documents.status.code(), Some(0), "{}", stderr(&documents));
    assert_eq!(stdout(&documents), stdout(&list), "{}", stderr(&list));
    assert!(stdout(&list).contains("\"active\": 1"), "{}", stdout(&list));
}

/// As programs write objects: nulls, and an owner that has no uid yet.
#[test]
fn nulls_and_an_owner_without_uid_are_read() {
    let list = r#"{"kind":"List","apiVersion":"v1","metadata":{},"items":[
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a","creationTimestamp":null},"spec":{"parallelism":1,
            "template":{"metadata":{"creationTimestamp":null},"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"none","resources":{}}]}}},
            "status":{"conditions":null,"uncountedTerminatedPods":{"succeeded":null}}},
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","creationTimestamp":null,"labels":null,
            "ownerReferences":[{"apiVersion":"batch/v1","kind":"Job","name":"a","uid":"","controller":true}]},
            "spec":{"containers":null},"status":{"phase":"Succeeded","containerStatuses":null}}]}"#;
    let output = plan(&["-", "-o", "json"], list);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["removeFinalizer"], serde_json::json!(["p"]));
    assert_eq!(document["status"]["succeeded"], 1);
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\n";
    for (input, expected) in [
        ("", "no Job in -"),
        (pod, "no Job in -"),
        (
            &*format!("{JOB}---\n{JOB}"),
            "stdin:8: a plan is that of one Job, and there is one at stdin:1 already",
        ),
        (
            &*format!("{JOB}---\n{pod}---\n{pod}"),
            "stdin:12: the Pod default/b stands at stdin:8 already",
        ),
        (
            &*JOB.replace("parallelism", "paralelism"),
            "stdin:1: Job in version \"v1\" cannot be handled as a Job: strict decoding error: unknown field \"spec.paralelism\"",
        ),
        (
            &*JOB.replace("parallelism: 1", "parallelism: one"),
            "stdin:1: Job in version \"v1\" cannot be handled as a Job: json: cannot unmarshal string into Go struct field JobSpec.spec.parallelism of type int32",
        ),
        (
            &*JOB.replace("{name: a}", "{}"),
            "stdin:1: metadata.name: Required value",
        ),
        ("a: [1\n", "stdin is no manifest: line"),
        ("kind: Job\n", "stdin:1: apiVersion and kind must be set"),
        (
            &*JOB.replace("batch/v1", "batch/v1beta1"),
            "stdin:1: apiVersion \"batch/v1beta1\" has no Job that this program knows; write \"batch/v1\"",
        ),
        (
            &*JOB.replace("batch/v1", "v1"),
            "stdin:1: apiVersion \"v1\" has no Job that this program knows; write \"batch/v1\"",
        ),
        (
            &*format!("{JOB}---\n{}", pod.replace("v1", "v2")),
            "stdin:8: apiVersion \"v2\" has no Pod that this program knows; write \"v1\"",
        ),
        (
            &*format!("{JOB}---\napiVersion: v1\nkind: Pod\n"),
            "stdin:8: metadata.name: Required value",
        ),
    ] {
        let output = plan(&["-"], input);
        assert_eq!(output.status.code(), Some(2), "{input:?}");
        assert_eq!(stdout(&output), "", "{input:?}");
        assert!(
            stderr(&output).contains(expected),
            "{input:?}: {}",
            stderr(&output)
        );
    }
    for arguments in [
        &["no-such-file.yaml"][..],
        &["-", "--now", "noon"],
        &["-", "--exit-code", "0"],
    ] {
        assert_eq!(plan(arguments, JOB).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn what_is_tolerated_is_said() {
    let stored = JOB
        .replace("{name: a}", "{name: a, uid: u}")
        .replace("parallelism", "newField");
    let output = plan(&["-"], &stored);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stderr(&output).contains("stdin:1: unknown field \"spec.newField\""),
        "{}",
        stderr(&output)
    );

    let refused = JOB.replace("Never", "Always");
    let output = plan(&["-"], &refused);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stderr(&output).contains("would refuse this Job: spec.template.spec.restartPolicy"),
        "{}",
        stderr(&output)
    );

    let odd = format!(
        "{JOB}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a-1}}\nstatus: {{phase: Banana}}\n"
    );
    let output = plan(&["-"], &odd);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stderr(&output).contains("stdin:8: status.phase: \"Banana\" is none of Pending"),
        "{}",
        stderr(&output)
    );

    let beside = format!("{JOB}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n");
    let output = plan(&["-"], &beside);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stderr(&output).contains("stdin:8: left out: ConfigMap of v1"),
        "{}",
        stderr(&output)
    );
}

/// A person without rights, in an empty environment, on a machine without a yard.
#[test]
fn a_plan_needs_no_rights_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("job.yaml");
    std::fs::write(&file, JOB).expect("a file");
    let mut command = Command::new(JOBYARD);
    command
        .arg("plan")
        .arg(&file)
        .current_dir(folder.path())
        .env_clear();
    if rustix::process::geteuid().is_root() {
        use std::os::unix::{fs::PermissionsExt as _, process::CommandExt as _};
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).expect("the folder is ours");
        command.uid(65534).gid(65534);
    }
    let output = command.output().expect("jobyard starts");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let left = std::fs::read_dir(folder.path())
        .expect("the folder")
        .count();
    assert_eq!(left, 1, "only the file");
}

/// The README shows what comes.
#[test]
fn the_readmes_plan_is_what_comes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("the README");
    let example = root.join("examples/train.yaml").display().to_string();
    let output = plan(
        &[
            &example,
            "--exit-code",
            "42",
            "--now",
            "2026-01-01T00:00:00Z",
        ],
        "",
    );
    assert!(
        readme.contains(&stdout(&output)),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
}
