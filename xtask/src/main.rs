//! What CI runs, and generators: `cargo xtask TASK`.

mod schema;

use std::path::Path;

use anyhow::{Context, Result, bail};

fn main() -> Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask lies below the root of the workspace")?;
    match std::env::args().nth(1).as_deref() {
        Some("schema") => schema::generate(workspace),
        Some(other) => bail!("unknown task {other}; known: schema"),
        None => bail!("name a task: schema"),
    }
}
