//! jobyard-node
