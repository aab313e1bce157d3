//! One process at a time has the store's folder.
//!
//! The lock is `flock`, which the kernel drops with the process, however it
//! ends. The file's text names the holder, for the error message of the next.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
};

use rustix::fs::{FlockOperation, flock};

use crate::{
    error::{StoreError, file_error},
    segment::create_private,
};

/// Longest command that is shown or written.
const COMMAND_BYTES_MAX: usize = 200;

/// Held as long as the store is open.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock of `folder`, or says who has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("lock");
        let mut file = create_private()
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(file_error("open", &path))?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut holder = String::new();
            let read = Read::by_ref(&mut file)
                .take(COMMAND_BYTES_MAX as u64 + 32)
                .read_to_string(&mut holder);
            if read.is_err() || holder.trim().is_empty() {
                "another process".clone_into(&mut holder);
            }
            return Err(StoreError::Locked {
                folder: folder.to_owned(),
                holder: holder.trim().to_owned(),
            });
        }
        let text = format!("process {} ({})\n", std::process::id(), command());
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(text.as_bytes()))
            .map_err(file_error("write", &path))?;
        Ok(Self { _file: file })
    }
}

/// This process's command line, bounded, without control characters.
fn command() -> String {
    let arguments: Vec<_> = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let mut text: String = arguments
        .join(" ")
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    while text.len() > COMMAND_BYTES_MAX {
        text.pop();
    }
    text
}
