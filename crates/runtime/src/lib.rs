//! jobyard-runtime
#![allow(missing_docs)]
