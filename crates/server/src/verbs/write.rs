//! create, update and patch.

use http::{Response, StatusCode};
use jobyard_api::{StatusError, patch::PatchKind, status::Reason};
use jobyard_registry::request::{Apply, Body as RequestBody, Patch, Subresource, Written};

use super::{Call, options};
use crate::{
    authorization,
    negotiation::{self, Accepted},
    request_body,
    request_info::Route,
    response::{self, Body},
};

/// POST on the collection.
pub(super) async fn create(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let options = options::write_options(call, "CreateOptions")?;
    let body = body(call)?;
    let written = call
        .resource
        .create(&call.cx, call.namespace(), &body, &options)?;
    answer(call, accepted, &written).await
}

/// PUT on the object or its status.
pub(super) async fn update(
    call: &Call<'_>,
    part: Subresource,
) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let options = options::write_options(call, "UpdateOptions")?;
    let body = body(call)?;
    let written = call
        .resource
        .update(&call.cx, &call.key(), part, &body, &options)?;
    answer(call, accepted, &written).await
}

/// PATCH on the object or its status.
pub(super) async fn patch(
    call: &Call<'_>,
    part: Subresource,
) -> Result<Response<Body>, StatusError> {
    let kind = match request_body::media_type(&call.headers).as_str() {
        "application/json-patch+json" => PatchKind::Json,
        "application/merge-patch+json" => PatchKind::Merge,
        "application/strategic-merge-patch+json" => PatchKind::Strategic,
        "application/apply-patch+yaml" => return apply(call, part).await,
        _ => {
            return Err(StatusError::new(
                Reason::UnsupportedMediaType,
                "415: Unsupported Media Type",
            )
            .about("", "", ""));
        }
    };
    let accepted = negotiation::accept_object(&call.headers)?;
    let options = options::patch_options(call, false)?;
    let patch = Patch {
        kind,
        bytes: call.body.clone(),
    };
    let written = call
        .resource
        .patch(&call.cx, &call.key(), part, &patch, &options)?;
    answer(call, accepted, &written).await
}

/// PATCH with a configuration to apply: it creates what is not there, which the
/// user must be allowed to do as by POST.
async fn apply(call: &Call<'_>, part: Subresource) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let options = options::patch_options(call, true)?;
    let route = Route::Resource(call.path.clone());
    let apply = Apply {
        bytes: call.body.clone(),
        may_create: authorization::authorize(Some(&call.cx.user), "create", &route, ""),
    };
    let written = call
        .resource
        .apply(&call.cx, &call.key(), part, &apply, &options)?;
    answer(call, accepted, &written).await
}

fn body(call: &Call<'_>) -> Result<RequestBody, StatusError> {
    Ok(RequestBody {
        format: request_body::format(&call.headers)?,
        bytes: call.body.clone(),
    })
}

async fn answer(
    call: &Call<'_>,
    accepted: Accepted,
    written: &Written,
) -> Result<Response<Body>, StatusError> {
    call.durable(written.object.revision).await?;
    let status = if written.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let json = call.transform(accepted)?.object(&written.object, true)?;
    let mut response = call.style(accepted).answer(status, &json);
    response::add_warnings(response.headers_mut(), &written.warnings);
    Ok(response)
}
