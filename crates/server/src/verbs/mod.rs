//! The verbs of Kubernetes on one kind: from method and path to the registry and back.
//!
//! What a request may do with a path is one table ([`answer`]). The registry
//! decides what the verb means for the objects; here the options are read and
//! checked, and the answer gets its form. No answer to a write leaves before
//! the write survives a power cut.

mod binding;
mod delete;
mod log;
mod options;
mod read;
mod watch;
mod write;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use jobyard_api::{ObjectKey, ResourceInfo, Revision, StatusError, resource};
use jobyard_registry::{
    request::{Context, List, Subresource},
    resource::Resource,
};

use crate::{
    api::{self, Api},
    negotiation::{Accepted, Encoding},
    query::Query,
    request_info::{ResourcePath, Route},
    response::{self, Body, Style},
    transform::{IncludeObject, Transform},
};

/// One request for a resource, with all that the verbs look at.
pub(crate) struct Call<'a> {
    pub(crate) api: &'a Api,
    pub(crate) resource: &'a dyn Resource,
    pub(crate) info: &'static ResourceInfo,
    pub(crate) path: ResourcePath,
    pub(crate) query: Query,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) cx: Context,
    pub(crate) pretty: bool,
}

/// Does what the method means on the path.
pub(crate) async fn answer(call: Call<'_>) -> Result<Response<Body>, StatusError> {
    let has_name = call.path.name.is_some();
    let namespace = call.path.namespace.as_deref();
    match (call.info.namespaced, namespace, has_name) {
        // An object is reached through its namespace, a kind without namespaces through none.
        (true, None, true) if !call.path.is_watch_path => return Err(api::resource_not_found()),
        (false, Some(_), _) => return Err(api::resource_not_found()),
        // The collection over all namespaces can only be read.
        (true, None, false) if call.method != Method::GET => {
            return Err(api::method_not_allowed());
        }
        _ => {}
    }
    let is_pod = call.info == &resource::POD;
    let subresource = call.path.subresource.as_deref();
    let part = match subresource {
        None => Subresource::Main,
        Some("status") if call.info.has_status => Subresource::Status,
        Some("binding" | "log") if is_pod => Subresource::Main,
        Some(_) => return Err(api::resource_not_found()),
    };
    match (call.method.as_str(), has_name, subresource) {
        ("GET", _, None) if call.path.is_watch_path => watch::watch(&call),
        ("GET", false, None) if call.query.flag("watch") => watch::watch(&call),
        ("GET", false, None) => read::list(&call).await,
        ("POST", false, None) => write::create(&call).await,
        ("DELETE", false, None) if call.info.delete_collection => {
            delete::delete_collection(&call).await
        }
        ("POST", true, Some("binding")) => binding::bind(&call).await,
        ("GET", true, Some("log")) => log::log(&call).await,
        (_, true, Some("binding" | "log")) => Err(api::method_not_allowed()),
        ("GET", true, _) => read::get(&call).await,
        ("PUT", true, _) => write::update(&call, part).await,
        ("PATCH", true, _) => write::patch(&call, part).await,
        ("DELETE", true, None) => delete::delete(&call).await,
        _ => Err(api::method_not_allowed()),
    }
}

/// The verb by its name in Kubernetes, for counting.
pub(crate) fn verb_of(method: &Method, route: &Route, query: &Query) -> &'static str {
    let (has_name, is_watch) = match route {
        Route::Resource(path) => {
            let is_watch = path.is_watch_path || (path.name.is_none() && query.flag("watch"));
            (path.name.is_some(), is_watch)
        }
        _ => (true, false),
    };
    match (method.as_str(), has_name) {
        ("GET", _) if is_watch => "watch",
        ("GET", true) => "get",
        ("GET", false) => "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", true) => "delete",
        ("DELETE", false) => "deletecollection",
        _ => "other",
    }
}

impl Call<'_> {
    /// The object the path names; without a name its name is empty.
    fn key(&self) -> ObjectKey {
        ObjectKey::new(self.namespace(), self.path.name.as_deref().unwrap_or(""))
    }

    /// The namespace of the path; empty for none.
    fn namespace(&self) -> &str {
        self.path.namespace.as_deref().unwrap_or("")
    }

    /// Waits until a write may be told to the outside.
    async fn durable(&self, revision: Revision) -> Result<(), StatusError> {
        self.api.registry.wait_durable(revision).await
    }

    fn style(&self, accepted: Accepted) -> Style {
        Style {
            encoding: accepted.encoding,
            pretty: self.pretty,
        }
    }

    /// The answer that is a list.
    fn list_answer(
        &self,
        accepted: Accepted,
        transform: &Transform,
        list: &List,
    ) -> Result<Response<Body>, StatusError> {
        if accepted.encoding == Encoding::Protobuf {
            return Ok(response::binary(
                StatusCode::OK,
                transform.binary_list(list)?,
            ));
        }
        let json = transform.list(list)?;
        Ok(self.style(accepted).answer(StatusCode::OK, &json))
    }

    /// How objects are turned into what the client accepts.
    fn transform(&self, accepted: Accepted) -> Result<Transform, StatusError> {
        let include = IncludeObject::parse(self.query.text("includeObject"))?;
        Transform::new(self.info, accepted.form, include, self.cx.now)
    }
}
