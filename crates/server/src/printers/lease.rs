//! Leases: who holds them.
//!
//! Source: upstream `printLease`.

use jobyard_api::{Timestamp, coordination};
use serde_json::{Value, json};

use super::{AGE, Column, NAME, Printer, duration};

impl Printer for coordination::Lease {
    const COLUMNS: &'static [Column] = &[
        NAME,
        Column::text("Holder", "Identity of the current holder"),
        AGE,
    ];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        let holder = self
            .spec
            .as_ref()
            .and_then(|it| it.holder_identity.as_deref());
        vec![
            json!(self.metadata.name.as_deref().unwrap_or("")),
            json!(holder.unwrap_or("")),
            json!(duration::age(&self.metadata, now)),
        ]
    }
}
