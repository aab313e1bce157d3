//! jobyard
fn main() {}
