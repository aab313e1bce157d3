//! What the Kubernetes objects mean.
//!
//! Types come from `k8s-openapi`; here is what Kubernetes knows about them
//! beyond their shape: names of resources, labels and annotations, selectors,
//! quantities, index sets, defaulting, validation, update rules, patches, and
//! the `Status` errors in which the API speaks.
//!
//! Pure: no clock, no file, no task, no chance. What differs from run to run
//! (the time, a uid, a random suffix) comes in as an argument. Everything
//! above this crate depends on it, and it depends on nothing of ours.

pub mod decode;
pub mod defaults;
pub mod equality;
pub mod field;
pub mod indexes;
pub mod managed_fields;
pub mod names;
pub mod object;
pub mod openapi;
pub mod patch;
pub mod protobuf;
pub mod quantity;
pub mod resource;
pub mod schema;
pub mod selector;
pub mod status;
pub mod strategy;
pub mod validation;
pub mod well_known;

pub use jiff::Timestamp;
pub use k8s_openapi::api::batch::v1 as batch;
pub use k8s_openapi::api::coordination::v1 as coordination;
pub use k8s_openapi::api::core::v1 as core;
pub use k8s_openapi::api::node::v1 as node;
pub use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
pub use object::{Object, ObjectKey, Revision, Uid};
pub use resource::ResourceInfo;
pub use status::StatusError;
pub use strategy::Strategy;
