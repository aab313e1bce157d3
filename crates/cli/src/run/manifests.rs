//! From files to objects that the yard has accepted.
//!
//! All or nothing: every document is read, and every object tried as a dry run,
//! before the first Job starts. What holds others (namespaces, ConfigMaps ...)
//! is created first; when a Job or Pod is then refused, that is taken back.

use std::{
    collections::HashMap,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use jobyard_api::{ResourceInfo, decode, resource};
use serde_json::Value;

use super::refuse;
use crate::say::say;

/// Most bytes of one file. A manifest is kilobytes, and ten thousand Pods as a
/// cluster prints them are 100 MiB; more is a mistake, and we hold all of it in memory.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// One object of the files.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// `pi.yaml:12`, for messages.
    pub(crate) source: String,
    /// Its kind.
    pub(crate) resource: &'static ResourceInfo,
    /// Its namespace; empty for kinds without.
    pub(crate) namespace: String,
    /// The object as written.
    pub(crate) value: Value,
}

impl Manifest {
    /// Whether this is something that runs, as opposed to what it refers to.
    pub(crate) fn is_workload(&self) -> bool {
        matches!(self.resource.kind, "Job" | "Pod")
    }
}

/// Reads all objects of the files, folders and stdin.
///
/// With `endless_allowed` (a timeout is set) Jobs that never end by themselves
/// are let through, and objects of kinds that are not served are left out with
/// a warning.
pub(crate) fn read(
    paths: &[PathBuf],
    namespace: &str,
    endless_allowed: bool,
) -> Result<Vec<Manifest>> {
    let mut manifests = Vec::new();
    for path in paths {
        for (name, text) in texts(path)? {
            let documents =
                decode::documents(&text).with_context(|| format!("{name} is no manifest"))?;
            for document in documents {
                let source = format!("{name}:{}", document.line);
                match understand(&source, document.value, namespace)? {
                    Understood::Served(manifest) => manifests.push(manifest),
                    Understood::Refused(why) if endless_allowed => {
                        say(format_args!("{source}: {why}; left out"));
                    }
                    Understood::Refused(why) => bail!("{source}: {why}; nothing was started"),
                }
            }
        }
    }
    if !endless_allowed {
        for manifest in &manifests {
            refuse_endless(manifest)?;
        }
    }
    refuse_doubles(&manifests)?;
    if !manifests.iter().any(Manifest::is_workload) {
        bail!(
            "no Job and no Pod in {}",
            paths
                .iter()
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
                .join(", ")
        );
    }
    // Namespaces, then what workloads refer to, then workloads; otherwise as written.
    manifests.sort_by_key(|one| match one.resource.kind {
        "Namespace" => 0,
        "Job" | "Pod" => 2,
        _ => 1,
    });
    Ok(manifests)
}

/// The second object of a name would be refused after the first has started.
fn refuse_doubles(manifests: &[Manifest]) -> Result<()> {
    let mut seen = HashMap::new();
    for manifest in manifests {
        let Some(name) = manifest
            .value
            .pointer("/metadata/name")
            .and_then(Value::as_str)
        else {
            continue;
        };
        let plural = manifest.resource.qualified_plural();
        if let Some(first) = seen.insert(
            (plural.clone(), &manifest.namespace, name),
            &manifest.source,
        ) {
            bail!(
                "{}: {plural} {name:?} already exists: it stands at {first}, too; nothing was started",
                manifest.source
            );
        }
    }
    Ok(())
}

enum Understood {
    Served(Manifest),
    Refused(String),
}

fn understand(source: &str, value: Value, namespace: &str) -> Result<Understood> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or("");
    let (api_version, kind) = (text("/apiVersion"), text("/kind"));
    if api_version.is_empty() || kind.is_empty() {
        bail!(
            "{source}: apiVersion and kind must be set; found apiVersion {api_version:?} and kind {kind:?}"
        );
    }
    let Some(resource) = resource::ALL
        .iter()
        .find(|one| one.kind == kind && one.api_version() == api_version)
    else {
        return Ok(Understood::Refused(format!(
            "jobyard run does not serve {kind} of {api_version}"
        )));
    };
    let namespace = match (resource.namespaced, text("/metadata/namespace")) {
        (false, _) => "",
        (true, "") => namespace,
        (true, own) => own,
    };
    Ok(Understood::Served(Manifest {
        source: source.to_owned(),
        resource,
        namespace: namespace.to_owned(),
        value,
    }))
}

