//! One line of a log in CRI's format: `TIME STREAM TAG CONTENT`.

use std::str;

use bytes::BytesMut;
use jobyard_api::Timestamp;

/// A line of the file, without its line feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    time: &'a str,
    /// Another piece of the same line follows.
    pub(super) is_partial: bool,
    content: &'a [u8],
}

impl<'a> Line<'a> {
    /// `None` for what is no such line: a torn write after a crash of the machine.
    pub(super) fn parse(text: &'a [u8]) -> Option<Self> {
        let mut parts = text.splitn(4, |byte| *byte == b' ');
        let time = str::from_utf8(parts.next()?).ok()?;
        let stream = parts.next()?;
        let tags = parts.next()?;
        let content = parts.next()?;
        if stream != b"stdout" && stream != b"stderr" {
            return None;
        }
        Some(Self {
            time,
            is_partial: tags.split(|byte| *byte == b':').next() == Some(b"P"),
            content,
        })
    }

    /// Whether the line was written at `since` or later. A time that cannot be read counts as later.
    pub(super) fn is_since(&self, since: Timestamp) -> bool {
        self.time
            .parse::<Timestamp>()
            .map_or(true, |time| time >= since)
    }

    /// Appends what the client sees of it.
    ///
    /// `continues`: the piece before this one was partial.
    pub(super) fn print(&self, timestamps: bool, continues: bool, out: &mut BytesMut) {
        if timestamps && !continues {
            match self.time.parse::<Timestamp>() {
                Ok(time) => out.extend_from_slice(format!("{time:.9} ").as_bytes()),
                Err(_) => out.extend_from_slice(format!("{} ", self.time).as_bytes()),
            }
        }
        out.extend_from_slice(self.content);
        if !self.is_partial {
            out.extend_from_slice(b"\n");
        }
    }
}
