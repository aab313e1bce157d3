//! The environment of a container.
//!
//! Composed from four layers, later ones win: service variables, `envFrom`,
//! `env`. The ConfigMaps and Secrets they name are read beforehand
//! ([`sources`]), so that composing is a pure function with upstream's texts
//! for what is missing.
//!
//! Source: upstream `makeEnvironmentVariables` in kubelet_pods.go.

use std::collections::{BTreeMap, BTreeSet};

use jobyard_api::{Object, core};

use super::{downward, expansion};

/// An object that an environment or a volume takes values from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKind {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

/// The data of the objects that were found; the others are missing.
pub type Sources = BTreeMap<(SourceKind, String), SourceData>;

/// Keys and values of a ConfigMap or Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceData {
    /// `data` as text: what environments take.
    pub text: BTreeMap<String, String>,
    /// All values as bytes, `binaryData` included: what volumes take.
    pub bytes: BTreeMap<String, Vec<u8>>,
}

impl From<&core::ConfigMap> for SourceData {
    fn from(config_map: &core::ConfigMap) -> Self {
        let text: BTreeMap<_, _> = config_map.data.clone().unwrap_or_default();
        let plain = text
            .iter()
            .map(|(key, value)| (key.clone(), value.clone().into_bytes()));
        let binary = config_map
            .binary_data
            .iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.0.clone()));
        Self {
            bytes: plain.chain(binary).collect(),
            text,
        }
    }
}

impl From<&core::Secret> for SourceData {
    fn from(secret: &core::Secret) -> Self {
        let bytes: BTreeMap<_, _> = secret
            .data
            .iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.0.clone()))
            .collect();
        let text = bytes
            .iter()
            .map(|(key, value)| (key.clone(), String::from_utf8_lossy(value).into_owned()))
            .collect();
        Self { text, bytes }
    }
}

/// What the container's environment reads from.
pub fn sources(container: &core::Container) -> BTreeSet<(SourceKind, String)> {
    let whole = container.env_from.iter().flatten().flat_map(|from| {
        let config_map = from
            .config_map_ref
            .as_ref()
            .map(|source| (SourceKind::ConfigMap, source.name.clone()));
        let secret = from
            .secret_ref
            .as_ref()
            .map(|source| (SourceKind::Secret, source.name.clone()));
        [config_map, secret].into_iter().flatten()
    });
    let single = container
        .env
        .iter()
        .flatten()
        .filter_map(|entry| entry.value_from.as_ref())
        .flat_map(|from| {
            let config_map = from
                .config_map_key_ref
                .as_ref()
                .map(|source| (SourceKind::ConfigMap, source.name.clone()));
            let secret = from
                .secret_key_ref
                .as_ref()
                .map(|source| (SourceKind::Secret, source.name.clone()));
            [config_map, secret].into_iter().flatten()
        });
    whole.chain(single).collect()
}

/// Everything a container's environment depends on.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// The Pod.
    pub pod: &'a core::Pod,
    /// The container.
    pub container: &'a core::Container,
    /// What only the node knows of the Pod.
    pub facts: downward::NodeFacts<'a>,
    /// Variables beneath all others: `PATH`, `HOME`, `HOSTNAME`.
    pub base: Vec<(String, String)>,
    /// Variables of services.
    pub services: &'a [(String, String)],
    /// What [`sources`] named and the API has.
    pub sources: &'a Sources,
}

/// The whole environment, or the message of `CreateContainerConfigError`.
pub fn compose(around: &Surroundings<'_>) -> Result<Vec<(String, String)>, String> {
    let mut composed = Environment::default();
    for (name, value) in around.base.iter().chain(around.services) {
        composed.set(name, value.clone());
    }
    for from in around.container.env_from.iter().flatten() {
        add_whole_source(around, from, &mut composed)?;
    }
    for entry in around.container.env.iter().flatten() {
        if let Some(value) = value_of(around, entry, &composed)? {
            composed.set(&entry.name, value);
        }
    }
    Ok(composed.entries)
}

/// Variables in the order they were first set.
#[derive(Debug, Default)]
struct Environment {
    entries: Vec<(String, String)>,
    places: BTreeMap<String, usize>,
}

