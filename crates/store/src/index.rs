//! Where the newest version of every key stands, and how much of a segment is garbage.
//!
//! A record is *live* while it is the newest version of its key. The record of a
//! deletion is live as long as an older value of the key is still in some file:
//! without it recovery would bring the value back. The index therefore counts
//! the stale values of each key that are still in files, and drops the deletion
//! with the last of them; a yard where millions of Pods come and go keeps no
//! trace of them.
//!
//! Invariant: in the order of the log, the versions of one key have rising
//! revisions (a moved record is appended only while it is the newest). The last
//! one read is the newest.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;

use crate::{Revision, record::RECORD_HEADER_BYTES};

/// A record's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Number of the segment.
    pub(crate) segment: u64,
    /// Where the record begins.
    pub(crate) offset: u32,
    /// Bytes of the record with its header.
    pub(crate) length: u32,
}

impl Place {
    /// Where the value of a key of that length stands.
    pub(crate) fn value_offset(&self, key_length: usize) -> usize {
        self.offset as usize + RECORD_HEADER_BYTES + key_length
    }
}

/// The newest version of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) place: Place,
    pub(crate) revision: Revision,
    pub(crate) is_deleted: bool,
    /// Older values of the key that are still in files.
    stale_values: u32,
}

/// A version that takes its place in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) place: Place,
    pub(crate) revision: Revision,
    pub(crate) is_deleted: bool,
}

/// The newest version of every key, and the live bytes of every segment.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: HashMap<Bytes, Entry>,
    live_bytes: BTreeMap<u64, u64>,
}

impl Index {
    /// The revision of the key's value; `None` if there is no value.
    pub(crate) fn revision_of(&self, key: &[u8]) -> Option<Revision> {
        self.entries
            .get(key)
            .filter(|entry| !entry.is_deleted)
            .map(|entry| entry.revision)
    }

    /// The newest version, also if it is a deletion.
    pub(crate) fn newest(&self, key: &[u8]) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// Every key and its newest version, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Bytes, &Entry)> {
        self.entries.iter()
    }

    /// Live bytes of a segment.
    pub(crate) fn live_bytes(&self, segment: u64) -> u64 {
        self.live_bytes.get(&segment).copied().unwrap_or(0)
    }

    /// A new version was appended. What was the newest is garbage now.
    ///
    /// A new key is copied: a slice would keep the whole request or segment in memory.
    pub(crate) fn put(&mut self, key: &[u8], version: Version) {
        let stale_values = match self.entries.get(key) {
            None => 0,
            Some(old) => {
                let (place, counts) = (old.place, u32::from(!old.is_deleted));
                let stale_values = old.stale_values + counts;
                self.forget(place);
                stale_values
            }
        };
        if version.is_deleted && stale_values == 0 {
            // Nothing that the deletion would have to hide.
            self.entries.remove(key);
            return;
        }
        *self.live_bytes.entry(version.place.segment).or_default() +=
            u64::from(version.place.length);
        let entry = Entry {
            place: version.place,
            revision: version.revision,
            is_deleted: version.is_deleted,
            stale_values,
        };
        match self.entries.get_mut(key) {
            Some(old) => *old = entry,
            None => {
                self.entries.insert(Bytes::copy_from_slice(key), entry);
            }
        }
    }

    /// Compaction appended a copy of the newest version; the original goes with its segment.
    pub(crate) fn move_to(&mut self, key: &[u8], place: Place) {
        let entry = self
            .entries
            .get_mut(key)
            .expect("only live records are moved");
        let old = std::mem::replace(&mut entry.place, place);
        self.forget(old);
        *self.live_bytes.entry(place.segment).or_default() += u64::from(place.length);
    }

    /// The file of `segment` is gone; `stale_values` are the keys of the values
    /// in it that were not moved, one for each value.
    pub(crate) fn drop_segment<'a>(
        &mut self,
        segment: u64,
        stale_values: impl Iterator<Item = &'a [u8]>,
    ) {
        for key in stale_values {
            let Some(entry) = self.entries.get_mut(key) else {
                continue;
            };
            entry.stale_values = entry.stale_values.saturating_sub(1);
            if entry.is_deleted && entry.stale_values == 0 {
                let place = entry.place;
                self.entries.remove(key);
                self.forget(place);
            }
        }
        let live = self.live_bytes.remove(&segment).unwrap_or(0);
        assert_eq!(
            live, 0,
            "segment {segment} was dropped with live records in it"
        );
    }

    fn forget(&mut self, place: Place) {
        if let Some(live) = self.live_bytes.get_mut(&place.segment) {
            *live -= u64::from(place.length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(segment: u64, revision: u64, is_deleted: bool) -> Version {
        Version {
            place: Place {
                segment,
                offset: revision as u32 * 10,
                length: 10,
            },
            revision: Revision(revision),
            is_deleted,
        }
    }

    #[test]
    fn newer_version_makes_the_older_garbage() {
        let mut index = Index::default();
        index.put(b"a", version(1, 1, false));
        index.put(b"a", version(2, 2, false));
        assert_eq!((index.live_bytes(1), index.live_bytes(2)), (0, 10));
        assert_eq!(index.revision_of(b"a"), Some(Revision(2)));
    }

    #[test]
    fn deletion_stays_until_the_last_stale_value_is_gone() {
        let mut index = Index::default();
        index.put(b"a", version(1, 1, false));
        index.put(b"a", version(2, 2, false));
        index.put(b"a", version(3, 3, true));
        assert_eq!(index.revision_of(b"a"), None);
        assert_eq!(index.live_bytes(3), 10);
        index.drop_segment(1, [&b"a"[..]].into_iter());
        assert!(index.newest(b"a").is_some());
        index.drop_segment(2, [&b"a"[..]].into_iter());
        assert!(index.newest(b"a").is_none());
        assert_eq!(index.live_bytes(3), 0);
    }

    #[test]
    fn value_after_a_deletion_keeps_counting_the_stale_values() {
        let mut index = Index::default();
        index.put(b"a", version(1, 1, false));
        index.put(b"a", version(2, 2, true));
        index.put(b"a", version(3, 3, false));
        index.put(b"a", version(4, 4, true));
        index.drop_segment(1, [&b"a"[..]].into_iter());
        assert!(
            index.newest(b"a").is_some(),
            "the value of segment 3 is still in a file"
        );
        index.drop_segment(3, [&b"a"[..]].into_iter());
        assert!(index.newest(b"a").is_none());
    }

    #[test]
    fn deletion_of_nothing_leaves_no_trace() {
        let mut index = Index::default();
        index.put(b"a", version(1, 1, true));
        assert_eq!(index.iter().count(), 0);
        assert_eq!(index.live_bytes(1), 0);
    }
}
