//! delete and deletecollection.
//!
//! Options come in the body or, when there is none, in the query; both are used
//! by clients (kubectl and Python).

use http::{Response, StatusCode};
use jobyard_api::{
    StatusError,
    decode::{FieldValidation, decode_as},
    field::{ErrorList, FieldError, Path},
    meta::{self, StatusDetails},
};
use jobyard_registry::request::{DeleteOptions, Deleted, Propagation};

use super::{Call, options};
use crate::{
    negotiation, request_body,
    response::{self, Body},
};

/// DELETE on the object.
pub(super) async fn delete(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let wire = wire_options(call)?;
    let asks_to_wait = wire.orphan_dependents == Some(false);
    let options = read(wire)?;
    let deleted = match call.resource.delete(&call.cx, &call.key(), &options) {
        Ok(deleted) => deleted,
        Err(error) => {
            // The warning concerns the request, whatever became of it.
            let mut response = call.style(accepted).error(&error);
            let warning = call.resource.deletion_warning(&options);
            response::add_warnings(response.headers_mut(), warning.as_slice());
            return Ok(response);
        }
    };
    call.durable(deleted.revision).await?;

    let status = if !deleted.gone && asks_to_wait {
        StatusCode::ACCEPTED
    } else {
        StatusCode::OK
    };
    let mut response = if deleted.answer_is_object {
        let json = call.transform(accepted)?.object(&deleted.object, true)?;
        call.style(accepted).answer(status, &json)
    } else {
        let json = response::status_json(&success(call, &deleted));
        call.style(accepted).answer(status, &json)
    };
    response::add_warnings(response.headers_mut(), &deleted.warnings);
    Ok(response)
}

/// DELETE on the collection: the list of what was selected.
pub(super) async fn delete_collection(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let options = read(wire_options(call)?)?;
    let request = options::list_request(call)?;
    let list = call
        .resource
        .delete_collection(&call.cx, &request, &options)?;
    call.durable(list.revision).await?;
    call.list_answer(accepted, &call.transform(accepted)?, &list)
}

fn success(call: &Call<'_>, deleted: &Deleted) -> meta::Status {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    meta::Status {
        status: Some("Success".to_owned()),
        details: Some(StatusDetails {
            name: text(&deleted.object.key.name),
            group: text(call.info.group),
            kind: text(call.info.plural),
            uid: text(deleted.object.uid.as_str()),
            ..StatusDetails::default()
        }),
        ..meta::Status::default()
    }
}

/// The options as the client wrote them.
fn wire_options(call: &Call<'_>) -> Result<meta::DeleteOptions, StatusError> {
    if !call.body.is_empty() {
        // Some clients send `null` for no options, which reads as an empty object.
        let options = decode_as(
            ("meta.k8s.io", "v1", "DeleteOptions"),
            &call.body,
            request_body::format(&call.headers)?,
            FieldValidation::Ignore,
        )?;
        return Ok(options.object);
    }
    let query = &call.query;
    let policy = query.text("propagationPolicy");
    let dry_run: Vec<String> = query.values("dryRun").map(str::to_owned).collect();
    Ok(meta::DeleteOptions {
        propagation_policy: (!policy.is_empty()).then(|| policy.to_owned()),
        orphan_dependents: query.optional_flag("orphanDependents"),
        grace_period_seconds: query.integer("gracePeriodSeconds")?,
        dry_run: (!dry_run.is_empty()).then_some(dry_run),
        ..meta::DeleteOptions::default()
    })
}

/// Checks the options.
///
/// Source: apimachinery `pkg/apis/meta/v1/validation`, `ValidateDeleteOptions`.
fn read(wire: meta::DeleteOptions) -> Result<DeleteOptions, StatusError> {
    let mut errors = ErrorList::new();
    let path = Path::new("propagationPolicy");
    let policy = wire.propagation_policy.as_deref();
    if let (Some(policy), Some(_)) = (policy, wire.orphan_dependents) {
        let detail = "orphanDependents and deletionPropagation cannot be both set";
        errors.push(FieldError::invalid(&path, policy, detail));
    }
    let propagation = match (policy, wire.orphan_dependents) {
        (Some("Background"), _) | (None, Some(false)) => Some(Propagation::Background),
        (Some("Foreground"), _) => Some(Propagation::Foreground),
        (Some("Orphan"), _) | (None, Some(true)) => Some(Propagation::Orphan),
        (None, None) => None,
        (Some(other), _) => {
            let supported = &["Foreground", "Background", "Orphan", "nil"];
            errors.push(FieldError::not_supported(&path, other, supported));
            None
        }
    };
    let dry_run = wire.dry_run.unwrap_or_default();
    let dry_run = options::dry_run(dry_run.iter().map(String::as_str), &mut errors);
    if !errors.is_empty() {
        return Err(StatusError::invalid_kind(
            "meta.k8s.io",
            "DeleteOptions",
            "",
            &errors,
        ));
    }
    let preconditions = wire.preconditions.unwrap_or_default();
    Ok(DeleteOptions {
        uid: preconditions.uid,
        resource_version: preconditions.resource_version,
        // Upstream takes a negative period for one second.
        grace_period_seconds: wire
            .grace_period_seconds
            .map(|seconds| if seconds < 0 { 1 } else { seconds }),
        propagation,
        dry_run,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_json(json: &str) -> Result<DeleteOptions, StatusError> {
        read(serde_json::from_str(json).expect("options"))
    }

    #[test]
    fn options_are_checked_in_the_words_of_kubernetes() {
        for (json, message) in [
            (
                r#"{"propagationPolicy":"x"}"#,
                r#"DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "x": supported values: "Foreground", "Background", "Orphan", "nil""#,
            ),
            (
                r#"{"propagationPolicy":"Orphan","orphanDependents":true}"#,
                r#"DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set"#,
            ),
            (
                r#"{"dryRun":["x"]}"#,
                r#"DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["x"]: supported values: "All""#,
            ),
        ] {
            let error = read_json(json).expect_err("refused");
            assert_eq!((error.code(), error.message()), (422, message));
        }
    }

    #[test]
    fn a_negative_grace_period_is_one_second() {
        let options = read_json(r#"{"gracePeriodSeconds":-5}"#).expect("fine");
        assert_eq!(options.grace_period_seconds, Some(1));
    }

    #[test]
    fn the_old_form_of_the_policy_is_understood() {
        let policy = |json| read_json(json).expect("fine").propagation;
        assert_eq!(
            policy(r#"{"orphanDependents":true}"#),
            Some(Propagation::Orphan)
        );
        assert_eq!(
            policy(r#"{"orphanDependents":false}"#),
            Some(Propagation::Background)
        );
        assert_eq!(policy("{}"), None);
    }
}
