//! What may go wrong in the store, split by what the caller does about it.

use std::{io, path::PathBuf, sync::Arc};

use bytes::Bytes;

use crate::{Expect, Revision};

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Someone wrote in between: read again and decide again. Nothing was applied.
    #[error("{} is {}, expected {expected}", show(key), found_text(*found))]
    Conflict {
        /// The key whose version was not the expected one.
        key: Bytes,
        /// What the operation relied on.
        expected: Expect,
        /// The revision of the stored value; `None` when there is none.
        found: Option<Revision>,
    },
    /// The batch is larger than one record group may be. Nothing was applied.
    #[error("a batch of {bytes} bytes is more than the {max} bytes that are written at once")]
    TooLarge {
        /// Size of the batch in the log.
        bytes: usize,
        /// Largest size that is taken.
        max: usize,
    },
    /// The disk did not take the batch (disk full, say). Nothing was applied and
    /// the store goes on; the same batch may be tried again later.
    #[error("commit of {operations} operations failed")]
    Commit {
        /// How many operations the batch had.
        operations: usize,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// An earlier write or sync failed in a way after which nobody knows what is
    /// on the disk. Only a new start, which reads the disk, helps.
    #[error("the store takes no more writes since an earlier failure: {reason}")]
    Poisoned {
        /// The first failure.
        reason: Arc<str>,
    },
    /// The store was closed by another holder of the handle.
    #[error("the store is closed")]
    Closed,
    /// Another process has the folder open.
    #[error(
        "{} is in use by {holder}; end that process, or use another folder",
        folder.display()
    )]
    Locked {
        /// The store's folder.
        folder: PathBuf,
        /// Process id and command of the process that has it.
        holder: String,
    },
    /// What stands on the disk is not what was written there.
    #[error(
        "{} is damaged at byte {offset}: {what}; restore the folder from a copy, or move it away to start empty",
        segment.display()
    )]
    Corrupt {
        /// The damaged file.
        segment: PathBuf,
        /// Where in the file.
        offset: u64,
        /// What was found.
        what: String,
    },
    /// A file or folder of the store could not be used.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried: `open`, `read`, `create`, ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Turns an `io::Error` into [`StoreError::File`]; made for `map_err`.
pub(crate) fn file_error(
    action: &'static str,
    path: impl Into<PathBuf>,
) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.into();
    move |source| StoreError::File {
        action,
        path,
        source,
    }
}

fn show(key: &Bytes) -> String {
    String::from_utf8_lossy(key).into_owned()
}

fn found_text(found: Option<Revision>) -> String {
    match found {
        Some(revision) => format!("at revision {revision}"),
        None => "absent".to_owned(),
    }
}
