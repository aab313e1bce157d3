//! A `LabelSelector` inside of an object.
//!
//! Source: apimachinery `pkg/apis/meta/v1/validation`, `ValidateLabelSelector`.

use crate::{
    field::{ErrorList, FieldError, Path},
    meta::LabelSelector,
    validation::{meta, names},
};

/// Every fault of a selector.
pub fn validate(selector: &LabelSelector, path: &Path, errors: &mut ErrorList) {
    meta::labels(
        selector.match_labels.as_ref(),
        &path.child("matchLabels"),
        errors,
    );
    for (index, expression) in selector.match_expressions.iter().flatten().enumerate() {
        let path = path.child("matchExpressions").index(index);
        let values = expression.values.as_deref().unwrap_or_default();
        match expression.operator.as_str() {
            "In" | "NotIn" => {
                if values.is_empty() {
                    errors.push(FieldError::required(
                        &path.child("values"),
                        "must be specified when `operator` is 'In' or 'NotIn'",
                    ));
                }
            }
            "Exists" | "DoesNotExist" => {
                if !values.is_empty() {
                    errors.push(FieldError::forbidden(
                        &path.child("values"),
                        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                    ));
                }
            }
            unknown => errors.push(FieldError::invalid(
                &path.child("operator"),
                unknown,
                "not a valid selector operator",
            )),
        }
        for why in names::qualified_name(&expression.key) {
            errors.push(FieldError::invalid(
                &path.child("key"),
                &expression.key,
                why,
            ));
        }
        for (index, value) in values.iter().enumerate() {
            for why in names::label_value(value) {
                errors.push(FieldError::invalid(
                    &path.child("values").index(index),
                    value,
                    why,
                ));
            }
        }
    }
}
