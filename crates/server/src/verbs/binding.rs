//! `pods/binding`: a scheduler gives a Pod its node.
//!
//! Source: upstream `pkg/registry/core/pod/storage`, `BindingREST`.

use http::{Response, StatusCode};
use jobyard_api::{
    Object as _, StatusError, core,
    decode::{FieldValidation, decode_as},
    field::{ErrorList, FieldError, Path},
    meta,
};
use jobyard_registry::Binding;

use super::{Call, options};
use crate::{
    negotiation, request_body,
    response::{self, Body},
};

/// POST on `pods/NAME/binding`.
pub(super) async fn bind(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let write = options::write_options(call, "CreateOptions")?;
    let wire: core::Binding = decode_as(
        ("", "v1", "Binding"),
        &call.body,
        request_body::format(&call.headers)?,
        FieldValidation::Ignore,
    )?
    .object;
    let name = call.key().name;
    let named = wire.metadata.name.as_deref().unwrap_or("");
    if !named.is_empty() && *named != *name {
        return Err(StatusError::bad_request(
            "name in URL does not match name in Binding object",
        ));
    }
    let binding = read(wire, write.dry_run, &name)?;
    let pods = call.api.registry.of::<core::Pod>();
    let bound = pods.bind(&call.cx, &call.key(), &binding)?;
    if let Some(revision) = bound.revision() {
        call.durable(revision).await?;
    }
    let success = meta::Status {
        status: Some("Success".to_owned()),
        code: Some(201),
        ..meta::Status::default()
    };
    let json = response::status_json(&success);
    Ok(call.style(accepted).answer(StatusCode::CREATED, &json))
}

fn read(wire: core::Binding, dry_run: bool, name: &str) -> Result<Binding, StatusError> {
    let target = Path::new("target");
    let mut errors = ErrorList::new();
    match wire.target.kind.as_deref() {
        None | Some("" | "Node") => {}
        Some(other) => {
            let supported = &["Node", "<empty>"];
            errors.push(FieldError::not_supported(
                &target.child("kind"),
                other,
                supported,
            ));
        }
    }
    let node = wire.target.name.unwrap_or_default();
    if node.is_empty() {
        errors.push(FieldError::required(&target.child("name"), ""));
    }
    if !errors.is_empty() {
        return Err(StatusError::invalid_kind("", "Binding", name, &errors));
    }
    Ok(Binding {
        node,
        uid: wire.metadata.uid,
        resource_version: wire.metadata.resource_version,
        annotations: wire.metadata.annotations.unwrap_or_default(),
        dry_run,
    })
}
