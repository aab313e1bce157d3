//! jobyard-decide
