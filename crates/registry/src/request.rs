//! What callers ask for, and what they get.

use std::sync::Arc;

use bytes::Bytes;
use jobyard_api::{ObjectKey, ResourceInfo, Revision, StatusError, Timestamp, Uid};
pub use jobyard_api::{
    decode::{BodyFormat, FieldValidation},
    patch::PatchKind,
};

/// Who asks, and when. Every call carries one.
#[derive(Clone, Debug)]
pub struct Context {
    /// The authenticated user.
    pub user: Arc<User>,
    /// The time of the request: it becomes creationTimestamp, deletionTimestamp ...
    pub now: Timestamp,
}

/// An authenticated user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// `system:admin`, `system:serviceaccount:default:default` ...
    pub name: String,
    /// `system:masters`, `system:authenticated` ...
    pub groups: Vec<String>,
}

/// A request body as it came.
#[derive(Clone, Debug)]
pub struct Body {
    /// How it is written.
    pub format: BodyFormat,
    /// The text.
    pub bytes: Bytes,
}

/// Options of create, update and patch.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// Do everything but store.
    pub dry_run: bool,
    /// Unknown and duplicate fields.
    pub field_validation: FieldValidation,
    /// `fieldManager`, or the User-Agent up to the first `/`.
    pub field_manager: String,
    /// Overwrite conflicting fields (apply only).
    pub force: bool,
}

/// Which part of an object a write may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subresource {
    /// The object's own path: the stored status is kept.
    Main,
    /// `/status`: the stored spec is kept.
    Status,
}

impl Subresource {
    /// The last segment of the path; empty for the object's own.
    pub fn name(self) -> &'static str {
        match self {
            Self::Main => "",
            Self::Status => "status",
        }
    }
}

/// A patch as it came.
#[derive(Clone, Debug)]
pub struct Patch {
    /// By the Content-Type.
    pub kind: PatchKind,
    /// The body.
    pub bytes: Bytes,
}

/// A server-side apply as it came.
#[derive(Clone, Debug)]
pub struct Apply {
    /// The configuration, in YAML or JSON.
    pub bytes: Bytes,
    /// Whether the user may create the object too, if there is none.
    pub may_create: Result<(), StatusError>,
}

/// The answer to a write.
#[derive(Clone, Debug)]
pub struct Written {
    /// The object as stored (or as it would be, in a dry run).
    pub object: Stored,
    /// Texts for `Warning` headers.
    pub warnings: Vec<String>,
    /// Whether the write created the object (201).
    pub created: bool,
}

/// One version of an object, shared by all who look at it.
///
/// Encoded at most once for the wire, decoded only when somebody needs the type.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its kind.
    pub resource: &'static ResourceInfo,
    /// Namespace and name.
    pub key: ObjectKey,
    /// Its identity.
    pub uid: Uid,
    /// When this version was written.
    pub revision: Revision,
    /// The whole object as JSON, with apiVersion, kind and resourceVersion; of
    /// who owns what it may say "the rest".
    pub json: Bytes,
}

impl Stored {
    /// The object as clients see it: with all owners written out.
    ///
    /// Asked when it leaves and not before: a list holds the objects of many.
    pub fn shown(&self) -> Bytes {
        let written_out = jobyard_api::managed_fields::written_out(&self.json, self.resource);
        written_out.map_or_else(|| self.json.clone(), Bytes::from)
    }
}

/// Options of a deletion.
#[derive(Clone, Debug, Default)]
pub struct DeleteOptions {
    /// Only the object with this uid.
    pub uid: Option<String>,
    /// Only if it is at this resourceVersion.
    pub resource_version: Option<String>,
    /// In place of the object's own grace period.
    pub grace_period_seconds: Option<i64>,
    /// `None`: the kind's default (Orphan for Jobs, Background for the rest).
    pub propagation: Option<Propagation>,
    /// Do everything but store.
    pub dry_run: bool,
}

/// What becomes of the dependents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// The object goes at once; the garbage collector takes the dependents.
    Background,
    /// The dependents go first.
    Foreground,
    /// The dependents stay.
    Orphan,
}

/// The answer to a deletion.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// The object: as kept, or its last state when gone.
    pub object: Stored,
    /// Whether it is gone now (else it waits for grace or finalizers).
    pub gone: bool,
    /// Whether the answer is the object: it is kept, or it is of a kind that is
    /// returned when gone. Otherwise the answer is a Status.
    pub answer_is_object: bool,
    /// The revision of the write, to wait for before answering.
    pub revision: Revision,
    /// Texts for `Warning` headers.
    pub warnings: Vec<String>,
}

/// What a list or the start of a watch asks for, as it came in the query.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// Only this namespace.
    pub namespace: Option<String>,
    /// Only this name (from the path, or `metadata.name=` of the field selector).
    pub name: Option<String>,
    /// `labelSelector`
    pub label_selector: String,
    /// `fieldSelector`
    pub field_selector: String,
    /// `limit`; 0 is none.
    pub limit: usize,
    /// `continue`
    pub continue_token: String,
    /// `resourceVersion`
    pub resource_version: String,
    /// `resourceVersionMatch`
    pub resource_version_match: String,
    /// `sendInitialEvents`
    pub send_initial_events: Option<bool>,
    /// `allowWatchBookmarks`
    pub bookmarks: bool,
}

/// A list at one revision.
#[derive(Clone, Debug)]
pub struct List {
    /// The objects, by namespace and name.
    pub items: Vec<Stored>,
    /// The revision of the list.
    pub revision: Revision,
    /// How to go on; empty at the end.
    pub continue_token: String,
    /// How many are left, where Kubernetes says it.
    pub remaining: Option<usize>,
}

/// One frame of a watch.
#[derive(Clone, Debug)]
pub enum WatchEvent {
    /// The object began to exist, or to match.
    Added(Stored),
    /// It changed.
    Modified(Stored),
    /// It is gone, or no longer matches: its last (matching) state at the new revision.
    Deleted(Stored),
    /// Nothing new up to here.
    Bookmark {
        /// Resume from here.
        revision: Revision,
        /// Whether this closes the initial events.
        initial_events_end: bool,
    },
    /// The watch ends with this error.
    Error(StatusError),
}
