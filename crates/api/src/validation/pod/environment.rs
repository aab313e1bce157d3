//! Environment variables and where their values come from.
//!
//! Source: upstream `ValidateEnv`, `ValidateEnvFrom`,
//! `validateObjectFieldSelector`, `validateContainerResourceFieldSelector`,
//! `ConvertDownwardAPIFieldLabel`.

use crate::{
    core::{Container, EnvFromSource, EnvVar, ObjectFieldSelector, ResourceFieldSelector},
    field::{ErrorList, FieldError, Path},
    quantity::Quantity,
    validation::names,
};

/// What an environment variable can take from its own Pod.
const FIELDS_OF_VARIABLES: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// What a file of a volume can take from its own Pod.
pub(super) const FIELDS_OF_VOLUMES: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];
/// Every field with a name in the downward API, whether it can be had or not.
const FIELDS_KNOWN: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// `env` and `envFrom` of a container.
pub(super) fn variables(container: &Container, path: &Path, errors: &mut ErrorList) {
    for (index, variable) in container.env.iter().flatten().enumerate() {
        let path = path.child("env").index(index);
        if variable.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), ""));
        } else {
            for why in names::environment_variable(&variable.name) {
                errors.push(FieldError::invalid(
                    &path.child("name"),
                    &variable.name,
                    why,
                ));
            }
        }
        value_from(variable, &path.child("valueFrom"), errors);
    }
    let list = path.child("envFrom");
    for (index, source) in container.env_from.iter().flatten().enumerate() {
        env_from(source, &list, index, errors);
    }
}

fn value_from(variable: &EnvVar, path: &Path, errors: &mut ErrorList) {
    let Some(source) = &variable.value_from else {
        return;
    };
    let mut sources = 0;
    if let Some(field) = &source.field_ref {
        sources += 1;
        object_field(field, FIELDS_OF_VARIABLES, &path.child("fieldRef"), errors);
    }
    if let Some(resource) = &source.resource_field_ref {
        sources += 1;
        resource_field(resource, false, &path.child("resourceFieldRef"), errors);
    }
    if let Some(selector) = &source.config_map_key_ref {
        sources += 1;
        key_selector(
            &selector.name,
            &selector.key,
            &path.child("configMapKeyRef"),
            errors,
        );
    }
    if let Some(selector) = &source.secret_key_ref {
        sources += 1;
        key_selector(
            &selector.name,
            &selector.key,
            &path.child("secretKeyRef"),
            errors,
        );
    }
    if source.file_key_ref.is_some() {
        sources += 1;
    }
    let has_value = !variable.value.as_deref().unwrap_or("").is_empty();
    let why = match sources {
        0 => {
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        }
        _ if has_value => "may not be specified when `value` is not empty",
        1 => return,
        _ => "may not have more than one field specified at a time",
    };
    errors.push(FieldError::invalid(path, "", why));
}

/// Upstream reports the number of sources at the list, not at the entry.
fn env_from(source: &EnvFromSource, list: &Path, index: usize, errors: &mut ErrorList) {
    let path = list.index(index);
    if let Some(prefix) = source.prefix.as_deref().filter(|prefix| !prefix.is_empty()) {
        for why in names::environment_variable(prefix) {
            errors.push(FieldError::invalid(&path.child("prefix"), prefix, why));
        }
    }
    let mut sources = 0;
    if let Some(reference) = &source.config_map_ref {
        sources += 1;
        if reference.name.is_empty() {
            errors.push(FieldError::required(
                &path.child("configMapRef").child("name"),
                "",
            ));
        }
    }
    if let Some(reference) = &source.secret_ref {
        sources += 1;
        if reference.name.is_empty() {
            errors.push(FieldError::required(
                &path.child("secretRef").child("name"),
                "",
            ));
        }
    }
    match sources {
        0 => errors.push(FieldError::invalid(
            list,
            "",
            "must specify one of: `configMapRef` or `secretRef`",
        )),
        1 => {}
        _ => errors.push(FieldError::invalid(
            list,
            "",
            "may not have more than one field specified at a time",
        )),
    }
}

