//! get and list.

use std::time::Duration;

use http::{Response, StatusCode};
use jobyard_api::{Revision, StatusError};
use jobyard_registry::request::List;
use tokio::time::Instant;

use super::{Call, options};
use crate::{negotiation, response::Body};

/// How long a list waits for a revision that is not there yet.
///
/// Source: apiserver `pkg/storage/cacher`, `blockTimeout`.
const FUTURE_REVISION_WAIT: Duration = Duration::from_secs(3);
/// How often it looks. Hardly any client asks for the future, so nothing wakes it.
const FUTURE_REVISION_LOOK: Duration = Duration::from_millis(20);

/// GET on the object or its status.
///
/// As a write's answer, what is read waits until a power cut can undo it no more.
pub(super) async fn get(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let transform = call.transform(accepted)?;
    let stored = call.resource.get(&call.cx, &call.key())?;
    call.durable(stored.revision).await?;
    let json = transform.object(&stored, true)?;
    Ok(call.style(accepted).answer(StatusCode::OK, &json))
}

/// GET on the collection.
pub(super) async fn list(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let transform = call.transform(accepted)?;
    let list = list_as_new_as_asked(call).await?;
    call.durable(list.revision).await?;
    call.list_answer(accepted, &transform, &list)
}

/// A client may know a revision that readers here do not see yet: it is given a moment.
async fn list_as_new_as_asked(call: &Call<'_>) -> Result<List, StatusError> {
    let request = options::list_request(call)?;
    let list = || call.resource.list(&call.cx, &request);
    let error = match list() {
        Err(error) if error.has_cause("ResourceVersionTooLarge") => error,
        answered => return answered,
    };
    let Ok(asked) = request.resource_version.parse().map(Revision) else {
        return Err(error);
    };
    let deadline = Instant::now() + FUTURE_REVISION_WAIT;
    while call.api.registry.revision() < asked {
        if Instant::now() >= deadline {
            return Err(error);
        }
        tokio::time::sleep(FUTURE_REVISION_LOOK).await;
    }
    list()
}