fn refuse_endless(manifest: &Manifest) -> Result<()> {
    // What does not even decode is refused with the server's words by the dry run.
    let value = manifest.value.clone();
    let why = match manifest.resource.kind {
        "Job" => serde_json::from_value(value)
            .ok()
            .and_then(|job| refuse::endless(&job)),
        "Pod" => serde_json::from_value(value)
            .ok()
            .and_then(|pod| refuse::endless_pod(&pod)),
        _ => None,
    };
    match why {
        None => Ok(()),
        Some(why) => bail!(
            "{}: this {} never ends by itself: {why}; nothing was started; give --timeout to run it for that long",
            manifest.source,
            manifest.resource.kind
        ),
    }
}

/// The named texts behind a path: a file, the manifests of a folder, or stdin.
pub(crate) fn texts(path: &Path) -> Result<Vec<(String, String)>> {
    if path == Path::new("-") {
        return Ok(vec![(
            "stdin".to_owned(),
            bounded("stdin", std::io::stdin().lock())?,
        )]);
    }
    let name = path.display().to_string();
    let is_folder = std::fs::metadata(path)
        .with_context(|| format!("cannot read {name}"))?
        .is_dir();
    let mut files = vec![path.to_owned()];
    if is_folder {
        let entries = std::fs::read_dir(path).with_context(|| format!("cannot read {name}"))?;
        files = entries
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .map(|entry| entry.path())
            .collect();
        // As `kubectl -f FOLDER`: these endings, this folder only, by name.
        files.retain(|file| {
            file.extension()
                .is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known))
        });
        files.sort();
        if files.is_empty() {
            bail!("{name} holds no .yaml, .yml or .json file");
        }
    }
    let read = |file: PathBuf| {
        let name = file.display().to_string();
        let opened = std::fs::File::open(&file).with_context(|| format!("cannot read {name}"))?;
        Ok((name.clone(), bounded(&name, opened)?))
    };
    files.into_iter().map(read).collect()
}

fn bounded(name: &str, from: impl Read) -> Result<String> {
    let mut bytes = Vec::new();
    from.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {name}"))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        bail!("{name} is larger than {FILE_BYTES_MAX} bytes: no manifest is");
    }
    String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str, endless_allowed: bool) -> Result<Vec<Manifest>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("m.yaml");
        std::fs::write(&file, text).expect("a file");
        read(&[file], "default", endless_allowed).map_err(|error| format!("{error:#}"))
    }

    const JOB: &str = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never, containers: []}}}\n";

    #[test]
    fn what_others_refer_to_comes_first() {
        let text = format!(
            "{JOB}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: n}}\n"
        );
        let kinds: Vec<_> = read_text(&text, false)
            .expect("all served")
            .iter()
            .map(|one| one.resource.kind)
            .collect();
        assert_eq!(kinds, ["Namespace", "ConfigMap", "Job"]);
    }

    #[test]
    fn endless_jobs_need_a_timeout() {
        let suspended = JOB.replace("spec: {template", "spec: {suspend: true, template");
        let error = read_text(&suspended, false).expect_err("it never ends");
        assert!(
            error.contains("m.yaml:1")
                && error.contains("suspended")
                && error.contains("--timeout"),
            "{error}"
        );
        assert!(read_text(&suspended, true).is_ok());
    }

    #[test]
    fn kinds_not_served_are_refused_or_left_out() {
        let text =
            format!("{JOB}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d}}\n");
        let error = read_text(&text, false).expect_err("no Deployments");
        assert!(
            error.contains("m.yaml:6") && error.contains("Deployment of apps/v1"),
            "{error}"
        );
        assert_eq!(read_text(&text, true).expect("left out").len(), 1);
    }

    #[test]
    fn broken_files_are_named_with_their_line() {
        let error = read_text(&format!("{JOB}---\na: [1\n"), false).expect_err("broken");
        assert!(
            error.contains("m.yaml") && error.contains("line"),
            "{error}"
        );
        assert!(
            read_text("a: 1\n", false)
                .expect_err("no kind")
                .contains("apiVersion and kind must be set")
        );
        assert!(
            read_text("# nothing\n", false)
                .expect_err("empty")
                .contains("no Job and no Pod")
        );
    }
}
