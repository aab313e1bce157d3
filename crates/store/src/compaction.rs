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

use std::io;

use crate::{
    StoreError,
    index::Place,
    log::{Mode, Shared, State},
    record::{Group, GroupKind, NoGroup, Record, SEGMENT_HEADER_BYTES},
    segment::Segment,
};

/// Most bytes copied under the lock at a time: about 0.1 ms of a writer's wait.
const CHUNK_BYTES: usize = 256 << 10;

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
    let bytes = segment.read()?;
    let records = records(&bytes).map_err(CompactionError::Damaged)?;
    let mut stale_values: Vec<&[u8]> = Vec::new();
    let mut rest = records.as_slice();
    while !rest.is_empty() {
        let mut state = shared.state.lock();
        let moved = move_chunk(shared, &mut state, segment.number, rest, &mut stale_values)?;
        rest = &rest[moved..];
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
        .drop_segment(segment.number, stale_values.into_iter());
    Ok(())
}

/// Copies live records from the front of `records` until a chunk is full.
/// Returns how many records were looked at; keys of values that are stale go to `stale_values`.
fn move_chunk<'a>(
    shared: &Shared,
    state: &mut State,
    segment: u64,
    records: &[Record<'a>],
    stale_values: &mut Vec<&'a [u8]>,
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
            stale_values.push(record.key);
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

fn records(segment: &[u8]) -> Result<Vec<Record<'_>>, NoGroup> {
    let mut records = Vec::new();
    let mut at = SEGMENT_HEADER_BYTES;
    while at < segment.len() {
        let group = Group::read(segment, at)?;
        for record in group.records() {
            records.push(record?);
        }
        at = group.end();
    }
    Ok(records)
}
