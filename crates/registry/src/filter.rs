//! What a client's list or watch is about.
//!
//! Source: apiserver `pkg/storage/selection_predicate.go`.

use jobyard_api::{
    Object, StatusError,
    selector::{FieldSelector, LabelSelector},
};

use crate::{habits::Rules, request::ListRequest, version::Version};

/// Namespace, name and selectors of one request.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
    labels: LabelSelector,
    fields: FieldSelector,
}

impl Filter {
    pub(crate) fn parse<K: Object>(request: &ListRequest) -> Result<Self, StatusError> {
        let labels =
            LabelSelector::parse(&request.label_selector).map_err(StatusError::bad_request)?;
        let fields = FieldSelector::parse(&request.field_selector, K::RESOURCE)
            .map_err(StatusError::bad_request)?;
        let exact = |field| fields.exact(field).map(str::to_owned);
        Ok(Self {
            namespace: request
                .namespace
                .clone()
                .or_else(|| exact("metadata.namespace")),
            name: request.name.clone().or_else(|| exact("metadata.name")),
            labels,
            fields,
        })
    }

    /// Whether only namespace and name matter.
    pub(crate) fn has_no_selector(&self) -> bool {
        self.labels.is_everything() && self.fields.is_everything()
    }

    /// Whether that version is asked for; cheap questions come first.
    pub(crate) fn matches<K: Object>(&self, version: &Version<K>, rules: &Rules<K>) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        is(&self.namespace, &version.key.namespace)
            && is(&self.name, &version.key.name)
            && (self.labels.is_everything()
                || version.with_labels(|labels| self.labels.matches(labels)))
            && (self.fields.is_everything() || self.fields_match(version, rules))
    }

    fn fields_match<K: Object>(&self, version: &Version<K>, rules: &Rules<K>) -> bool {
        let object = std::cell::OnceCell::new();
        self.fields.matches(|name| match name {
            "metadata.name" => Some(version.key.name.to_string()),
            "metadata.namespace" => Some(version.key.namespace.to_string()),
            "spec.nodeName" => Some(version.node.to_string()),
            other => (rules.selectable_field)(object.get_or_init(|| version.object()), other),
        })
    }
}
