//! The judge of a Job controller: it sees each write, and knows the law.
//!
//! It shares no rule with the controller that it judges: it reads objects as
//! they lie on the server, keeps its own account of every Pod, and asks of each
//! write whether it was allowed. A write of the controller is judged by what its
//! caches showed when the sync behind it began ([`Knowledge`](crate::history::Knowledge)):
//! acting on what one cannot know is no fault.
//!
//! ```text
//! for commit in history { oracle.judge(&commit)?; }
//! // faults are over, and the world has come to rest:
//! oracle.rest(now)?;
//! // whatever the controller writes from here on is one write too many.
//! ```

mod violation;

use jobyard_api::Timestamp;

use crate::history::Commit;

pub use violation::{Law, Violation};

/// The judge. One sees one run, from its first commit.
#[derive(Debug, Default)]
pub struct Oracle {
    commits: Vec<Commit>,
}

impl Oracle {
    /// A judge who has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges the next commit. After a violation the judge is of no more use.
    pub fn judge(&mut self, commit: &Commit) -> Result<(), Violation> {
        self.commits.push(commit.clone());
        Ok(())
    }

    /// Judges the state of the world at rest: faults are over, every actor has
    /// seen everything and acted, no deadline or back-off is pending. From here
    /// on the controller must not write, until somebody else has.
    pub fn rest(&mut self, _now: Timestamp) -> Result<(), Violation> {
        Ok(())
    }
}
