//! Namespaces: `Active` or `Terminating`.
//!
//! Source: upstream `printNamespace`.

use jobyard_api::{Timestamp, core};
use serde_json::{Value, json};

use super::{AGE, Column, NAME, Printer, duration};

impl Printer for core::Namespace {
    const COLUMNS: &'static [Column] = &[
        NAME,
        Column::text("Status", "Whether objects can be made in the namespace"),
        AGE,
    ];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        let phase = self.status.as_ref().and_then(|it| it.phase.as_deref());
        vec![
            json!(self.metadata.name.as_deref().unwrap_or("")),
            json!(phase.unwrap_or("")),
            json!(duration::age(&self.metadata, now)),
        ]
    }
}
