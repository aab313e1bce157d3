//! ServiceAccounts.
//!
//! Source: upstream `printServiceAccount`.

use jobyard_api::{Timestamp, core};
use serde_json::{Value, json};

use super::{AGE, Column, NAME, Printer, duration};

impl Printer for core::ServiceAccount {
    const COLUMNS: &'static [Column] = &[NAME, AGE];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        vec![
            json!(self.metadata.name.as_deref().unwrap_or("")),
            json!(duration::age(&self.metadata, now)),
        ]
    }
}
