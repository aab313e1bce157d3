//! What every object has: a key, an identity, a place in time.

use std::fmt;

use k8s_openapi::Metadata;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Timestamp, meta::ObjectMeta, resource::ResourceInfo};

/// A kind of object that Jobyard serves, as its `k8s-openapi` type.
pub trait Object:
    Metadata<Ty = ObjectMeta>
    + Serialize
    + DeserializeOwned
    + Clone
    + PartialEq
    + fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// Group, version, names and habits of the kind.
    const RESOURCE: &'static ResourceInfo;

    /// Namespace and name; an absent namespace is the empty string.
    fn key(&self) -> ObjectKey {
        let metadata = self.metadata();
        ObjectKey::new(
            metadata.namespace.as_deref().unwrap_or(""),
            metadata.name.as_deref().unwrap_or(""),
        )
    }

    /// The uid, or an empty one before the object was stored.
    fn uid(&self) -> Uid {
        Uid(self.metadata().uid.as_deref().unwrap_or("").into())
    }

    /// The resourceVersion as a number; `None` before the object was stored.
    fn revision(&self) -> Option<Revision> {
        self.metadata()
            .resource_version
            .as_deref()
            .and_then(|text| text.parse().ok())
            .map(Revision)
    }
}

/// Namespace and name. The namespace is empty for kinds without one.
///
/// The order is that of Kubernetes lists: by namespace, then name, in byte order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    /// Empty for kinds that live outside namespaces.
    pub namespace: Box<str>,
    /// The object's name.
    pub name: Box<str>,
}

impl ObjectKey {
    /// The key of the object `name` in `namespace` (empty: none).
    pub fn new(namespace: &str, name: &str) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}/{}", self.namespace, self.name)
        }
    }
}

/// The uid of one object: what tells it from a later one of the same name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid(pub std::sync::Arc<str>);

impl Uid {
    /// The uid as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Uid {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A place in the one history of the yard: what `resourceVersion` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Revision(pub u64);

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The time as the API can say it: whole seconds, rounded down.
pub fn whole_seconds(time: Timestamp) -> Timestamp {
    let seconds = time.as_nanosecond().div_euclid(1_000_000_000);
    Timestamp::from_second(seconds as i64)
        .expect("rounding down a time that exists gives one, because the least is whole")
}
