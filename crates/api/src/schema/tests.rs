//! The table is what its readers rely on, and says what the specification says.

use super::*;

#[test]
fn the_table_is_sorted_as_its_searches_need() {
    assert!(generated::DEFINITIONS.is_sorted_by_key(|one| one.name));
    assert!(generated::KINDS.is_sorted());
    for definition in generated::DEFINITIONS {
        let found = Definition::by_name(definition.name);
        assert!(found.is_some_and(|found| std::ptr::eq(found, *definition)));
        for field in definition.fields {
            let found = definition.field(field.name);
            assert!(
                found.is_some_and(|found| std::ptr::eq(found, field)),
                "{}.{}",
                definition.name,
                field.name
            );
        }
    }
}

/// The field at this path, through lists.
fn field(definition: &str, path: &str) -> &'static Field {
    let mut definition = Definition::by_name(definition).expect(definition);
    let mut parts = path.split('.').peekable();
    loop {
        let part = parts.next().expect("a path");
        let field = definition.field(part).expect(path);
        if parts.peek().is_none() {
            return field;
        }
        definition = match field.ty {
            Type::Object(next) | Type::List(&Type::Object(next)) => next,
            other => panic!("{part} of {path} is a {other}"),
        };
    }
}

/// Section 9 of the specification of the API server.
#[test]
fn lists_are_shared_as_the_specification_says() {
    const POD: &str = "io.k8s.api.core.v1.Pod";
    const JOB: &str = "io.k8s.api.batch.v1.Job";
    for (definition, path, expected) in [
        (POD, "spec.containers", ListKind::Map(&["name"])),
        (POD, "spec.initContainers", ListKind::Map(&["name"])),
        (POD, "spec.ephemeralContainers", ListKind::Map(&["name"])),
        (POD, "spec.volumes", ListKind::Map(&["name"])),
        (POD, "spec.containers.env", ListKind::Map(&["name"])),
        (POD, "spec.imagePullSecrets", ListKind::Map(&["name"])),
        (POD, "spec.schedulingGates", ListKind::Map(&["name"])),
        (
            POD,
            "spec.containers.ports",
            ListKind::Map(&["containerPort", "protocol"]),
        ),
        (
            POD,
            "spec.containers.volumeMounts",
            ListKind::Map(&["mountPath"]),
        ),
        (
            POD,
            "spec.containers.volumeDevices",
            ListKind::Map(&["devicePath"]),
        ),
        (POD, "spec.hostAliases", ListKind::Map(&["ip"])),
        (
            POD,
            "spec.topologySpreadConstraints",
            ListKind::Map(&["topologyKey", "whenUnsatisfiable"]),
        ),
        (POD, "metadata.ownerReferences", ListKind::Map(&["uid"])),
        (POD, "metadata.finalizers", ListKind::Set),
        (POD, "status.conditions", ListKind::Map(&["type"])),
        (POD, "status.podIPs", ListKind::Map(&["ip"])),
        (POD, "spec.containers.command", ListKind::Atomic),
        (POD, "spec.containers.args", ListKind::Atomic),
        (POD, "spec.containers.envFrom", ListKind::Atomic),
        (POD, "spec.tolerations", ListKind::Atomic),
        (POD, "spec.readinessGates", ListKind::Atomic),
        (POD, "status.containerStatuses", ListKind::Atomic),
        (JOB, "status.conditions", ListKind::Atomic),
        (
            JOB,
            "status.uncountedTerminatedPods.succeeded",
            ListKind::Set,
        ),
        (JOB, "status.uncountedTerminatedPods.failed", ListKind::Set),
        (JOB, "spec.podFailurePolicy.rules", ListKind::Atomic),
        (
            JOB,
            "spec.podFailurePolicy.rules.onExitCodes.values",
            ListKind::Set,
        ),
        (JOB, "spec.successPolicy.rules", ListKind::Atomic),
    ] {
        assert_eq!(field(definition, path).list, Some(expected), "{path}");
    }
    assert!(field(POD, "spec.nodeSelector").is_atomic);
    let selector = Definition::by_name("io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector");
    assert!(selector.expect("a LabelSelector").is_atomic);
}

#[test]
fn types_are_named_as_go_names_them() {
    for (path, expected) in [
        ("spec.parallelism", "int32"),
        ("spec.activeDeadlineSeconds", "int64"),
        ("spec.suspend", "bool"),
        ("spec.completionMode", "v1.CompletionMode"),
        ("spec.template", "v1.PodTemplateSpec"),
        ("spec.template.spec.containers", "[]v1.Container"),
        ("spec.template.spec.containers.command", "[]string"),
        (
            "spec.template.spec.containers.resources.limits",
            "v1.ResourceList",
        ),
        ("metadata.labels", "map[string]string"),
        ("metadata.uid", "types.UID"),
    ] {
        assert_eq!(
            field("io.k8s.api.batch.v1.Job", path).go_type(),
            expected,
            "{path}"
        );
    }
}

#[test]
fn kinds_are_known_whether_served_or_not() {
    assert!(is_known_kind("apps", "v1", "Deployment"));
    assert!(is_known_kind("", "v1", "Pod"));
    assert!(!is_known_kind("batch", "v2", "Job"));
    let job = Definition::by_kind("batch", "v1", "Job").expect("a Job");
    assert_eq!(
        (job.go_name(), job.name),
        ("Job", "io.k8s.api.batch.v1.Job")
    );
}
