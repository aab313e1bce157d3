//! jobyard-node
pub mod logs;
pub mod pod;
pub mod volume;
