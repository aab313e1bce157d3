//! The kinds Jobyard serves: one line of facts for each.
//!
//! Discovery, paths, error texts and tables all read these facts. A kind that
//! is not in [`ALL`] does not exist for the API.
//!
//! Source: the API reference pages; short names and categories as `kubectl
//! api-resources` prints them for v1.36.

use crate::{batch, coordination, core, node, object::Object};

/// What is true of a kind of object, whatever the object.
#[derive(Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each read alone"
)]
pub struct ResourceInfo {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Version, such as `v1`.
    pub version: &'static str,
    /// `Job`.
    pub kind: &'static str,
    /// `jobs`.
    pub plural: &'static str,
    /// `job`.
    pub singular: &'static str,
    /// What kubectl accepts in place of the plural.
    pub short_names: &'static [&'static str],
    /// `all` for what `kubectl get all` shows.
    pub categories: &'static [&'static str],
    /// Whether objects live in a namespace.
    pub namespaced: bool,
    /// Whether the kind has a `/status` subresource.
    pub has_status: bool,
    /// Whether a PUT without a resourceVersion overwrites the newest version.
    pub unconditional_update: bool,
    /// Whether a PUT on a missing name creates the object.
    pub create_on_update: bool,
    /// Whether DELETE on the collection is served.
    pub delete_collection: bool,
}

impl ResourceInfo {
    /// `batch/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `jobs.batch`, or `pods` for the core group: how errors name the resource.
    pub fn qualified_plural(&self) -> String {
        if self.group.is_empty() {
            self.plural.to_owned()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// `Job.batch`, or `Pod` for the core group: how `Invalid` errors name the kind.
    pub fn qualified_kind(&self) -> String {
        if self.group.is_empty() {
            self.kind.to_owned()
        } else {
            format!("{}.{}", self.kind, self.group)
        }
    }
}

/// What most kinds have in common.
const ORDINARY: ResourceInfo = ResourceInfo {
    group: "",
    version: "v1",
    kind: "",
    plural: "",
    singular: "",
    short_names: &[],
    categories: &[],
    namespaced: true,
    has_status: false,
    unconditional_update: true,
    create_on_update: false,
    delete_collection: true,
};

macro_rules! resources {
    ($($constant:ident $ty:ty = { $($field:ident : $value:expr),* $(,)? };)*) => {
        $(
            /// Facts of the kind named so.
            pub const $constant: ResourceInfo = ResourceInfo { $($field: $value,)* ..ORDINARY };
            impl Object for $ty {
                const RESOURCE: &'static ResourceInfo = &$constant;
            }
        )*
        /// Every kind served, in the order of discovery.
        pub const ALL: &[&ResourceInfo] = &[$(&$constant),*];
    };
}

resources! {
    CONFIG_MAP core::ConfigMap = { kind: "ConfigMap", plural: "configmaps", singular: "configmap", short_names: &["cm"] };
    EVENT core::Event = { kind: "Event", plural: "events", singular: "event", short_names: &["ev"], create_on_update: true };
    NAMESPACE core::Namespace = { kind: "Namespace", plural: "namespaces", singular: "namespace", short_names: &["ns"], namespaced: false, has_status: true, delete_collection: false };
    NODE core::Node = { kind: "Node", plural: "nodes", singular: "node", short_names: &["no"], namespaced: false, has_status: true };
    POD core::Pod = { kind: "Pod", plural: "pods", singular: "pod", short_names: &["po"], categories: &["all"], has_status: true };
    SECRET core::Secret = { kind: "Secret", plural: "secrets", singular: "secret" };
    SERVICE_ACCOUNT core::ServiceAccount = { kind: "ServiceAccount", plural: "serviceaccounts", singular: "serviceaccount", short_names: &["sa"] };
    JOB batch::Job = { group: "batch", kind: "Job", plural: "jobs", singular: "job", categories: &["all"], has_status: true };
    LEASE coordination::Lease = { group: "coordination.k8s.io", kind: "Lease", plural: "leases", singular: "lease", unconditional_update: false, create_on_update: true };
    RUNTIME_CLASS node::RuntimeClass = { group: "node.k8s.io", kind: "RuntimeClass", plural: "runtimeclasses", singular: "runtimeclass", namespaced: false };
}
