//! jobyard-server
