//! The manifests in `examples/` are what users start from: each must pass the
//! strictest decoding and validation without a warning.

use std::{collections::BTreeSet, path::Path};

use jobyard_api::{
    Object, Strategy,
    batch::Job,
    decode::{BodyFormat, FieldValidation, decode, documents},
};

const EXAMPLES: &[(&str, &str)] = &[
    ("myjob.yaml", include_str!("../../../examples/myjob.yaml")),
    ("new.yaml", include_str!("../../../examples/new.yaml")),
    ("old.yaml", include_str!("../../../examples/old.yaml")),
    (
        "pi-backoff-0.yaml",
        include_str!("../../../examples/pi-backoff-0.yaml"),
    ),
    (
        "pi-host.yaml",
        include_str!("../../../examples/pi-host.yaml"),
    ),
    (
        "pi-with-timeout.yaml",
        include_str!("../../../examples/pi-with-timeout.yaml"),
    ),
    (
        "pi-with-ttl.yaml",
        include_str!("../../../examples/pi-with-ttl.yaml"),
    ),
    ("pi.yaml", include_str!("../../../examples/pi.yaml")),
    (
        "suspended.yaml",
        include_str!("../../../examples/suspended.yaml"),
    ),
    ("train.yaml", include_str!("../../../examples/train.yaml")),
];

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the list above is compared with the folder"
)]
fn every_example_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder of examples")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        // Rights for a controller on another cluster: no Job.
        .filter(|name| name != "controller-rbac.yaml")
        .collect();
    let listed: BTreeSet<String> = EXAMPLES
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(found, listed);
}

#[test]
fn every_example_is_valid_without_a_warning() {
    for (file, text) in EXAMPLES {
        let read = decode::<Job>(text.as_bytes(), BodyFormat::Yaml, FieldValidation::Strict)
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut job = read.object;
        let name = file.trim_end_matches(".yaml");
        assert_eq!(&*job.key().name, name, "{file}");
        job.apply_defaults();
        job.metadata.namespace = Some("default".to_owned());
        job.metadata.uid = Some("a8f3d00d-c6d2-11e5-9f87-42010af00002".to_owned());
        job.prepare_create();
        assert_eq!(*job.validate(), [], "{file}");
        assert_eq!(job.warnings(), Vec::<String>::new(), "{file}");
    }
}

#[test]
fn every_example_is_one_document() {
    for (file, text) in EXAMPLES {
        let found = documents(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(found.len(), 1, "{file}");
        let first = text.lines().nth(found[0].line - 1);
        assert_eq!(first, Some("apiVersion: batch/v1"), "{file}");
    }
}
