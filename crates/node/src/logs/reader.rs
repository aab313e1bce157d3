//! Reading one log file: from its end, from a time, and on while it grows.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::FileExt,
    path::Path,
};

use bytes::{Bytes, BytesMut};
use futures::{StreamExt, stream};
use tokio::{sync::watch, task};

use super::{LogOptions, LogStream, growth::Growth, line::Line};

/// How much is read at once, and about how large a piece of the stream is.
const CHUNK_BYTES: usize = 64 * 1024;

/// Longest line of the file. The runtime splits at 16 KiB; what is longer is
/// torn, and is skipped.
const LINE_BYTES_MAX: usize = 256 * 1024;

/// Opens a log file; with `following` the stream goes on until that attempt has ended.
///
/// # Errors
/// The file cannot be opened.
pub(crate) async fn read(
    path: &Path,
    options: LogOptions,
    following: Option<Following>,
) -> io::Result<LogStream> {
    let path = path.to_owned();
    let tail = options.tail_lines;
    let file = task::spawn_blocking(move || -> io::Result<File> {
        let mut file = File::open(path)?;
        let start = match tail {
            None => 0,
            Some(lines) => start_of_last_lines(&file, lines)?,
        };
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    })
    .await
    .map_err(io::Error::other)??;
    let reading = Reading {
        file: Some(file),
        rest: Vec::new(),
        continues: false,
        options,
        following,
    };
    Ok(stream::try_unfold(reading, Reading::next).boxed())
}

/// What a reader that follows waits for.
#[derive(Debug)]
pub(crate) struct Following {
    pub(crate) growth: Growth,
    /// Ends with the attempt.
    pub(crate) ended: watch::Receiver<()>,
}

impl Following {
    /// Waits until the file may have grown. Returns whether the attempt has ended.
    async fn wait(&mut self) -> io::Result<bool> {
        tokio::select! {
            biased;
            grown = self.growth.wait() => grown.map(|()| false),
            // The sender says nothing; it goes away with the attempt.
            _ = self.ended.changed() => Ok(true),
        }
    }
}

/// A file being read.
#[derive(Debug)]
struct Reading {
    /// Taken while a thread reads from it.
    file: Option<File>,
    /// The beginning of a line whose end is not read yet.
    rest: Vec<u8>,
    /// The last line read was partial.
    continues: bool,
    options: LogOptions,
    following: Option<Following>,
}

impl Reading {
    async fn next(mut self) -> io::Result<Option<(Bytes, Self)>> {
        let mut has_ended = self.following.is_none();
        loop {
            let is_at_end = self.fill().await?;
            let text = self.take_lines();
            if !text.is_empty() {
                return Ok(Some((text, self)));
            }
            if !is_at_end {
                continue;
            }
            match &mut self.following {
                Some(following) if !has_ended => has_ended = following.wait().await?,
                // Read once more to its end since the attempt was over.
                Some(_) | None => return Ok(None),
            }
        }
    }

    /// Reads the next piece of the file. Returns whether there was none.
    async fn fill(&mut self) -> io::Result<bool> {
        let mut file = self
            .file
            .take()
            .expect("the file is put back after each read");
        let mut rest = std::mem::take(&mut self.rest);
        let (file, rest, read) = task::spawn_blocking(move || {
            let known = rest.len();
            rest.resize(known + CHUNK_BYTES, 0);
            let read = file.read(&mut rest[known..]);
            rest.truncate(known + read.as_ref().map_or(0, |read| *read));
            (file, rest, read)
        })
        .await
        .map_err(io::Error::other)?;
        self.file = Some(file);
        self.rest = rest;
        Ok(read? == 0)
    }

    fn take_lines(&mut self) -> Bytes {
        let mut out = BytesMut::new();
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            if self.rest.len() > LINE_BYTES_MAX {
                self.rest.clear();
            }
            return out.freeze();
        };
        let lines: Vec<u8> = self.rest.drain(..=end).collect();
        for line in lines.split(|byte| *byte == b'\n') {
            let Some(line) = Line::parse(line) else {
                continue;
            };
            if self.options.since.is_none_or(|since| line.is_since(since)) {
                line.print(self.options.timestamps, self.continues, &mut out);
            }
            self.continues = line.is_partial;
        }
        out.freeze()
    }
}

/// Where the last so many lines of the file begin.
fn start_of_last_lines(file: &File, lines: u64) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let mut position = length;
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut missing = lines;
    while position > 0 {
        let size = (CHUNK_BYTES as u64).min(position);
        position -= size;
        let piece = &mut buffer[..usize::try_from(size).expect("a chunk fits in memory")];
        file.read_exact_at(piece, position)?;
        for (index, byte) in piece.iter().enumerate().rev() {
            let after = position + index as u64 + 1;
            // The last line feed ends the last line; it begins none.
            let begins_line = *byte == b'\n' && after < length;
            if *byte == b'\n' && missing == 0 {
                return Ok(after);
            }
            if begins_line {
                missing -= 1;
                if missing == 0 {
                    return Ok(after);
                }
            }
        }
    }
    Ok(0)
}

/// The last lines of a log as text: the message of a container that failed without leaving one.
///
/// At most `lines` lines and the last `bytes_max` bytes of them (upstream
/// `fallbackToLogsOnError`: 80 lines, 2048 bytes).
pub fn last_text(path: &Path, lines: u64, bytes_max: usize) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let start = start_of_last_lines(&file, lines)?;
    // Enough for the text asked for, with room for what CRI writes beside it.
    let most = (bytes_max * 64) as u64;
    let start = start.max(file.metadata()?.len().saturating_sub(most));
    file.seek(SeekFrom::Start(start))?;
    let mut raw = Vec::new();
    file.take(most).read_to_end(&mut raw)?;
    let mut text = BytesMut::new();
    for line in raw.split(|byte| *byte == b'\n').filter_map(Line::parse) {
        line.print(false, false, &mut text);
    }
    let cut = text.len().saturating_sub(bytes_max);
    Ok(text[cut..].to_vec())
}
