//! jobyard-decide

pub mod pod;
