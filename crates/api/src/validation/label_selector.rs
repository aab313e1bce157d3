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
        requirement(
            &expression.key,
            &expression.operator,
            expression.values.as_deref().unwrap_or_default(),
            &path.child("matchExpressions").index(index),
            errors,
        );
    }
}

/// A key, an operator and its values, as the labels of any object are asked for.
pub(super) fn requirement(
    key: &str,
    operator: &str,
    values: &[String],
    path: &Path,
    errors: &mut ErrorList,
) {
    match operator {
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
    key_and_values(key, values, path, errors);
}

/// How the key and the values are written, whatever the operator.
pub(super) fn key_and_values(key: &str, values: &[String], path: &Path, errors: &mut ErrorList) {
    for why in names::qualified_name(key) {
        errors.push(FieldError::invalid(&path.child("key"), key, why));
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