fn key_selector(name: &str, key: &str, path: &Path, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(FieldError::required(&path.child("name"), ""));
    }
    if key.is_empty() {
        errors.push(FieldError::required(&path.child("key"), ""));
    } else {
        for why in names::config_map_key(key) {
            errors.push(FieldError::invalid(&path.child("key"), key, why));
        }
    }
}

/// A field of the Pod, from which a variable or a file takes its value.
pub(super) fn object_field(
    selector: &ObjectFieldSelector,
    supported: &[&str],
    path: &Path,
    errors: &mut ErrorList,
) {
    let version = selector.api_version.as_deref().unwrap_or("");
    let field = selector.field_path.as_str();
    if version.is_empty() {
        errors.push(FieldError::required(&path.child("apiVersion"), ""));
        return;
    }
    if field.is_empty() {
        errors.push(FieldError::required(&path.child("fieldPath"), ""));
        return;
    }
    let subscripted = field
        .strip_suffix("']")
        .and_then(|rest| rest.split_once("['"));
    let fault = match (version, subscripted) {
        ("v1", None) if FIELDS_KNOWN.contains(&field) || field == "spec.host" => None,
        ("v1", None) => Some(format!("field label not supported: {field}")),
        ("v1", Some(("metadata.annotations" | "metadata.labels", _))) => None,
        ("v1", Some(_)) => Some(format!("field label does not support subscript: {field}")),
        (other, _) => Some(format!("unsupported pod version: {other}")),
    };
    if let Some(why) = fault {
        errors.push(FieldError::invalid(
            &path.child("fieldPath"),
            field,
            format!("error converting fieldPath: {why}"),
        ));
        return;
    }
    if let Some((map, key)) = subscripted {
        let key = if map == "metadata.annotations" {
            key.to_lowercase()
        } else {
            key.to_owned()
        };
        for why in names::qualified_name(&key) {
            errors.push(FieldError::invalid(path, &key, why));
        }
        return;
    }
    // The old name of spec.nodeName.
    let field = if field == "spec.host" {
        "spec.nodeName"
    } else {
        field
    };
    if !supported.contains(&field) {
        errors.push(FieldError::not_supported(
            &path.child("fieldPath"),
            field,
            supported,
        ));
    }
}

/// An amount of a container's resources; in a volume the container must be named.
pub(super) fn resource_field(
    selector: &ResourceFieldSelector,
    in_volume: bool,
    path: &Path,
    errors: &mut ErrorList,
) {
    let resource = selector.resource.as_str();
    let huge = ["limits.hugepages-", "requests.hugepages-"]
        .iter()
        .any(|prefix| resource.starts_with(prefix));
    if in_volume && selector.container_name.as_deref().unwrap_or("").is_empty() {
        errors.push(FieldError::required(&path.child("containerName"), ""));
    } else if resource.is_empty() {
        errors.push(FieldError::required(&path.child("resource"), ""));
    } else if !huge && !RESOURCES.contains(&resource) {
        errors.push(FieldError::not_supported(
            &path.child("resource"),
            resource,
            RESOURCES,
        ));
    }
    divisor(selector, path, errors);
}

fn divisor(selector: &ResourceFieldSelector, path: &Path, errors: &mut ErrorList) {
    const BYTES: &str = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei";
    let Some(divisor) = &selector.divisor else {
        return;
    };
    if Quantity::from(divisor).is_zero() {
        return;
    }
    let (allowed, of) = match selector.resource.split_once('.').map(|(_, name)| name) {
        Some("cpu") => ("1m, 1", "cpu"),
        Some("memory") => (BYTES, "memory"),
        Some("ephemeral-storage") => (BYTES, "local ephemeral storage"),
        Some(name) if name.starts_with("hugepages-") => (BYTES, "hugepages"),
        _ => return,
    };
    if !allowed.split(", ").any(|one| one == divisor.0) {
        let list = if of == "cpu" { "1m and 1" } else { allowed };
        errors.push(FieldError::invalid(
            &path.child("divisor"),
            &selector.resource,
            format!("only divisor's values {list} are supported with the {of} resource"),
        ));
    }
}
