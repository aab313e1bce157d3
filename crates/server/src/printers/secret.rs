//! Secrets: their type and how many entries, never what is in them.
//!
//! Source: upstream `printSecret`.

use jobyard_api::{Timestamp, core};
use serde_json::{Value, json};

use super::{AGE, Column, NAME, Printer, duration};

impl Printer for core::Secret {
    const COLUMNS: &'static [Column] = &[
        NAME,
        Column::text("Type", "What the entries are for"),
        Column::text("Data", "Number of entries"),
        AGE,
    ];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        vec![
            json!(self.metadata.name.as_deref().unwrap_or("")),
            json!(self.type_.as_deref().unwrap_or("")),
            json!(
                self.data
                    .as_ref()
                    .map_or(0, std::collections::BTreeMap::len)
            ),
            json!(duration::age(&self.metadata, now)),
        ]
    }
}
