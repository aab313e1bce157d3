//! How a batch stands in a segment: a group of records, whole or not at all.
//!
//! A group is one `write`, with one checksum over all of it: a write that was
//! cut short (`kill -9`, power loss, full disk) leaves a group that does not
//! check out, and recovery drops it as a whole. Every record carries its own
//! revision, because compaction moves records without giving them new ones.
//! The drawing is in `docs/store.md`.

use crate::Revision;

/// First bytes of a segment: the name and the version of the layout.
pub(crate) const SEGMENT_MAGIC: &[u8; 8] = b"jobyard\x01";
/// Magic, number of the segment, newest revision when the segment began, checksum of these.
pub(crate) const SEGMENT_HEADER_BYTES: usize = 32;
/// First bytes of a group. Recovery looks for them behind damage, to tell a torn
/// tail from a damaged middle.
const GROUP_MAGIC: [u8; 4] = *b"\xf1JYG";
/// Magic, checksum, body length, kind, revision, synced.
pub(crate) const GROUP_HEADER_BYTES: usize = 32;
/// Revision, key length, value length.
pub(crate) const RECORD_HEADER_BYTES: usize = 16;
/// Largest body of a group. A batch is at most 200 values of some KB; a value is
/// at most a few MB (the API refuses larger bodies). Longer lengths in a file
/// are damage, and are not allocated.
pub(crate) const BODY_BYTES_MAX: usize = 64 << 20;
/// The value length that says "deleted".
const DELETED: u32 = u32::MAX;

/// Why a group was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupKind {
    /// A batch of a caller.
    Batch = 1,
    /// Live records that compaction moved here.
    Moved = 2,
    /// A process opened the store; no records.
    Opened = 3,
    /// A process closed the store in order; no records.
    Closed = 4,
}

impl GroupKind {
    fn from_number(number: u32) -> Option<Self> {
        [Self::Batch, Self::Moved, Self::Opened, Self::Closed]
            .into_iter()
            .find(|kind| *kind as u32 == number)
    }
}

/// The header of a segment file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    /// The number that is also in the file's name.
    pub(crate) number: u64,
    /// The newest revision when the segment began: known even when the segment
    /// that held its record is gone.
    pub(crate) revision: Revision,
}

impl SegmentHeader {
    pub(crate) fn encode(self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        bytes[..8].copy_from_slice(SEGMENT_MAGIC);
        bytes[8..16].copy_from_slice(&self.number.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.revision.0.to_le_bytes());
        let checksum = crc32fast::hash(&bytes[..24]);
        bytes[24..28].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// `None` if the bytes do not begin with a whole header of our layout.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let header = bytes.get(..SEGMENT_HEADER_BYTES)?;
        let checksum = u32_at(header, 24)?;
        let whole = header.starts_with(SEGMENT_MAGIC) && checksum == crc32fast::hash(&header[..24]);
        whole.then_some(Self {
            number: u64_at(header, 8)?,
            revision: Revision(u64_at(header, 16)?),
        })
    }
}

/// A group read from a segment, its checksum verified.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group<'a> {
    pub(crate) kind: GroupKind,
    /// The newest revision of the store once this group is applied.
    pub(crate) revision: Revision,
    /// How many bytes of the segment were known to be on the disk when the group was written.
    pub(crate) synced: u64,
    body: &'a [u8],
    /// Where the body begins in the segment.
    body_offset: usize,
}

/// One version of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) revision: Revision,
    pub(crate) key: &'a [u8],
    /// `None`: deleted.
    pub(crate) value: Option<&'a [u8]>,
    /// Where the record begins, counted from the start of the segment (or of the group being built).
    pub(crate) offset: u32,
    /// Bytes of the record with its header.
    pub(crate) length: u32,
}

/// The bytes at this place are not a whole group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoGroup(pub(crate) &'static str);

