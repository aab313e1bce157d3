//! Reading the log at the start.
//!
//! Segments are read in order; the last version of a key wins. Only the last
//! segment may end in a group that is not whole: that one was never
//! acknowledged and is cut off. Anything else that does not check out is
//! damage, and the store does not open: to go on would lose what was promised.

use bytes::Bytes;

use crate::{
    Recovered, Revision,
    error::{StoreError, file_error},
    index::{Index, Place, Version},
    record::{Group, GroupKind, SEGMENT_HEADER_BYTES, SegmentHeader},
    segment::{Folder, Segment},
};

/// How far the revision jumps when the last process did not close the store. A
/// power cut may have taken revisions that were seen inside but not yet on the
/// disk; a jump that no unsynced second can reach keeps all of them unused.
const UNCLEAN_JUMP: u64 = 1_000_000;

/// The log as read.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) index: Index,
    /// All segments in order; empty if the folder was.
    pub(crate) segments: Vec<Segment>,
    /// The revision to go on from.
    pub(crate) revision: Revision,
    /// Whether the last process closed the store in order.
    pub(crate) clean: bool,
}

/// Reads all segments of the folder and cuts off a torn tail.
pub(crate) fn read(folder: &Folder) -> Result<Log, StoreError> {
    let mut log = Log {
        index: Index::default(),
        segments: Vec::new(),
        revision: Revision(0),
        clean: true,
    };
    let numbers = folder.segments()?;
    for number in &numbers {
        let mut segment = folder.open_segment(*number)?;
        let is_last = Some(number) == numbers.last();
        log.read_segment(folder, &mut segment, is_last)?;
        log.segments.push(segment);
    }
    if !log.clean {
        log.revision.0 += UNCLEAN_JUMP;
    }
    Ok(log)
}

impl Log {
    fn read_segment(
        &mut self,
        folder: &Folder,
        segment: &mut Segment,
        is_last: bool,
    ) -> Result<(), StoreError> {
        let path = folder.segment_path(segment.number);
        let corrupt = |offset: usize, what: &str| StoreError::Corrupt {
            segment: path.clone(),
            offset: offset as u64,
            what: what.to_owned(),
        };
        let bytes = segment.read().map_err(file_error("read", &path))?;
        let header = SegmentHeader::decode(&bytes)
            .filter(|header| header.number == segment.number)
            .ok_or_else(|| corrupt(0, "this is not a segment of this store"))?;
        self.revision = self.revision.max(header.revision);
        self.clean = false;
        let mut at = SEGMENT_HEADER_BYTES;
        while at < bytes.len() {
            let group = match Group::read(&bytes, at) {
                Ok(group) => group,
                Err(_) if is_last && !Group::behind_proves_synced(&bytes, at) => break,
                Err(no_group) => return Err(corrupt(at, no_group.0)),
            };
            for record in group.records() {
                let record = record.map_err(|no_group| corrupt(at, no_group.0))?;
                let newest = self.index.newest(record.key);
                if newest.is_some_and(|newest| newest.revision > record.revision) {
                    return Err(corrupt(at, "an older version stands behind a newer"));
                }
                let version = Version {
                    place: Place {
                        segment: segment.number,
                        offset: record.offset,
                        length: record.length,
                    },
                    revision: record.revision,
                    is_deleted: record.value.is_none(),
                };
                self.index.put(record.key, version);
            }
            self.revision = self.revision.max(group.revision);
            self.clean = group.kind == GroupKind::Closed;
            at = group.end();
        }
        if at < bytes.len() {
            tracing::info!(
                segment = %path.display(),
                bytes = bytes.len() - at,
                "cut off a batch that was not written to its end"
            );
            segment
                .file
                .set_len(at as u64)
                .and_then(|()| folder.sync(&segment.file))
                .map_err(file_error("cut off the end of", &path))?;
            self.clean = false;
        }
        segment.length = at as u64;
        segment.synced = segment.length;
        Ok(())
    }

    /// Reads the live values.
    pub(crate) fn entries(&self, folder: &Folder) -> Result<Recovered, StoreError> {
        let mut live: Vec<_> = self
            .index
            .iter()
            .filter(|(_, entry)| !entry.is_deleted)
            .map(|(key, entry)| (key.clone(), *entry))
            .collect();
        // In the order of the disk: one pass over each file, and one file in memory.
        live.sort_unstable_by_key(|(_, entry)| (entry.place.segment, entry.place.offset));
        let mut entries = Vec::with_capacity(live.len());
        let mut segments = self.segments.iter();
        let mut open: Option<(u64, Vec<u8>)> = None;
        for (key, entry) in live {
            let number = entry.place.segment;
            if open.as_ref().is_none_or(|(open, _)| *open != number) {
                let segment = segments
                    .find(|segment| segment.number == number)
                    .expect("every place in the index is in a segment that was read");
                let path = folder.segment_path(number);
                open = Some((number, segment.read().map_err(file_error("read", path))?));
            }
            let (_, bytes) = open.as_ref().expect("opened above");
            let end = (entry.place.offset + entry.place.length) as usize;
            let start = entry.place.value_offset(key.len());
            entries.push((
                key,
                entry.revision,
                Bytes::copy_from_slice(&bytes[start..end]),
            ));
        }
        entries.sort_unstable_by(|(one, ..), (other, ..)| one.cmp(other));
        Ok(Recovered {
            entries,
            revision: self.revision,
            clean: self.clean,
        })
    }
}
