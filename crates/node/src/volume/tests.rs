//! Volumes as containers find them.

use super::*;
use crate::pod::environment::SourceData;

const FACTS: NodeFacts<'static> = NodeFacts {
    host_ip: "10.0.0.1",
    pod_ip: "10.0.0.2",
    cpu_milli: 1_000,
    memory_bytes: 1 << 30,
};

fn pod(volume: serde_json::Value, containers: usize) -> core::Pod {
    let container = |number| serde_json::json!({"name": format!("c{number}"), "volumeMounts": [{"name": "v", "mountPath": "/v"}]});
    let mut volume = volume;
    volume["name"] = "v".into();
    serde_json::from_value(serde_json::json!({
        "metadata": {"name": "p", "namespace": "ns", "labels": {"app": "x"}},
        "spec": {"volumes": [volume], "containers": (0..containers).map(container).collect::<Vec<_>>()},
    }))
    .unwrap()
}

fn some_sources() -> Sources {
    let bytes = BTreeMap::from([
        ("a".to_owned(), b"1".to_vec()),
        ("b".to_owned(), b"2".to_vec()),
    ]);
    let data = SourceData {
        text: BTreeMap::new(),
        bytes,
    };
    BTreeMap::from([((SourceKind::ConfigMap, "cm".to_owned()), data)])
}

fn made(
    volume: serde_json::Value,
    containers: usize,
) -> (tempfile::TempDir, Result<Volume, String>) {
    let folder = tempfile::tempdir().unwrap();
    let found = make(
        &pod(volume, containers),
        folder.path(),
        &some_sources(),
        &FACTS,
    );
    (
        folder,
        found
            .map(|mut volumes| volumes.remove("v").unwrap())
            .map_err(|failure| failure.to_string()),
    )
}

#[test]
fn an_empty_dir_is_open_to_all_users() {
    let (folder, volume) = made(serde_json::json!({"emptyDir": {}}), 1);
    let path = folder.path().join("v");
    assert_eq!(
        volume,
        Ok(Volume::Path {
            path: path.clone(),
            is_read_only: false
        })
    );
    assert_eq!(
        fs::metadata(path).unwrap().permissions().mode() & 0o7777,
        0o777
    );
}

#[test]
fn memory_is_for_one_container_and_shared_volumes_are_on_disk() {
    let source = serde_json::json!({"emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}});
    let (_folder, alone) = made(source.clone(), 1);
    assert_eq!(
        alone,
        Ok(Volume::Memory {
            size_bytes: Some(1 << 20)
        })
    );
    let (_folder, shared) = made(source, 2);
    assert!(matches!(shared, Ok(Volume::Path { .. })), "{shared:?}");
}

#[test]
fn host_paths_are_checked_by_their_type() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let at = |path: &Path, type_: &str| {
        made(
            serde_json::json!({"hostPath": {"path": path, "type": type_}}),
            1,
        )
        .1
        .map(|_| ())
    };
    let failed = |path: &Path, what: &str| {
        let path = path.display();
        Err(format!(
            "MountVolume.SetUp failed for volume \"v\" : hostPath type check failed: {path} is not {what}"
        ))
    };
    assert_eq!(at(folder.path(), "Directory"), Ok(()));
    assert_eq!(at(&file, "Directory"), failed(&file, "a directory"));
    assert_eq!(at(&file, "File"), Ok(()));
    assert_eq!(at(folder.path(), "File"), failed(folder.path(), "a file"));
    assert_eq!(at(&file, "Socket"), failed(&file, "a socket file"));
    assert_eq!(at(Path::new("/dev/null"), "CharDevice"), Ok(()));
    assert_eq!(at(&file, "CharDevice"), failed(&file, "a character device"));
    assert_eq!(at(&file, "BlockDevice"), failed(&file, "a block device"));
    let fresh = folder.path().join("new/folder");
    assert_eq!(at(&fresh, "DirectoryOrCreate"), Ok(()));
    assert!(fresh.is_dir());
    let fresh = folder.path().join("new/file");
    assert_eq!(at(&fresh, "FileOrCreate"), Ok(()));
    assert!(fresh.is_file());
}

#[test]
fn config_maps_become_files_that_change_at_once() {
    let (folder, volume) = made(serde_json::json!({"configMap": {"name": "cm"}}), 1);
    let path = folder.path().join("v");
    assert_eq!(
        volume,
        Ok(Volume::Path {
            path: path.clone(),
            is_read_only: true
        })
    );
    assert_eq!(
        fs::read_link(path.join("a")).unwrap(),
        Path::new("..data/a")
    );
    assert_eq!(fs::read_to_string(path.join("a")).unwrap(), "1");

    let files = Files::from([("b".to_owned(), (b"new".to_vec(), 0o600))]);
    atomic_writer::write(&path, &files, None).unwrap();
    assert_eq!(fs::read_to_string(path.join("b")).unwrap(), "new");
    assert!(
        !path.join("a").exists(),
        "a key that went away takes its file along"
    );
    let versions = fs::read_dir(&path)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert_eq!(
        versions
            .filter(|entry| entry.as_ref().unwrap().file_type().unwrap().is_dir())
            .count(),
        1
    );
}

#[test]
fn items_select_rename_and_set_modes() {
    let items = serde_json::json!([{"key": "a", "path": "deep/er", "mode": 0o400}]);
    let (folder, volume) = made(
        serde_json::json!({"configMap": {"name": "cm", "items": items}}),
        1,
    );
    volume.unwrap();
    let file = folder.path().join("v/deep/er");
    assert_eq!(fs::read_to_string(&file).unwrap(), "1");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o400
    );
    assert!(!folder.path().join("v/b").exists());
}

#[test]
fn what_is_missing_is_said_in_upstreams_words() {
    let failure = |why: &str| Err(format!("MountVolume.SetUp failed for volume \"v\" : {why}"));
    let table = [
        (
            serde_json::json!({"configMap": {"name": "x"}}),
            failure("configmap \"x\" not found"),
        ),
        (
            serde_json::json!({"secret": {"secretName": "x"}}),
            failure("secret \"x\" not found"),
        ),
        (
            serde_json::json!({"configMap": {"name": "cm", "items": [{"key": "z", "path": "z"}]}}),
            failure("references non-existent config key: z"),
        ),
        (
            serde_json::json!({"configMap": {"name": "cm", "items": [{"key": "a", "path": "../out"}]}}),
            failure("path \"../out\" leads out of the volume"),
        ),
    ];
    for (volume, expected) in table {
        assert_eq!(made(volume.clone(), 1).1.map(|_| ()), expected, "{volume}");
    }
    let (_folder, optional) = made(
        serde_json::json!({"configMap": {"name": "x", "optional": true}}),
        1,
    );
    assert!(optional.is_ok());
}

#[test]
fn projected_volumes_join_their_sources() {
    let sources = serde_json::json!([
        {"configMap": {"name": "cm"}},
        {"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}}
    ]);
    let (folder, volume) = made(serde_json::json!({"projected": {"sources": sources}}), 1);
    volume.unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("v/a")).unwrap(), "1");
    assert_eq!(
        fs::read_to_string(folder.path().join("v/labels")).unwrap(),
        "app=\"x\""
    );
}

#[test]
fn a_type_this_release_has_not_says_so() {
    let (_folder, volume) = made(serde_json::json!({"nfs": {"server": "s", "path": "/"}}), 1);
    assert!(
        volume
            .unwrap_err()
            .contains("the Pod asks for another type")
    );
}