impl<'a> Group<'a> {
    /// Reads the group that begins at `offset`.
    pub(crate) fn read(segment: &'a [u8], offset: usize) -> Result<Self, NoGroup> {
        let bytes = segment.get(offset..).unwrap_or_default();
        let header = bytes
            .get(..GROUP_HEADER_BYTES)
            .ok_or(NoGroup("the group's header is cut short"))?;
        if header[..4] != GROUP_MAGIC {
            return Err(NoGroup("no group begins here"));
        }
        let number = |at| u32_at(header, at).expect("the header has its whole length");
        let long = |at| u64_at(header, at).expect("the header has its whole length");
        let body_length = number(8) as usize;
        if body_length > BODY_BYTES_MAX {
            return Err(NoGroup("the group's length is out of bounds"));
        }
        let whole = bytes
            .get(..GROUP_HEADER_BYTES + body_length)
            .ok_or(NoGroup("the group is cut short"))?;
        if crc32fast::hash(&whole[8..]) != number(4) {
            return Err(NoGroup("the group's checksum does not match"));
        }
        Ok(Self {
            kind: GroupKind::from_number(number(12)).ok_or(NoGroup("unknown kind of group"))?,
            revision: Revision(long(16)),
            synced: long(24),
            body: &whole[GROUP_HEADER_BYTES..],
            body_offset: offset + GROUP_HEADER_BYTES,
        })
    }

    /// How many of the bytes are whole groups, going by their headers alone.
    pub(crate) fn whole_bytes(bytes: &[u8]) -> usize {
        let mut whole = 0;
        while let Some(header) = bytes.get(whole..whole + GROUP_HEADER_BYTES)
            && header.starts_with(&GROUP_MAGIC)
            && let Some(body_length) = u32_at(header, 8)
            && let end = whole + GROUP_HEADER_BYTES + body_length as usize
            && end <= bytes.len()
        {
            whole = end;
        }
        whole
    }

    /// Where the next group begins.
    pub(crate) fn end(&self) -> usize {
        self.body_offset + self.body.len()
    }

