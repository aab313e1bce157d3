//! What is wrong with an object, in Kubernetes' words and order.
//!
//! One file for each kind or part of an object; [`crate::Strategy`] calls them.

pub mod names;
