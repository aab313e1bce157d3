//! What a judge says when a law was broken.

use std::fmt;

use jobyard_api::{ObjectKey, Revision, Timestamp};

/// A broken law, in words a person can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which law.
    pub law: Law,
    /// The Job or Pod that shows it.
    pub subject: ObjectKey,
    /// The commit that broke it, or the last one before a state at rest was judged.
    pub revision: Revision,
    /// The server's time of that commit.
    pub at: Timestamp,
    /// What is wrong, with the values: a sentence without its full stop.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} broken by {} at revision {} ({}): {}",
            self.law, self.subject, self.revision, self.at, self.what
        )
    }
}

impl std::error::Error for Violation {}

/// The laws of a Job controller. Where the rule stands: documentation page "Jobs",
/// KEP-2307 (tracking), KEP-3329 (podFailurePolicy), KEP-3850 (per index),
/// KEP-3939 (podReplacementPolicy), KEP-3998 (successPolicy), KEP-4368 (managedBy).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Law {
    /// Each ended Pod is in one counter, once.
    CountedOnce,
    /// Counters do not fall, but for indexes that a shrink dropped.
    CountsNeverFall,
    /// An index succeeds once; index texts are normal, disjoint and in range.
    Indexes,
    /// The uncounted lists are short, hold each uid once, and are empty at the end.
    UncountedLists,
    /// `active`, `ready` and `terminating` agree with each other and with the Pods.
    LiveCounts,
    /// No Pod is created that must not be.
    Creation,
    /// No Pod is deleted that should run on.
    Deletion,
    /// No Pod is created before its back-off is over.
    Backoff,
    /// With `podReplacementPolicy: Failed` no Pod replaces one that still ends.
    Replacement,
    /// Interim conditions come before terminal ones; both are exclusive and final.
    Conditions,
    /// A Job is declared finished only when nothing of it is left over.
    Finish,
    /// A verdict has the cause that it names.
    Verdict,
    /// `startTime` and `completionTime` say what they are for.
    Times,
    /// Jobs that somebody else manages, and what belongs to nobody, are left alone.
    Ownership,
    /// A finalizer goes only after its Pod was written down.
    Release,
    /// No status is written that the API refuses.
    Refused,
    /// When nothing changes any more, all work is done.
    Rest,
    /// When all work is done, nothing is written.
    Quiet,
}
