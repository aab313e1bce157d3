//! How a command ended, and the exit code that says so.
//!
//! The one place where exit codes stand. They are part of the contract: scripts
//! rely on them.

use std::process::ExitCode;

use crate::say::say;

/// How a command that got as far as doing its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All complete: 0.
    Done,
    /// A Job or Pod failed, or the yard broke down: 1.
    Failed,
    /// `--timeout` passed: 124, as coreutils' `timeout` has it.
    TimedOut,
    /// Ended by SIGINT or SIGTERM: 130.
    Interrupted,
}

impl Ending {
    /// The exit code of the contract.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::TimedOut => 124,
            Self::Interrupted => 130,
        }
    }
}

/// The exit code of bad usage, a rejected manifest, a machine that lacks what is needed.
const REFUSED: u8 = 2;

/// Prints why a command was refused, cause after cause, and gives the exit code.
pub(crate) fn report(outcome: anyhow::Result<Ending>) -> ExitCode {
    match outcome {
        Ok(ending) => ExitCode::from(ending.code()),
        Err(error) => {
            say(format_args!("jobyard: {}", chain(&error)));
            ExitCode::from(REFUSED)
        }
    }
}

/// The error and its causes in one line: `a: b: c`.
fn chain(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
