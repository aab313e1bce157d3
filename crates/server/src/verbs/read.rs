//! get and list.

use std::time::Duration;

use http::{Response, StatusCode};
use jobyard_api::{Revision, StatusError};
use jobyard_registry::request::List;

use super::{Call, options};
use crate::{negotiation, response::Body};

/// How long a list waits for a revision that is not there yet.
///
/// Source: apiserver `pkg/storage/cacher`, `blockTimeout`.
const FUTURE_REVISION_WAIT: Duration = Duration::from_secs(3);

/// GET on the object or its status.
pub(super) fn get(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let transform = call.transform(accepted)?;
    let stored = call.resource.get(&call.cx, &call.key())?;
    let json = transform.object(&stored, true)?;
    Ok(call.style(accepted).answer(StatusCode::OK, &json))
}

/// GET on the collection.
pub(super) async fn list(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_object(&call.headers)?;
    let transform = call.transform(accepted)?;
    let list = list_as_new_as_asked(call).await?;
    let json = transform.list(&list)?;
    Ok(call.style(accepted).answer(StatusCode::OK, &json))
}

/// A client may know a revision that we do not have yet (it talked to another
/// server, or the clock of the yard was set back): it is given a moment.
async fn list_as_new_as_asked(call: &Call<'_>) -> Result<List, StatusError> {
    let request = options::list_request(call)?;
    let list = || call.resource.list(&call.cx, &request);
    match list() {
        Err(error) if error.has_cause("ResourceVersionTooLarge") => {
            let Ok(revision) = request.resource_version.parse().map(Revision) else {
                return Err(error);
            };
            let arrival = call.durable(revision);
            match tokio::time::timeout(FUTURE_REVISION_WAIT, arrival).await {
                Ok(Ok(())) => list(),
                _ => Err(error),
            }
        }
        answered => answered,
    }
}
