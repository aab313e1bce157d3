//! Events: what happened to another object.
//!
//! Two forms: the old one, whose namespace must be its object's, and the one with
//! `eventTime`, which must say who reports.
//!
//! Source: upstream `pkg/apis/core/validation/events.go`, `legacyValidateEvent`.

use crate::{
    core::Event,
    field::{ErrorList, FieldError, Path},
    validation::names,
};

use super::Strategy;

/// Longest reason, action and reporting instance.
const WORDS_MAX: usize = 128;
/// Longest message.
const MESSAGE_MAX: usize = 1024;

impl Strategy for Event {
    fn validate_own(&self) -> ErrorList {
        let mut errors = ErrorList::new();
        let namespace = self.metadata.namespace.as_deref().unwrap_or("");
        let involved = self.involved_object.namespace.as_deref().unwrap_or("");
        let agrees = match (self.event_time.is_some(), involved) {
            (false, "") => matches!(namespace, "" | "default"),
            (true, "") => matches!(namespace, "default" | "kube-system"),
            (false, involved) => involved == namespace,
            (true, _) => true,
        };
        if !agrees {
            errors.push(FieldError::invalid(
                &Path::new("involvedObject").child("namespace"),
                involved,
                "does not match event.namespace",
            ));
        }
        if self.event_time.is_some() {
            reporter(self, &mut errors);
        }
        for why in names::dns_subdomain(namespace) {
            errors.push(FieldError::invalid(&Path::new("namespace"), namespace, why));
        }
        errors
    }

    fn validate_own_update(&self, _old: &Self) -> ErrorList {
        self.validate_own()
    }

    fn selectable_field(&self, name: &str) -> Option<String> {
        let object = &self.involved_object;
        let component = self
            .reporting_component
            .clone()
            .filter(|name| !name.is_empty());
        let value = match name {
            "involvedObject.kind" => object.kind.clone(),
            "involvedObject.namespace" => object.namespace.clone(),
            "involvedObject.name" => object.name.clone(),
            "involvedObject.uid" => object.uid.clone(),
            "involvedObject.apiVersion" => object.api_version.clone(),
            "involvedObject.resourceVersion" => object.resource_version.clone(),
            "involvedObject.fieldPath" => object.field_path.clone(),
            "reason" => self.reason.clone(),
            "reportingComponent" => component,
            "source" => {
                let source = self.source.as_ref();
                let source = source.and_then(|source| source.component.clone());
                source.filter(|name| !name.is_empty()).or(component)
            }
            "type" => self.type_.clone(),
            _ => return None,
        };
        Some(value.unwrap_or_default())
    }
}

fn reporter(event: &Event, errors: &mut ErrorList) {
    let component = event.reporting_component.as_deref().unwrap_or("");
    let path = Path::new("reportingComponent");
    if component.is_empty() {
        errors.push(FieldError::required(&path, ""));
    }
    for why in names::qualified_name(component) {
        errors.push(FieldError::invalid(&path, component, why));
    }
    for (name, value) in [
        ("reportingInstance", &event.reporting_instance),
        ("action", &event.action),
        ("reason", &event.reason),
    ] {
        let length = value.as_deref().unwrap_or("").len();
        if length == 0 {
            errors.push(FieldError::required(&Path::new(name), ""));
        }
        if length > WORDS_MAX {
            errors.push(FieldError::invalid(
                &Path::new(name),
                "",
                format!("can have at most {WORDS_MAX} characters"),
            ));
        }
    }
    if event.message.as_deref().unwrap_or("").len() > MESSAGE_MAX {
        errors.push(FieldError::invalid(
            &Path::new("message"),
            "",
            format!("can have at most {MESSAGE_MAX} characters"),
        ));
    }
}
