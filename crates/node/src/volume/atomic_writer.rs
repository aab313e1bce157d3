//! Files of a volume that appear, and change, all at once.
//!
//! ```text
//! ..2026_01_02_03_04_05.123456789/key   the files
//! ..data -> ..2026_...                  replaced by rename
//! key -> ..data/key                     what users open
//! ```
//!
//! Source: upstream pkg/volume/util/atomic_writer.go.

use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::{PermissionsExt, chown, symlink},
    path::{Component, Path},
};

use jiff::Timestamp;

use super::Files;

/// Makes `folder` hold exactly these files.
pub(super) fn write(folder: &Path, files: &Files, group: Option<u32>) -> io::Result<()> {
    if let Some(path) = files.keys().find(|path| !is_inside(path)) {
        let why = format!("path {path:?} leads out of the volume");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    let old = fs::read_link(folder.join("..data")).ok();
    let version = Timestamp::now()
        .strftime("..%Y_%m_%d_%H_%M_%S.%9f")
        .to_string();
    let target = folder.join(&version);
    fs::create_dir(&target)?;
    fs::set_permissions(&target, fs::Permissions::from_mode(0o755))?;
    for (path, (content, mode)) in files {
        let file = target.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&file, content)?;
        if let Some(group) = group {
            chown(&file, None, Some(group))?;
        }
        // With a group the file is for it to read (upstream `SetVolumeOwnership`).
        let mode = if group.is_some() { mode | 0o440 } else { *mode };
        fs::set_permissions(&file, fs::Permissions::from_mode(mode))?;
    }
    let fresh = folder.join("..data_tmp");
    remove_if_there(&fresh)?;
    symlink(&version, &fresh)?;
    fs::rename(&fresh, folder.join("..data"))?;
    link_top(folder, files)?;
    if let Some(old) = old {
        fs::remove_dir_all(folder.join(old))?;
    }
    Ok(())
}

/// Relative, without `..`, and not one of the writer's own names.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.starts_with("..")
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

fn link_top(folder: &Path, files: &Files) -> io::Result<()> {
    let wanted: BTreeSet<_> = files
        .keys()
        .filter_map(|path| path.split('/').next())
        .collect();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_ours = name.to_string_lossy().starts_with("..");
        if !is_ours && !name.to_str().is_some_and(|name| wanted.contains(name)) {
            remove_if_there(&entry.path())?;
        }
    }
    for name in wanted {
        let link = folder.join(name);
        if fs::symlink_metadata(&link).is_err() {
            symlink(Path::new("..data").join(name), link)?;
        }
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
