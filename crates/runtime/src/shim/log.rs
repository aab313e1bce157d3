//! A container's log file, in the format of Kubernetes' container runtime interface.
//!
//! `2026-01-02T03:04:05.123456789Z stdout F text`: time, stream, `F` for a whole line or `P` for a part
//! that was not ended by a newline or is longer than 16 KiB, and the bytes as they came.
//!
//! A container must not stop because a disk is full: lines that cannot be written are dropped and
//! counted, and a marker line says how many once there is room again. The file never ends in half a line.
//!
//! Files are not rotated: who follows or reads later must find the whole log, and a writer can be faster
//! than any reader of files that are set aside. What a log may take of the disk is the Pod's deletion away.
//!
//! Source: kubernetes.io, "Logging Architecture"; CRI logging design; the part rules are containerd's.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Longest content of one line of the file; containerd's `defaultBufSize`.
const LINE_BYTES_MAX: usize = 16 * 1024;

/// stdout or stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// The open log of one attempt.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
    /// Bytes of whole lines in the file.
    length: u64,
    /// Begun lines of stdout and stderr.
    begun: [Vec<u8>; 2],
    /// Lines lost since the last successful write.
    dropped: u64,
}

impl Log {
    /// Opens or continues the file at `path`; a symbolic link there is refused.
    pub(crate) fn open(path: &Path) -> io::Result<Log> {
        let file = open_file(path)?;
        let length = file.metadata()?.len();
        Ok(Log {
            file,
            length,
            begun: [Vec::new(), Vec::new()],
            dropped: 0,
        })
    }

    /// Takes what was read from one stream.
    pub(crate) fn feed(&mut self, stream: Stream, bytes: &[u8], now: SystemTime) {
        let stamp = timestamp(now);
        let mut lines = Vec::with_capacity(bytes.len() + 64);
        let mut count = 0;
        let mut rest = bytes;
        while !rest.is_empty() {
            let begun = &mut self.begun[stream as usize];
            let room = LINE_BYTES_MAX - begun.len();
            match rest.iter().take(room + 1).position(|byte| *byte == b'\n') {
                Some(end) => {
                    append(&mut lines, &stamp, stream, b"F", &[begun, &rest[..end]]);
                    begun.clear();
                    count += 1;
                    rest = &rest[end + 1..];
                }
                None if rest.len() > room => {
                    append(&mut lines, &stamp, stream, b"P", &[begun, &rest[..room]]);
                    begun.clear();
                    count += 1;
                    rest = &rest[room..];
                }
                None => {
                    begun.extend_from_slice(rest);
                    rest = &[];
                }
            }
        }
        self.write(&lines, count, &stamp);
    }

    /// Writes the begun lines of a container that has ended.
    pub(crate) fn finish(&mut self, now: SystemTime) {
        let stamp = timestamp(now);
        for stream in [Stream::Stdout, Stream::Stderr] {
            let begun = std::mem::take(&mut self.begun[stream as usize]);
            if !begun.is_empty() {
                let mut lines = Vec::new();
                append(&mut lines, &stamp, stream, b"P", &[&begun]);
                self.write(&lines, 1, &stamp);
            }
        }
    }

    fn write(&mut self, lines: &[u8], count: u64, stamp: &str) {
        if lines.is_empty() {
            return;
        }
        let marker;
        let mut all = lines;
        if self.dropped > 0 {
            let text = format!(
                "{stamp} stderr F [jobyard: {} lines were lost here: the log could not be written]\n",
                self.dropped
            );
            marker = [text.as_bytes(), lines].concat();
            all = &marker;
        }
        if self.file.write_all(all).is_ok() {
            self.length += all.len() as u64;
            self.dropped = 0;
        } else {
            self.dropped += count;
            // Half a line would spoil the next one. Cutting needs no room on the disk.
            let _ = self.file.set_len(self.length);
        }
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o640)
        .custom_flags(libc::O_NOFOLLOW)
        .open(path)
}

