//! RuntimeClasses: which handler runs their Pods.
//!
//! Source: upstream `printRuntimeClass`.

use jobyard_api::{Timestamp, node};
use serde_json::{Value, json};

use super::{AGE, Column, NAME, Printer, duration};

impl Printer for node::RuntimeClass {
    const COLUMNS: &'static [Column] = &[
        NAME,
        Column::text("Handler", "How the node runs Pods of the class"),
        AGE,
    ];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        vec![
            json!(self.metadata.name.as_deref().unwrap_or("")),
            json!(self.handler),
            json!(duration::age(&self.metadata, now)),
        ]
    }
}
