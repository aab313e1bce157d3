//! Lines for the terminal.
//!
//! Who reads may have gone (`| head -1`) or have no room (`/dev/full`): that is
//! no reason to panic in the middle of somebody's Jobs, as `println!` does.

use std::{fmt::Display, io::Write as _};

/// Writes a line to stderr: progress, warnings, the summary.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Writes a line to stdout: what the command is for.
pub(crate) fn answer(line: impl Display) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
