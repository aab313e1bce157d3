//! The options of the verbs, as they stand in the query.
//!
//! Source: apimachinery `pkg/apis/meta/v1/validation`.

use http::header;
use jobyard_api::{
    StatusError,
    decode::FieldValidation,
    field::{ErrorList, FieldError, Json, Path},
};
use jobyard_registry::request::{ListRequest, WriteOptions};

use super::Call;

/// Longest fieldManager in bytes.
const FIELD_MANAGER_MAX: usize = 128;

/// What a list, a watch or a deletion of a collection selects.
pub(super) fn list_request(call: &Call<'_>) -> Result<ListRequest, StatusError> {
    let query = &call.query;
    check_timeout(call)?;
    let text = |name: &str| query.text(name).to_owned();
    let field_selector = text("fieldSelector");
    Ok(ListRequest {
        namespace: call.path.namespace.clone(),
        name: call.path.name.clone(),
        label_selector: text("labelSelector"),
        field_selector,
        limit: query
            .integer("limit")?
            .and_then(|limit| usize::try_from(limit).ok())
            .unwrap_or(0),
        continue_token: text("continue"),
        resource_version: text("resourceVersion"),
        resource_version_match: text("resourceVersionMatch"),
        send_initial_events: query.optional_flag("sendInitialEvents"),
        bookmarks: query.flag("allowWatchBookmarks"),
    })
}

/// Differs from Kubernetes: `timeout` is checked and bounds nothing, because all
/// requests but watches are done at once.
fn check_timeout(call: &Call<'_>) -> Result<(), StatusError> {
    let text = call.query.text("timeout");
    if text.is_empty() || text == "0" || text.parse::<jiff::SignedDuration>().is_ok() {
        return Ok(());
    }
    Err(StatusError::bad_request(format!(
        "invalid timeout specified in the request URL - time: invalid duration {text:?}"
    )))
}

/// Options of create and update; `kind` is `CreateOptions` or `UpdateOptions`.
pub(super) fn write_options(call: &Call<'_>, kind: &str) -> Result<WriteOptions, StatusError> {
    settled(call, kind, ErrorList::new())
}

/// Options of a patch. Only who applies may force, and must say who it is.
///
/// Source: apimachinery `pkg/apis/meta/v1/validation` `ValidatePatchOptions`.
pub(super) fn patch_options(call: &Call<'_>, is_apply: bool) -> Result<WriteOptions, StatusError> {
    let mut errors = ErrorList::new();
    let force = call.query.optional_flag("force");
    if is_apply {
        if call.query.text("fieldManager").is_empty() {
            let path = Path::new("fieldManager");
            errors.push(FieldError::required(&path, "is required for apply patch"));
        }
    } else if force.is_some() {
        let detail = "may not be specified for non-apply patch";
        errors.push(FieldError::forbidden(&Path::new("force"), detail));
    }
    let options = settled(call, "PatchOptions", errors)?;
    Ok(WriteOptions {
        force: force.unwrap_or(false),
        ..options
    })
}

/// What all writes may say; `errors` are those of what only this kind may say.
fn settled(
    call: &Call<'_>,
    kind: &str,
    mut errors: ErrorList,
) -> Result<WriteOptions, StatusError> {
    let asked = call.query.text("fieldManager");
    check_field_manager(asked, &mut errors);
    let dry_run = dry_run(call.query.values("dryRun"), &mut errors);
    let field_validation = match call.query.text("fieldValidation") {
        "" | "Warn" => FieldValidation::Warn,
        "Ignore" => FieldValidation::Ignore,
        "Strict" => FieldValidation::Strict,
        other => {
            let supported = &["", "Ignore", "Strict", "Warn"];
            let path = Path::new("fieldValidation");
            errors.push(FieldError::not_supported(&path, other, supported));
            FieldValidation::Warn
        }
    };
    if !errors.is_empty() {
        return Err(StatusError::invalid_kind("meta.k8s.io", kind, "", &errors));
    }
    Ok(WriteOptions {
        dry_run,
        field_validation,
        field_manager: if asked.is_empty() {
            user_agent(call).to_owned()
        } else {
            asked.to_owned()
        },
        force: false,
    })
}

/// Whether a write is only tried: `dryRun=All`, and nothing else.
pub(super) fn dry_run<'a>(values: impl Iterator<Item = &'a str>, errors: &mut ErrorList) -> bool {
    let values: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
    if values.iter().any(|&value| value != "All") {
        let path = Path::new("dryRun");
        errors.push(FieldError::not_supported(&path, Json(values), &["All"]));
        return false;
    }
    !values.is_empty()
}

fn check_field_manager(manager: &str, errors: &mut ErrorList) {
    let path = Path::new("fieldManager");
    if manager.len() > FIELD_MANAGER_MAX {
        errors.push(FieldError::too_long(&path, FIELD_MANAGER_MAX));
    }
    let unprintable = manager.chars().enumerate().find(|(_, it)| it.is_control());
    if let Some((position, character)) = unprintable {
        let detail = format!(
            "invalid character U+{:04X} (at position {position})",
            u32::from(character)
        );
        errors.push(FieldError::invalid(&path, manager, detail));
    }
}

/// Who writes when nothing else is said: the User-Agent up to its first slash.
fn user_agent<'a>(call: &'a Call<'_>) -> &'a str {
    call.headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .and_then(|agent| agent.split('/').next())
        .unwrap_or("unknown")
}
