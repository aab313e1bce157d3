//! ConfigMaps, Secrets and ServiceAccounts: data, and who may use it.
//!
//! An object marked immutable stays so; that is what lets a node skip re-reading
//! it.
//!
//! Source: upstream `ValidateConfigMap`, `ValidateSecret`,
//! `ValidateServiceAccount` and their `Update` forms.

use std::collections::BTreeMap;

use crate::{
    core::{ConfigMap, Secret, ServiceAccount},
    defaults,
    field::{ErrorList, FieldError, Path},
    validation::{meta, names},
};

use super::Strategy;

/// Most bytes of data in one object.
const DATA_BYTES_MAX: usize = 1024 * 1024;

impl Strategy for ConfigMap {
    fn validate_own(&self) -> ErrorList {
        let mut errors = meta::object_meta(&self.metadata, true, names::dns_subdomain);
        let mut bytes = 0;
        for (key, value) in self.data.iter().flatten() {
            let path = Path::new("data").key(key);
            data_key(key, &path, &mut errors);
            if self
                .binary_data
                .as_ref()
                .is_some_and(|data| data.contains_key(key))
            {
                errors.push(FieldError::invalid(
                    &path,
                    key,
                    "duplicate of key present in binaryData",
                ));
            }
            bytes += value.len();
        }
        for (key, value) in self.binary_data.iter().flatten() {
            data_key(key, &Path::new("binaryData").key(key), &mut errors);
            bytes += value.0.len();
        }
        if bytes > DATA_BYTES_MAX {
            errors.push(FieldError::too_long(&Path::new("[]"), DATA_BYTES_MAX));
        }
        errors
    }

    fn validate_own_update(&self, old: &Self) -> ErrorList {
        let mut errors = meta::object_meta_update(&self.metadata, &old.metadata);
        if old.immutable == Some(true) {
            stays_immutable(self.immutable, &mut errors);
            for (name, changed) in [
                (
                    "data",
                    filled(self.data.as_ref()) != filled(old.data.as_ref()),
                ),
                (
                    "binaryData",
                    filled(self.binary_data.as_ref()) != filled(old.binary_data.as_ref()),
                ),
            ] {
                if changed {
                    errors.push(FieldError::forbidden(
                        &Path::new(name),
                        "field is immutable when `immutable` is set",
                    ));
                }
            }
        }
        errors.extend(self.validate_own());
        errors
    }
}

impl Strategy for Secret {
    fn apply_defaults(&mut self) {
        defaults::secret(self);
    }

    fn validate_own(&self) -> ErrorList {
        let mut errors = meta::object_meta(&self.metadata, true, names::dns_subdomain);
        let path = Path::new("data");
        let mut bytes = 0;
        for (key, value) in self.data.iter().flatten() {
            data_key(key, &path.key(key), &mut errors);
            bytes += value.0.len();
        }
        if bytes > DATA_BYTES_MAX {
            errors.push(FieldError::too_long(&path, DATA_BYTES_MAX));
        }
        secret_type(self, &path, &mut errors);
        errors
    }

    fn prepare_update(&mut self, old: &Self) {
        // A client that does not know the type does not change it.
        if self.type_.as_deref().unwrap_or("").is_empty() {
            self.type_.clone_from(&old.type_);
        }
    }

    fn validate_own_update(&self, old: &Self) -> ErrorList {
        let mut errors = meta::object_meta_update(&self.metadata, &old.metadata);
        meta::immutable(&self.type_, &old.type_, &Path::new("type"), &mut errors);
        if old.immutable == Some(true) {
            stays_immutable(self.immutable, &mut errors);
            if filled(self.data.as_ref()) != filled(old.data.as_ref()) {
                errors.push(FieldError::forbidden(
                    &Path::new("data"),
                    "field is immutable when `immutable` is set",
                ));
            }
        }
        errors.extend(self.validate_own());
        errors
    }

    fn selectable_field(&self, name: &str) -> Option<String> {
        (name == "type").then(|| self.type_.clone().unwrap_or_default())
    }
}

impl Strategy for ServiceAccount {
    fn validate_own(&self) -> ErrorList {
        meta::object_meta(&self.metadata, true, names::dns_subdomain)
    }

    fn validate_own_update(&self, old: &Self) -> ErrorList {
        let mut errors = meta::object_meta_update(&self.metadata, &old.metadata);
        errors.extend(self.validate_own());
        errors
    }
}

fn data_key(key: &str, path: &Path, errors: &mut ErrorList) {
    for why in names::config_map_key(key) {
        errors.push(FieldError::invalid(path, key, why));
    }
}

/// Absent data is empty data.
fn filled<K, V>(data: Option<&BTreeMap<K, V>>) -> Option<&BTreeMap<K, V>> {
    data.filter(|data| !data.is_empty())
}

fn stays_immutable(immutable: Option<bool>, errors: &mut ErrorList) {
    if immutable != Some(true) {
        errors.push(FieldError::forbidden(
            &Path::new("immutable"),
            "field is immutable when `immutable` is set",
        ));
    }
}

/// Some types promise certain keys.
fn secret_type(secret: &Secret, path: &Path, errors: &mut ErrorList) {
    let value = |key: &str| secret.data.as_ref().and_then(|data| data.get(key));
    let mut required = |key: &str| {
        if value(key).is_none() {
            errors.push(FieldError::required(&path.key(key), ""));
        }
    };
    match secret.type_.as_deref().unwrap_or("") {
        "kubernetes.io/service-account-token" => {
            const OWNER: &str = "kubernetes.io/service-account.name";
            let annotations = secret.metadata.annotations.as_ref();
            let owner = annotations.and_then(|annotations| annotations.get(OWNER));
            if owner.is_none_or(String::is_empty) {
                let path = Path::new("metadata").child("annotations").key(OWNER);
                errors.push(FieldError::required(&path, ""));
            }
        }
        "kubernetes.io/tls" => {
            required("tls.crt");
            required("tls.key");
        }
        "kubernetes.io/ssh-auth" => required("ssh-privatekey"),
        "kubernetes.io/basic-auth"
            if value("username").is_none() && value("password").is_none() =>
        {
            required("username");
            required("password");
        }
        "kubernetes.io/dockerconfigjson" => {
            required(".dockerconfigjson");
            is_json(
                value(".dockerconfigjson"),
                ".dockerconfigjson",
                path,
                errors,
            );
        }
        "kubernetes.io/dockercfg" => {
            required(".dockercfg");
            is_json(value(".dockercfg"), ".dockercfg", path, errors);
        }
        _ => {}
    }
}

fn is_json(
    value: Option<&k8s_openapi::ByteString>,
    key: &str,
    path: &Path,
    errors: &mut ErrorList,
) {
    let Some(value) = value else { return };
    if let Err(why) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&value.0)
    {
        // The secret itself is never printed.
        errors.push(FieldError::invalid(
            &path.key(key),
            "<secret contents redacted>",
            why.to_string(),
        ));
    }
}
