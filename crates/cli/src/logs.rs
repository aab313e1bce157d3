//! Lines of the Pods' logs on their way to the terminal.
//!
//! Without a prefix bytes pass as they came (`run pi.yaml > pi.txt` gives what
//! the program wrote). With one, only whole lines are written, so that two Pods
//! never share a line; a last line without a newline gets one.

use std::{collections::VecDeque, io::Write};

/// Lines kept of each container for the report of a failure.
pub(crate) const TAIL_LINES: usize = 10;

/// Most bytes of one line that are held back or kept for the report. A longer
/// line is written in pieces: a program that never writes a newline must not
/// fill our memory.
const LINE_BYTES_MAX: usize = 16 * 1024;

/// The log of one container: passes it on, and remembers its end.
#[derive(Debug)]
pub(crate) struct LogLines {
    prefix: Option<String>,
    partial: Vec<u8>,
    tail: VecDeque<Vec<u8>>,
}

impl LogLines {
    /// With `prefix`, each line begins `prefix | `.
    pub(crate) fn new(prefix: Option<String>) -> Self {
        Self {
            prefix,
            partial: Vec::new(),
            tail: VecDeque::new(),
        }
    }

    /// Passes `bytes` on to `out`.
    pub(crate) fn write(&mut self, bytes: &[u8], out: &mut impl Write) -> std::io::Result<()> {
        if self.prefix.is_none() {
            out.write_all(bytes)?;
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if self.partial.ends_with(b"\n") || self.partial.len() >= LINE_BYTES_MAX {
                self.finish_line(out)?;
            }
        }
        Ok(())
    }

    /// The log has ended: what is left is a line, too.
    pub(crate) fn end(&mut self, out: &mut impl Write) -> std::io::Result<()> {
        if self.partial.is_empty() {
            Ok(())
        } else {
            self.finish_line(out)
        }
    }

    /// The last lines, without newlines.
    pub(crate) fn tail(&self) -> impl Iterator<Item = String> {
        self.tail
            .iter()
            .map(|line| String::from_utf8_lossy(line).trim_end().to_owned())
    }

    fn finish_line(&mut self, out: &mut impl Write) -> std::io::Result<()> {
        let mut line = std::mem::take(&mut self.partial);
        if !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        if let Some(prefix) = &self.prefix {
            out.write_all(format!("{prefix} | ").as_bytes())?;
            out.write_all(&line)?;
        }
        if self.tail.len() == TAIL_LINES {
            self.tail.pop_front();
        }
        self.tail.push_back(line);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(prefix: Option<&str>, pieces: &[&str]) -> (String, Vec<String>) {
        let (mut lines, mut out) = (LogLines::new(prefix.map(str::to_owned)), Vec::new());
        for piece in pieces {
            lines
                .write(piece.as_bytes(), &mut out)
                .expect("a vector takes all");
        }
        lines.end(&mut out).expect("a vector takes all");
        (
            String::from_utf8(out).expect("the tests write text"),
            lines.tail().collect(),
        )
    }

    #[test]
    fn without_prefix_bytes_pass_as_they_came() {
        assert_eq!(
            through(None, &["3.1", "4\nno newline"]),
            (
                "3.14\nno newline".into(),
                vec!["3.14".into(), "no newline".into()]
            )
        );
    }

    #[test]
    fn with_prefix_only_whole_lines_are_written() {
        assert_eq!(
            through(Some("pi-x"), &["a", "b\nc\n", "d"]).0,
            "pi-x | ab\npi-x | c\npi-x | d\n"
        );
    }

    #[test]
    fn the_tail_is_bounded() {
        let many = (0..50)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join("\n");
        let tail = through(None, &[&many]).1;
        assert_eq!(tail, (40..50).map(|n| n.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_without_end_does_not_grow() {
        let mut lines = LogLines::new(Some("p".into()));
        for _ in 0..100 {
            lines
                .write(&[b'x'; 4096], &mut std::io::sink())
                .expect("a sink takes all");
            assert!(lines.partial.len() < 2 * LINE_BYTES_MAX);
        }
    }
}