    /// The records in the order written.
    pub(crate) fn records(&self) -> Records<'a> {
        Records {
            body: self.body,
            at: 0,
            body_offset: self.body_offset,
        }
    }

    /// Whether a whole group behind `offset` shows that the bytes at `offset`
    /// had reached the disk: then they are damaged, not torn.
    pub(crate) fn behind_proves_synced(segment: &[u8], offset: usize) -> bool {
        let mut at = offset + 1;
        while let Some(found) = segment.get(at..).and_then(|rest| {
            rest.windows(GROUP_MAGIC.len())
                .position(|window| window == GROUP_MAGIC)
        }) {
            at += found;
            if Group::read(segment, at).is_ok_and(|group| group.synced > offset as u64) {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// Iterates over the records of a group.
#[derive(Clone, Debug)]
pub(crate) struct Records<'a> {
    body: &'a [u8],
    at: usize,
    body_offset: usize,
}

impl<'a> Iterator for Records<'a> {
    /// The error is a body that its own checksum calls good: written by a broken program.
    type Item = Result<Record<'a>, NoGroup>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.body[self.at..];
        if rest.is_empty() {
            return None;
        }
        let record = Record::read(rest, self.body_offset + self.at);
        self.at = match &record {
            Some(record) => self.at + record.length as usize,
            None => self.body.len(),
        };
        Some(record.ok_or(NoGroup("a record is longer than its group")))
    }
}

impl<'a> Record<'a> {
    fn read(bytes: &'a [u8], offset: usize) -> Option<Self> {
        let revision = Revision(u64_at(bytes, 0)?);
        let key_end = RECORD_HEADER_BYTES + u32_at(bytes, 8)? as usize;
        let key = bytes.get(RECORD_HEADER_BYTES..key_end)?;
        let (value, end) = match u32_at(bytes, 12)? {
            DELETED => (None, key_end),
            length => {
                let end = key_end + length as usize;
                (Some(bytes.get(key_end..end)?), end)
            }
        };
        Some(Self {
            revision,
            key,
            value,
            offset: u32::try_from(offset).ok()?,
            length: end as u32,
        })
    }
}

/// Builds a group in a buffer that is used again.
#[derive(Debug, Default)]
pub(crate) struct GroupBuilder {
    buffer: Vec<u8>,
}

/// Capacity that the buffer keeps between groups.
const BUFFER_KEPT_BYTES: usize = 1 << 20;

impl GroupBuilder {
    /// Begins a new group.
    pub(crate) fn begin(&mut self) {
        self.buffer.clear();
        self.buffer.shrink_to(BUFFER_KEPT_BYTES);
        self.buffer.resize(GROUP_HEADER_BYTES, 0);
    }

    /// Bytes so far, with the header.
    pub(crate) fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Adds a record and returns its offset in the group and its length.
    pub(crate) fn push(
        &mut self,
        revision: Revision,
        key: &[u8],
        value: Option<&[u8]>,
    ) -> (u32, u32) {
        let start = self.buffer.len();
        let value_length = value.map_or(DELETED, |value| value.len() as u32);
        self.buffer.extend_from_slice(&revision.0.to_le_bytes());
        self.buffer
            .extend_from_slice(&(key.len() as u32).to_le_bytes());
        self.buffer.extend_from_slice(&value_length.to_le_bytes());
        self.buffer.extend_from_slice(key);
        self.buffer.extend_from_slice(value.unwrap_or_default());
        (start as u32, (self.buffer.len() - start) as u32)
    }

    /// Writes the header and gives the bytes for the file.
    pub(crate) fn finish(&mut self, kind: GroupKind, revision: Revision, synced: u64) -> &[u8] {
        let body_length = (self.buffer.len() - GROUP_HEADER_BYTES) as u32;
        self.buffer[..4].copy_from_slice(&GROUP_MAGIC);
        self.buffer[8..12].copy_from_slice(&body_length.to_le_bytes());
        self.buffer[12..16].copy_from_slice(&(kind as u32).to_le_bytes());
        self.buffer[16..24].copy_from_slice(&revision.0.to_le_bytes());
        self.buffer[24..32].copy_from_slice(&synced.to_le_bytes());
        let checksum = crc32fast::hash(&self.buffer[8..]);
        self.buffer[4..8].copy_from_slice(&checksum.to_le_bytes());
        &self.buffer
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let slice = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(slice.try_into().expect("four bytes")))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let slice = bytes.get(at..at + 8)?;
    Some(u64::from_le_bytes(slice.try_into().expect("eight bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(records: &[(u64, &str, Option<&str>)]) -> Vec<u8> {
        let mut builder = GroupBuilder::default();
        builder.begin();
        for (revision, key, value) in records {
            builder.push(
                Revision(*revision),
                key.as_bytes(),
                value.map(str::as_bytes),
            );
        }
        builder.finish(GroupKind::Batch, Revision(9), 77).to_vec()
    }

    #[test]
    fn group_reads_back_as_written() {
        let mut segment = vec![7; 5];
        segment.extend(group(&[(8, "a", Some("one")), (9, "bb", None)]));
        let read = Group::read(&segment, 5).unwrap();
        assert_eq!(
            (read.kind, read.revision, read.synced),
            (GroupKind::Batch, Revision(9), 77)
        );
        assert_eq!(read.end(), segment.len());
        let records: Vec<_> = read.records().map(Result::unwrap).collect();
        let first = Record {
            revision: Revision(8),
            key: b"a",
            value: Some(b"one"),
            offset: 5 + 32,
            length: 16 + 1 + 3,
        };
        let second = Record {
            revision: Revision(9),
            key: b"bb",
            value: None,
            offset: first.offset + first.length,
            length: 16 + 2,
        };
        assert_eq!(records, [first, second]);
    }

    #[test]
    fn any_changed_or_missing_byte_makes_the_group_unreadable() {
        let whole = group(&[(9, "key", Some("value"))]);
        for at in 0..whole.len() {
            assert!(Group::read(&whole[..at], 0).is_err(), "cut at {at}");
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            assert!(Group::read(&damaged, 0).is_err(), "changed at {at}");
        }
    }

    #[test]
    fn segment_header_reads_back_and_rejects_damage() {
        let header = SegmentHeader {
            number: 3,
            revision: Revision(1 << 40),
        };
        let bytes = header.encode();
        assert_eq!(SegmentHeader::decode(&bytes), Some(header));
        for at in 0..28 {
            let mut damaged = bytes;
            damaged[at] ^= 1;
            assert_eq!(SegmentHeader::decode(&damaged), None, "changed at {at}");
        }
        assert_eq!(SegmentHeader::decode(&bytes[..31]), None);
    }

    #[test]
    fn a_length_out_of_bounds_is_not_allocated() {
        let mut whole = group(&[(9, "key", Some("value"))]);
        whole[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(
            Group::read(&whole, 0).unwrap_err(),
            NoGroup("the group's length is out of bounds")
        );
    }
}