fn append(into: &mut Vec<u8>, stamp: &str, stream: Stream, tag: &[u8], content: &[&[u8]]) {
    let stream: &[u8] = match stream {
        Stream::Stdout => b" stdout ",
        Stream::Stderr => b" stderr ",
    };
    for part in [stamp.as_bytes(), stream, tag, b" "].iter().chain(content) {
        into.extend_from_slice(part);
    }
    into.push(b'\n');
}

/// RFC 3339 in UTC with nine digits of fraction.
fn timestamp(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs();
    let (year, month, day) = civil_date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:09}Z",
        since.subsec_nanos()
    )
}

/// Year, month and day of a day number after 1970-01-01, by counting in years that begin in March, so that
/// the leap day is the last of a year.
fn civil_date(days: u64) -> (u64, u64, u64) {
    const DAYS_IN_400_YEARS: u64 = 146_097;
    // 0000-03-01 is 719,468 days before 1970-01-01.
    let days = days + 719_468;
    let (era, day_of_era) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use std::fs;

    use super::*;

    const STAMP: &str = "1970-01-01T00:00:00.000000000Z";

    fn logged(feed: impl FnOnce(&mut Log)) -> String {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("0.log");
        let mut log = Log::open(&path).expect("opens");
        feed(&mut log);
        log.finish(UNIX_EPOCH);
        fs::read_to_string(path).expect("readable")
    }

    #[test]
    fn times_are_written_with_nine_digits() {
        for (seconds, nanos, text) in [
            (0, 0, STAMP),
            (951_782_400, 1, "2000-02-29T00:00:00.000000001Z"),
            (1_767_323_045, 123_456_789, "2026-01-02T03:04:05.123456789Z"),
            (4_107_542_399, 0, "2100-02-28T23:59:59.000000000Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000000000Z"),
        ] {
            assert_eq!(timestamp(UNIX_EPOCH + Duration::new(seconds, nanos)), text);
        }
    }

    #[test]
    fn whole_lines_and_parts_are_told_apart() {
        let text = logged(|log| {
            log.feed(Stream::Stdout, b"one\ntw", UNIX_EPOCH);
            log.feed(Stream::Stderr, b"oops\n", UNIX_EPOCH);
            log.feed(Stream::Stdout, b"o\n\nthree", UNIX_EPOCH);
        });
        let expected = [
            "stdout F one",
            "stderr F oops",
            "stdout F two",
            "stdout F ",
            "stdout P three",
        ]
        .map(|line| format!("{STAMP} {line}\n"))
        .concat();
        assert_eq!(text, expected);
    }

    #[test]
    fn lines_are_split_at_16_kib() {
        let exact = vec![b'a'; LINE_BYTES_MAX];
        let text = logged(|log| {
            log.feed(Stream::Stdout, &exact, UNIX_EPOCH);
            log.feed(Stream::Stdout, b"\n", UNIX_EPOCH);
            log.feed(
                Stream::Stdout,
                &[exact.as_slice(), b"bc\n"].concat(),
                UNIX_EPOCH,
            );
        });
        let shape: Vec<(&str, usize)> = text
            .lines()
            .map(|line| {
                (
                    &line[STAMP.len() + 8..STAMP.len() + 9],
                    line.len() - STAMP.len() - 10,
                )
            })
            .collect();
        assert_eq!(
            shape,
            [("F", LINE_BYTES_MAX), ("P", LINE_BYTES_MAX), ("F", 2)]
        );
    }

    #[test]
    fn lost_lines_are_counted_where_they_are_missing() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("0.log");
        let mut log = Log::open(&path).expect("opens");
        log.feed(Stream::Stdout, b"before\n", UNIX_EPOCH);
        let disk = std::mem::replace(&mut log.file, File::create("/dev/full").expect("opens"));
        log.feed(Stream::Stdout, b"lost\nlost\n", UNIX_EPOCH);
        log.file = disk;
        log.feed(Stream::Stdout, b"after\n", UNIX_EPOCH);
        assert_eq!(
            fs::read_to_string(path).expect("readable"),
            format!(
                "{STAMP} stdout F before\n\
                 {STAMP} stderr F [jobyard: 2 lines were lost here: the log could not be written]\n\
                 {STAMP} stdout F after\n"
            )
        );
    }
}
