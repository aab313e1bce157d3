//! What is wrong with an object, in Kubernetes' words and order.
//!
//! One file for each kind or part of an object; [`crate::Strategy`] calls them.
//! Nothing here changes an object, and nothing here stops at the first fault:
//! the client reads them all at once.

pub mod job;
pub mod label_selector;
pub mod meta;
pub mod names;
pub mod pod;
pub mod warnings;
