//! The small process that forks shims.

use crate::RuntimeError;

/// The daemon's end of the spawner.
#[derive(Debug)]
pub struct SpawnerHandle {
    _private: (),
}

/// Starts the spawner. Call it first in `main`, before any thread and any large allocation.
pub fn start() -> Result<SpawnerHandle, RuntimeError> {
    Ok(SpawnerHandle { _private: () })
}

/// Becomes a spawner if this process was started as one, and then never returns.
///
/// A daemon whose spawner died starts its own binary again; the binary's `main` must call this
/// before anything else, even before [`start`].
pub fn maybe_run_internal() {}
