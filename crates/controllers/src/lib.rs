//! jobyard-controllers
