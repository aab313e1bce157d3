//! A kind of object whose type is known only at run time: what the server talks to.

use jobyard_api::{ObjectKey, ResourceInfo, Revision, StatusError};

use crate::request::{
    Apply, Body, Context, DeleteOptions, Deleted, List, ListRequest, Patch, Stored, Subresource,
    WatchEvent, WriteOptions, Written,
};

/// The verbs of one kind.
///
/// All are synchronous: memory and one write(2). Before an answer leaves the
/// machine, wait for [`Registry::durable`](crate) at the revision of the answer.
pub trait Resource: Send + Sync {
    /// Facts of the kind.
    fn info(&self) -> &'static ResourceInfo;

    /// POST on the collection.
    fn create(
        &self,
        cx: &Context,
        namespace: &str,
        body: &Body,
        options: &WriteOptions,
    ) -> Result<Written, StatusError>;

    /// PUT on the object or its status.
    fn update(
        &self,
        cx: &Context,
        key: &ObjectKey,
        part: Subresource,
        body: &Body,
        options: &WriteOptions,
    ) -> Result<Written, StatusError>;

    /// PATCH on the object or its status.
    fn patch(
        &self,
        cx: &Context,
        key: &ObjectKey,
        part: Subresource,
        patch: &Patch,
        options: &WriteOptions,
    ) -> Result<Written, StatusError>;

    /// PATCH with an applied configuration on the object or its status; creates
    /// the object if there is none.
    fn apply(
        &self,
        cx: &Context,
        key: &ObjectKey,
        part: Subresource,
        apply: &Apply,
        options: &WriteOptions,
    ) -> Result<Written, StatusError>;

    /// GET on the object.
    fn get(&self, cx: &Context, key: &ObjectKey) -> Result<Stored, StatusError>;

    /// GET on the collection.
    fn list(&self, cx: &Context, request: &ListRequest) -> Result<List, StatusError>;

    /// GET on the collection with `watch`.
    fn watch(&self, cx: &Context, request: &ListRequest) -> Result<Box<dyn Watch>, StatusError>;

    /// DELETE on the object.
    fn delete(
        &self,
        cx: &Context,
        key: &ObjectKey,
        options: &DeleteOptions,
    ) -> Result<Deleted, StatusError>;

    /// What such a deletion is told besides its answer, also when it fails.
    fn deletion_warning(&self, options: &DeleteOptions) -> Option<String>;

    /// DELETE on the collection.
    fn delete_collection(
        &self,
        cx: &Context,
        request: &ListRequest,
        options: &DeleteOptions,
    ) -> Result<List, StatusError>;
}

/// A running watch. Dropping it ends it.
///
/// It reads from the kind's ring of events at its own pace: a reader that falls
/// behind the ring gets an `Expired` error, and no memory is held for it.
pub trait Watch: Send {
    /// The next frame; `None` after an error frame or when the yard shuts down.
    /// Cancel safe.
    fn next(&mut self) -> futures::future::BoxFuture<'_, Option<WatchEvent>>;

    /// Every change up to here was looked at and given out if it matched: what a
    /// bookmark may say. Rises also while nothing matches.
    fn revision(&self) -> Revision;
}
