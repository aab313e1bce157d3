//! A registry to test with, and objects to put into it.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use jobyard_api::{ObjectKey, Timestamp, batch, core, meta::ObjectMeta};
use jobyard_registry::{
    Names, Options, Registry,
    request::{Body, BodyFormat, Context, FieldValidation, ListRequest, User, WriteOptions},
    resource::Resource,
};

/// How many events the kinds of a test's registry remember.
pub(crate) const HISTORY: usize = 100;

pub(crate) fn at(time: &str) -> Context {
    Context {
        user: Arc::new(User {
            name: "system:admin".to_owned(),
            groups: vec!["system:masters".to_owned()],
        }),
        now: time.parse::<Timestamp>().unwrap(),
    }
}

pub(crate) fn cx() -> Context {
    at("2026-01-01T00:00:00.5Z")
}

pub(crate) fn options() -> Options {
    Options {
        names: Names::seeded(7),
        history_events_max: HISTORY,
        ..Options::default()
    }
}

pub(crate) fn registry() -> Registry {
    Registry::in_memory(&cx(), options()).unwrap()
}

pub(crate) fn jobs(registry: &Registry) -> &dyn Resource {
    registry.resource("batch", "v1", "jobs").unwrap()
}

pub(crate) fn maps(registry: &Registry) -> &dyn Resource {
    registry.resource("", "v1", "configmaps").unwrap()
}

pub(crate) fn metadata(name: &str) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some("default".to_owned()),
        ..ObjectMeta::default()
    }
}

pub(crate) fn config_map(name: &str, value: &str) -> core::ConfigMap {
    core::ConfigMap {
        metadata: metadata(name),
        data: Some(BTreeMap::from([("key".to_owned(), value.to_owned())])),
        ..core::ConfigMap::default()
    }
}

pub(crate) fn labelled(name: &str, label: &str) -> core::ConfigMap {
    let mut map = config_map(name, "1");
    map.metadata.labels = Some([("app".to_owned(), label.to_owned())].into());
    map
}

pub(crate) fn pod_spec() -> core::PodSpec {
    core::PodSpec {
        containers: vec![core::Container {
            name: "main".to_owned(),
            image: Some("busybox".to_owned()),
            ..core::Container::default()
        }],
        termination_grace_period_seconds: Some(30),
        restart_policy: Some("Never".to_owned()),
        ..core::PodSpec::default()
    }
}

pub(crate) fn pod(name: &str) -> core::Pod {
    core::Pod {
        metadata: metadata(name),
        spec: Some(pod_spec()),
        ..core::Pod::default()
    }
}

pub(crate) fn job(name: &str) -> batch::Job {
    batch::Job {
        metadata: metadata(name),
        spec: Some(batch::JobSpec {
            template: core::PodTemplateSpec {
                metadata: None,
                spec: Some(pod_spec()),
            },
            ..batch::JobSpec::default()
        }),
        ..batch::Job::default()
    }
}

pub(crate) fn key(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

pub(crate) fn body(object: &impl serde::Serialize) -> Body {
    Body {
        format: BodyFormat::Json,
        bytes: serde_json::to_vec(object).unwrap().into(),
    }
}

pub(crate) fn text(json: &'static str) -> Body {
    Body {
        format: BodyFormat::Json,
        bytes: Bytes::from_static(json.as_bytes()),
    }
}

pub(crate) fn strict() -> WriteOptions {
    WriteOptions {
        field_validation: FieldValidation::Strict,
        field_manager: "test".to_owned(),
        ..WriteOptions::default()
    }
}

pub(crate) fn list() -> ListRequest {
    ListRequest {
        namespace: Some("default".to_owned()),
        ..ListRequest::default()
    }
}

pub(crate) fn quantity(text: &str) -> k8s_openapi::apimachinery::pkg::api::resource::Quantity {
    k8s_openapi::apimachinery::pkg::api::resource::Quantity(text.to_owned())
}
