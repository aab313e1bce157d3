//! `hostPath`: what must be there before a container gets it.
//!
//! Source: upstream pkg/volume/hostpath `checkType` and `makeDir`/`makeFile`.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, FileTypeExt, OpenOptionsExt},
    path::{Component, Path},
};

use jobyard_api::core;

/// Checks the path, or makes it where its type says so; the error is for the user.
pub(super) fn check(source: &core::HostPathVolumeSource) -> Result<(), String> {
    let path = Path::new(&source.path);
    if !path.is_absolute() || path.components().any(|part| part == Component::ParentDir) {
        return Err(format!(
            "hostPath {} must be absolute and without \"..\"",
            path.display()
        ));
    }
    let failed = |what: &str| {
        format!(
            "hostPath type check failed: {} is not {what}",
            path.display()
        )
    };
    let found = fs::metadata(path).map(|metadata| metadata.file_type());
    let is = |test: fn(&fs::FileType) -> bool| found.as_ref().is_ok_and(test);
    match source.type_.as_deref().unwrap_or("") {
        // Upstream binds what is there; runtimes make a folder of what is not.
        "" if found.is_ok() => Ok(()),
        "" | "DirectoryOrCreate" => {
            if found.is_err() {
                fs::DirBuilder::new()
                    .recursive(true)
                    .mode(0o755)
                    .create(path)
                    .map_err(|error| {
                        format!("making hostPath {} failed: {error}", path.display())
                    })?;
            } else if !is(fs::FileType::is_dir) {
                return Err(failed("a directory"));
            }
            Ok(())
        }
        "FileOrCreate" => {
            if found.is_err() {
                fs::OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o644)
                    .open(path)
                    .map_err(|error| {
                        format!("making hostPath {} failed: {error}", path.display())
                    })?;
            } else if !is(fs::FileType::is_file) {
                return Err(failed("a file"));
            }
            Ok(())
        }
        "Directory" => is(fs::FileType::is_dir)
            .then_some(())
            .ok_or_else(|| failed("a directory")),
        "File" => is(fs::FileType::is_file)
            .then_some(())
            .ok_or_else(|| failed("a file")),
        "Socket" => is(FileTypeExt::is_socket)
            .then_some(())
            .ok_or_else(|| failed("a socket file")),
        "CharDevice" => is(FileTypeExt::is_char_device)
            .then_some(())
            .ok_or_else(|| failed("a character device")),
        "BlockDevice" => is(FileTypeExt::is_block_device)
            .then_some(())
            .ok_or_else(|| failed("a block device")),
        other => Err(format!("hostPath type {other} is unknown")),
    }
}
