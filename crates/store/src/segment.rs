//! The files of the log.
//!
//! A segment is written at its end only, and is never changed afterwards. It
//! appears under its name with a whole header (written aside, synced, renamed),
//! so that only the last segment of a folder can end in a torn group.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use crate::{
    Durability, Options, Revision,
    error::{StoreError, file_error},
    record::{SEGMENT_HEADER_BYTES, SegmentHeader},
};

/// Name of a segment that does not have its header yet.
const UNFINISHED: &str = "unfinished";

/// The folder with the segments.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    options: Options,
}

/// An open segment file.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) number: u64,
    pub(crate) file: Arc<File>,
    /// Bytes that hold whole groups; the next group goes here.
    pub(crate) length: u64,
    /// Bytes known to be on the disk.
    pub(crate) synced: u64,
}

/// Options for a file that only its owner may read.
pub(crate) fn create_private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

impl Folder {
    /// Makes the folder (0700) if it is not there.
    pub(crate) fn open(path: &Path, options: Options) -> Result<Self, StoreError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(file_error("create", path))?;
        fs::set_permissions(path, Permissions::from_mode(0o700))
            .map_err(file_error("restrict", path))?;
        Ok(Self {
            path: path.to_owned(),
            options,
        })
    }

    /// Where the segment of that number is.
    pub(crate) fn segment_path(&self, number: u64) -> PathBuf {
        self.path.join(format!("segment-{number:012}"))
    }

    /// The numbers of all segments, in order. Removes what an ended process left unfinished.
    pub(crate) fn segments(&self) -> Result<Vec<u64>, StoreError> {
        let mut numbers = Vec::new();
        let listing = fs::read_dir(&self.path).map_err(file_error("list", &self.path))?;
        for entry in listing {
            let name = entry.map_err(file_error("list", &self.path))?.file_name();
            let Some(name) = name.to_str() else { continue };
            if name == UNFINISHED {
                let path = self.path.join(name);
                fs::remove_file(&path).map_err(file_error("remove", path))?;
            } else if let Some(number) = name
                .strip_prefix("segment-")
                .and_then(|digits| digits.parse().ok())
            {
                numbers.push(number);
            }
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Makes an empty segment that begins after `revision`.
    ///
    /// Once it has its name it is the last one, and the one before may not be
    /// written any more: a failure from there on is [`AppendError::Unknown`].
    pub(crate) fn create_segment(
        &self,
        number: u64,
        revision: Revision,
    ) -> Result<Segment, AppendError> {
        let file = self
            .write_header(SegmentHeader { number, revision })
            .map_err(AppendError::Undone)?;
        fs::rename(self.path.join(UNFINISHED), self.segment_path(number))
            .and_then(|()| self.sync_names())
            .map_err(AppendError::Unknown)?;
        Ok(Segment {
            number,
            file: Arc::new(file),
            length: SEGMENT_HEADER_BYTES as u64,
            synced: SEGMENT_HEADER_BYTES as u64,
        })
    }

    fn write_header(&self, header: SegmentHeader) -> io::Result<File> {
        let file = create_private()
            .create(true)
            .truncate(true)
            .open(self.path.join(UNFINISHED))?;
        file.write_all_at(&header.encode(), 0)?;
        self.sync(&file)?;
        Ok(file)
    }

    /// Opens a segment that is there.
    pub(crate) fn open_segment(&self, number: u64) -> Result<Segment, StoreError> {
        let path = self.segment_path(number);
        let file = create_private()
            .open(&path)
            .map_err(file_error("open", &path))?;
        let length = file.metadata().map_err(file_error("read", &path))?.len();
        Ok(Segment {
            number,
            file: Arc::new(file),
            length,
            synced: length,
        })
    }

    /// Removes the file of a segment, for good.
    pub(crate) fn remove_segment(&self, number: u64) -> io::Result<()> {
        fs::remove_file(self.segment_path(number))?;
        self.sync_names()
    }

    /// Syncs the file's data, unless the store never syncs.
    pub(crate) fn sync(&self, file: &File) -> io::Result<()> {
        match self.options.durability {
            Durability::Synced => {
                thread::sleep(self.options.added_sync_time);
                file.sync_data()
            }
            Durability::Never => Ok(()),
        }
    }

    /// Syncs the folder, so that new and removed names survive a power cut.
    fn sync_names(&self) -> io::Result<()> {
        match self.options.durability {
            Durability::Synced => File::open(&self.path)?.sync_all(),
            Durability::Never => Ok(()),
        }
    }
}

impl Segment {
    /// The whole file.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        let length = self.file.metadata()?.len();
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut bytes, 0)?;
        Ok(bytes)
    }

    /// Appends a group. After an error the file is as long as before, or, if
    /// that failed too, nobody knows: [`AppendError::Unknown`].
    pub(crate) fn append(&mut self, group: &[u8]) -> Result<u64, AppendError> {
        let start = self.length;
        match self.file.write_all_at(group, start) {
            Ok(()) => {
                self.length = start + group.len() as u64;
                Ok(start)
            }
            Err(source) => match self.file.set_len(start) {
                Ok(()) if is_passing(&source) => Err(AppendError::Undone(source)),
                Ok(()) => Err(AppendError::Unknown(source)),
                Err(undo) => Err(AppendError::Unknown(io::Error::other(format!(
                    "{source}; and cutting off what was written failed: {undo}"
                )))),
            },
        }
    }
}

/// Whether the disk may take the same write later.
fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// Why a group was not appended, or a segment not made.
#[derive(Debug)]
pub(crate) enum AppendError {
    /// All is as before, the next attempt may succeed.
    Undone(io::Error),
    /// Nobody knows what is on the disk.
    Unknown(io::Error),
}

impl From<AppendError> for io::Error {
    fn from(error: AppendError) -> Self {
        let (AppendError::Undone(source) | AppendError::Unknown(source)) = error;
        source
    }
}
