//! Giving back the room of versions that nobody needs.
//!
//! Takes the sealed segment with the least live bytes, once less than half of
//! it is live, copies its live records to the end of the log and removes its
//! file. Writers go on: the lock is taken for one chunk at a time, and a record
//! that was overwritten meanwhile is not copied.
//!
//! The copies are synced before the file goes, and the file is gone for good
//! before the index forgets its stale values: a power cut between any two steps
//! leaves both copies, which recovery takes for one.

use std::{io, os::unix::fs::FileExt as _};

use crate::{
    StoreError,
    index::Place,
    log::{Mode, Shared, State},
    record::{Group, GroupKind, NoGroup, Record, SEGMENT_HEADER_BYTES},
    segment::Segment,
};

/// Most bytes copied under the lock at a time: about 0.1 ms of a writer's wait.
const CHUNK_BYTES: usize = 256 << 10;

/// Most bytes of a segment in memory at a time, unless one group is longer: a
/// whole segment would be a peak of its own, on pages that nobody used before.
const WINDOW_BYTES: u64 = 1 << 20;

/// The body of the thread; ends when the store is no longer open.
pub(crate) fn run(shared: &Shared) {
    let mut state = shared.state.lock();
    while matches!(state.mode, Mode::Open) {
        let Some(segment) = pick(&state) else {
            shared.compaction_wanted.wait(&mut state);
            continue;
        };
        let outcome = crate::log::unlocked(&mut state, || compact(shared, &segment));
        if let Err(error) = outcome
            && matches!(state.mode, Mode::Open)
        {
            // Nothing is lost: the segment stays. Full disks are tried again
            // when the next segment becomes garbage, not in a loop.
            tracing::warn!(segment = segment.number, %error, "compaction gave up for now");
            shared.compaction_wanted.wait(&mut state);
        }
    }
}

/// The sealed segment with the least live bytes, if it is worth the work.
fn pick(state: &State) -> Option<Segment> {
    state
        .sealed
        .values()
        .filter(|segment| state.is_mostly_garbage(segment.number))
        .min_by_key(|segment| state.index.live_bytes(segment.number))
        .cloned()
}

/// Why a segment was not compacted.
#[derive(Debug, thiserror::Error)]
enum CompactionError {
    #[error("the segment reads differently than it was written: {}", .0.0)]
    Damaged(NoGroup),
    #[error("cannot use the segment: {0}")]
    File(#[from] io::Error),
    #[error("cannot copy: {0}")]
    Copy(#[from] StoreError),
}

fn compact(shared: &Shared, segment: &Segment) -> Result<(), CompactionError> {
    let mut stale_values: Vec<Box<[u8]>> = Vec::new();
    let mut window = Window::new(segment)?;
    while let Some((start, groups)) = window.next()? {
        let records = records(start, groups).map_err(CompactionError::Damaged)?;
        let mut rest = records.as_slice();
        while !rest.is_empty() {
            let mut state = shared.state.lock();
            let moved = move_chunk(shared, &mut state, segment.number, rest, &mut stale_values)?;
            rest = &rest[moved..];
        }
    }
    let active = shared.state.lock().active.clone();
    if let Err(source) = shared.folder.sync(&active.file) {
        let mut state = shared.state.lock();
        return Err(state
            .poison(format!("syncing compacted records failed: {source}"))
            .into());
    }
    shared.folder.remove_segment(segment.number)?;
    let mut state = shared.state.lock();
    state.sealed.remove(&segment.number);
    state
        .index
        .drop_segment(segment.number, stale_values.iter().map(|key| &**key));
    Ok(())
}

/// Copies live records from the front of `records` until a chunk is full.
/// Returns how many records were looked at; keys of values that are stale go to `stale_values`.
fn move_chunk(
    shared: &Shared,
    state: &mut State,
    segment: u64,
    records: &[Record<'_>],
    stale_values: &mut Vec<Box<[u8]>>,
) -> Result<usize, StoreError> {
    state.ensure_open()?;
    state.builder.begin();
    let mut moves = Vec::new();
    let mut looked_at = 0;
    for record in records {
        if state.builder.len() >= CHUNK_BYTES {
            break;
        }
        looked_at += 1;
        let place = Place {
            segment,
            offset: record.offset,
            length: record.length,
        };
        let newest = state.index.newest(record.key);
        if newest.is_some_and(|newest| newest.place == place) {
            let (offset, length) = state
                .builder
                .push(record.revision, record.key, record.value);
            moves.push((record.key, offset, length));
        } else if record.value.is_some() {
            stale_values.push(record.key.into());
        }
    }
    if moves.is_empty() {
        return Ok(looked_at);
    }
    let start = state.append_group(shared, GroupKind::Moved, state.revision, moves.len())?;
    let target = state.active.number;
    for (key, offset, length) in moves {
        let place = Place {
            segment: target,
            offset: start + offset,
            length,
        };
        state.index.move_to(key, place);
    }
    Ok(looked_at)
}

/// The records of whole groups that stand at `start` of their segment.
fn records(start: u32, groups: &[u8]) -> Result<Vec<Record<'_>>, NoGroup> {
    let mut records = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        let group = Group::read(groups, at)?;
        for record in group.records() {
            let record = record?;
            records.push(Record {
                offset: start + record.offset,
                ..record
            });
        }
        at = group.end();
    }
    Ok(records)
}

/// Reads a segment from its front to its end, some whole groups at a time.
struct Window<'a> {
    segment: &'a Segment,
    /// The length of the file.
    length: u64,
    /// All before this was given out.
    at: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    fn new(segment: &'a Segment) -> io::Result<Self> {
        Ok(Self {
            segment,
            length: segment.file.metadata()?.len(),
            at: SEGMENT_HEADER_BYTES as u64,
            bytes: Vec::new(),
        })
    }

