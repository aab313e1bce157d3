//! ConfigMaps: how many entries.
//!
//! Source: upstream `printConfigMap`.

use jobyard_api::{Timestamp, core};
use serde_json::{Value, json};

use super::{AGE, Column, NAME, Printer, duration};

impl Printer for core::ConfigMap {
    const COLUMNS: &'static [Column] = &[
        NAME,
        Column::text("Data", "Number of entries, text and binary"),
        AGE,
    ];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        let text = self
            .data
            .as_ref()
            .map_or(0, std::collections::BTreeMap::len);
        let binary = self
            .binary_data
            .as_ref()
            .map_or(0, std::collections::BTreeMap::len);
        vec![
            json!(self.metadata.name.as_deref().unwrap_or("")),
            json!(text + binary),
            json!(duration::age(&self.metadata, now)),
        ]
    }
}