impl Environment {
    fn set(&mut self, name: &str, value: String) {
        if let Some(place) = self.places.get(name) {
            self.entries[*place].1 = value;
        } else {
            self.places.insert(name.to_owned(), self.entries.len());
            self.entries.push((name.to_owned(), value));
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        Some(&self.entries[*self.places.get(name)?].1)
    }
}

fn add_whole_source(
    around: &Surroundings<'_>,
    from: &core::EnvFromSource,
    composed: &mut Environment,
) -> Result<(), String> {
    let prefix = from.prefix.as_deref().unwrap_or("");
    let named = [
        from.config_map_ref
            .as_ref()
            .map(|source| (SourceKind::ConfigMap, &source.name, source.optional)),
        from.secret_ref
            .as_ref()
            .map(|source| (SourceKind::Secret, &source.name, source.optional)),
    ];
    for (kind, name, optional) in named.into_iter().flatten() {
        match around.sources.get(&(kind, name.clone())) {
            Some(data) => {
                for (key, value) in &data.text {
                    composed.set(&format!("{prefix}{key}"), value.clone());
                }
            }
            None if optional == Some(true) => {}
            None => return Err(not_found(kind, name)),
        }
    }
    Ok(())
}

/// The value of one `env` entry; `None`: it stays unset.
fn value_of(
    around: &Surroundings<'_>,
    entry: &core::EnvVar,
    composed: &Environment,
) -> Result<Option<String>, String> {
    let Some(from) = &entry.value_from else {
        let text = entry.value.as_deref().unwrap_or("");
        return Ok(Some(expansion::expand(text, |name| {
            composed.get(name).map(str::to_owned)
        })));
    };
    if let Some(field) = &from.field_ref {
        return downward::field(around.pod, &field.field_path, &around.facts).map(Some);
    }
    if let Some(resource) = &from.resource_field_ref {
        return downward::resource(around.pod, Some(around.container), resource, &around.facts)
            .map(Some);
    }
    if let Some(source) = &from.config_map_key_ref {
        let optional = source.optional == Some(true);
        return key_of(
            around,
            SourceKind::ConfigMap,
            &source.name,
            &source.key,
            optional,
        );
    }
    if let Some(source) = &from.secret_key_ref {
        let optional = source.optional == Some(true);
        return key_of(
            around,
            SourceKind::Secret,
            &source.name,
            &source.key,
            optional,
        );
    }
    Err(format!(
        "environment variable {} takes its value from a source this node does not have",
        entry.name
    ))
}

fn key_of(
    around: &Surroundings<'_>,
    kind: SourceKind,
    name: &str,
    key: &str,
    optional: bool,
) -> Result<Option<String>, String> {
    let Some(data) = around.sources.get(&(kind, name.to_owned())) else {
        return if optional {
            Ok(None)
        } else {
            Err(not_found(kind, name))
        };
    };
    match data.text.get(key) {
        Some(value) => Ok(Some(value.clone())),
        None if optional => Ok(None),
        None => {
            let namespace = around.pod.key().namespace;
            let kind = match kind {
                SourceKind::ConfigMap => "ConfigMap",
                SourceKind::Secret => "Secret",
            };
            Err(format!(
                "couldn't find key {key} in {kind} {namespace}/{name}"
            ))
        }
    }
}

/// `configmap "x" not found`: the API server's words, which the kubelet passes on.
pub fn not_found(kind: SourceKind, name: &str) -> String {
    match kind {
        SourceKind::ConfigMap => format!("configmap \"{name}\" not found"),
        SourceKind::Secret => format!("secret \"{name}\" not found"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod() -> core::Pod {
        serde_json::from_value(serde_json::json!({
            "metadata": {"name": "p", "namespace": "ns", "uid": "u", "labels": {"app": "x"}},
            "spec": {"nodeName": "n", "serviceAccountName": "sa", "containers": [{"name": "c"}]},
        }))
        .unwrap()
    }

    fn sources() -> Sources {
        let data = |pairs: &[(&str, &str)]| SourceData {
            text: pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            bytes: BTreeMap::new(),
        };
        BTreeMap::from([
            (
                (SourceKind::ConfigMap, "cm".to_owned()),
                data(&[("a", "1"), ("b", "2")]),
            ),
            ((SourceKind::Secret, "s".to_owned()), data(&[("k", "hush")])),
        ])
    }

    fn composed(container: serde_json::Value) -> Result<String, String> {
        let container: core::Container = serde_json::from_value(container).unwrap();
        let (pod, sources) = (pod(), sources());
        let around = Surroundings {
            pod: &pod,
            container: &container,
            facts: downward::NodeFacts {
                host_ip: "10.0.0.1",
                pod_ip: "10.0.0.2",
                cpu_milli: 2_000,
                memory_bytes: 1 << 30,
            },
            base: vec![("PATH".to_owned(), "/bin".to_owned())],
            services: &[("KUBERNETES_PORT".to_owned(), "443".to_owned())],
            sources: &sources,
        };
        let entries = compose(&around)?;
        Ok(entries
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join(" "))
    }

    /// Entries of `env` and `envFrom`, and what follows `PATH` and the service's variable, or the error.
    #[test]
    fn composes_in_layers_with_the_texts_of_upstream() {
        let table = [
            (
                r#"{"env":[{"name":"A","value":"x"},{"name":"B","value":"$(A)-$(NO)-$$(A)"}]}"#,
                Ok("A=x B=x-$(NO)-$(A)"),
            ),
            (
                r#"{"env":[{"name":"P","value":"$(KUBERNETES_PORT)"}]}"#,
                Ok("P=443"),
            ),
            (r#"{"env":[{"name":"E"}]}"#, Ok("E=")),
            (
                r#"{"envFrom":[{"prefix":"X_","configMapRef":{"name":"cm"}}]}"#,
                Ok("X_a=1 X_b=2"),
            ),
            (
                r#"{"envFrom":[{"secretRef":{"name":"s"}}],"env":[{"name":"k","value":"over"}]}"#,
                Ok("k=over"),
            ),
            (
                r#"{"envFrom":[{"configMapRef":{"name":"nope"}}]}"#,
                Err("configmap \"nope\" not found"),
            ),
            (
                r#"{"envFrom":[{"configMapRef":{"name":"nope","optional":true}}]}"#,
                Ok(""),
            ),
            (
                r#"{"env":[{"name":"V","valueFrom":{"configMapKeyRef":{"name":"cm","key":"b"}}}]}"#,
                Ok("V=2"),
            ),
            (
                r#"{"env":[{"name":"V","valueFrom":{"configMapKeyRef":{"name":"cm","key":"z"}}}]}"#,
                Err("couldn't find key z in ConfigMap ns/cm"),
            ),
            (
                r#"{"env":[{"name":"V","valueFrom":{"secretKeyRef":{"name":"s","key":"z"}}}]}"#,
                Err("couldn't find key z in Secret ns/s"),
            ),
            (
                r#"{"env":[{"name":"V","valueFrom":{"secretKeyRef":{"name":"t","key":"z"}}}]}"#,
                Err("secret \"t\" not found"),
            ),
            (
                r#"{"env":[{"name":"V","valueFrom":{"secretKeyRef":{"name":"t","key":"z","optional":true}}}]}"#,
                Ok(""),
            ),
            (
                r#"{"env":[{"name":"V","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}}]}"#,
                Ok("V=x"),
            ),
            (
                r#"{"env":[{"name":"V","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}]}"#,
                Ok("V=10.0.0.2"),
            ),
        ];
        for (container, expected) in table {
            let mut container: serde_json::Value = serde_json::from_str(container).unwrap();
            container["name"] = "c".into();
            let expected = match expected {
                Ok("") => Ok("PATH=/bin KUBERNETES_PORT=443".to_owned()),
                Ok(more) => Ok(format!("PATH=/bin KUBERNETES_PORT=443 {more}")),
                Err(message) => Err(message.to_owned()),
            };
            assert_eq!(composed(container.clone()), expected, "{container}");
        }
    }

    #[test]
    fn a_later_layer_replaces_in_place() {
        let container =
            serde_json::json!({"name": "c", "env": [{"name": "PATH", "value": "/opt:$(PATH)"}]});
        assert_eq!(
            composed(container).unwrap(),
            "PATH=/opt:/bin KUBERNETES_PORT=443"
        );
    }
}