    /// The next whole groups and where they stand; `None` at the end. What is
    /// no whole group at the end of the file is given out as it is.
    fn next(&mut self) -> io::Result<Option<(u32, &[u8])>> {
        let left = self.length.saturating_sub(self.at);
        if left == 0 {
            return Ok(None);
        }
        let start = u32::try_from(self.at).map_err(io::Error::other)?;
        let mut size = left.min(WINDOW_BYTES);
        loop {
            self.bytes
                .resize(usize::try_from(size).map_err(io::Error::other)?, 0);
            self.segment.file.read_exact_at(&mut self.bytes, self.at)?;
            let whole = match Group::whole_bytes(&self.bytes) {
                0 if size < left => {
                    size = left.min(size * 2);
                    continue;
                }
                0 => self.bytes.len(),
                whole => whole,
            };
            self.at += whole as u64;
            return Ok(Some((start, &self.bytes[..whole])));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::{Revision, record::GroupBuilder};

    /// A segment of groups with one value each.
    fn segment(folder: &std::path::Path, values: &[usize]) -> Segment {
        let mut bytes = vec![0; SEGMENT_HEADER_BYTES];
        for (number, size) in values.iter().enumerate() {
            let mut builder = GroupBuilder::default();
            builder.begin();
            let key = format!("key-{number}");
            let value = vec![b'x'; *size];
            builder.push(Revision(1), key.as_bytes(), Some(&value));
            bytes.extend_from_slice(builder.finish(GroupKind::Batch, Revision(1), 0));
        }
        let path = folder.join("segment");
        std::fs::write(&path, &bytes).unwrap();
        Segment {
            number: 1,
            file: File::open(path).unwrap().into(),
            length: bytes.len() as u64,
            synced: 0,
        }
    }

    #[test]
    fn a_segment_is_read_whole_whatever_the_length_of_its_groups() {
        let folder = tempfile::tempdir().unwrap();
        let window = WINDOW_BYTES as usize;
        let sizes = [10, window / 2, window / 2, 3 * window, 1, window - 100, 5];
        let segment = segment(folder.path(), &sizes);
        let whole = std::fs::read(folder.path().join("segment")).unwrap();
        let mut reader = Window::new(&segment).unwrap();
        let mut found = Vec::new();
        while let Some((start, groups)) = reader.next().unwrap() {
            for record in records(start, groups).unwrap() {
                let place = record.offset as usize..(record.offset + record.length) as usize;
                assert!(whole[place].ends_with(record.value.unwrap()));
                found.push(record.value.unwrap().len());
            }
        }
        assert_eq!(found, sizes);
    }

    #[test]
    fn a_segment_that_is_cut_short_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let segment = segment(folder.path(), &[10, 20]);
        let file = File::options()
            .write(true)
            .open(folder.path().join("segment"));
        file.unwrap().set_len(segment.length - 1).unwrap();
        let mut reader = Window::new(&segment).unwrap();
        let (start, groups) = reader.next().unwrap().unwrap();
        assert_eq!(records(start, groups).map(|found| found.len()), Ok(1));
        let (start, groups) = reader.next().unwrap().unwrap();
        assert!(records(start, groups).is_err());
    }
}
