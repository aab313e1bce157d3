//! What happened on the simulated server, write by write, for those who judge it.
//!
//! A controller is not wrong because it acts on what it cannot know yet: a Pod
//! may be created a moment after a user has suspended the Job. So a commit of
//! the controller carries what its caches showed when the sync behind it began,
//! and a judge asks the history what that was.

use std::sync::Arc;

use jobyard_api::{Object, ObjectKey, Revision, Timestamp, batch, core};

/// One write that the server accepted.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The revision it was given; every commit has its own, in order.
    pub revision: Revision,
    /// The server's time.
    pub at: Timestamp,
    /// Who wrote.
    pub author: Author,
    /// Whether the author learns that the write happened: false if the answer
    /// gets lost on its way. What a controller was told it must not forget,
    /// even while its caches do not show it.
    pub is_answered: bool,
    /// The version before; `None` if the write created the object.
    pub before: Option<Stored>,
    /// The version after; `None` if the write ended the object.
    pub after: Option<Stored>,
}

/// One version of an object.
#[derive(Clone, Debug)]
pub enum Stored {
    /// A Job.
    Job(Arc<batch::Job>),
    /// A Pod.
    Pod(Arc<core::Pod>),
}

impl Stored {
    /// The object's key.
    pub fn key(&self) -> ObjectKey {
        match self {
            Self::Job(job) => job.key(),
            Self::Pod(pod) => pod.key(),
        }
    }
}

/// Who wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The Job controller under test.
    Controller(Knowledge),
    /// A person or a program of theirs.
    User,
    /// The kubelet of a node.
    Node,
    /// The scheduler.
    Scheduler,
    /// The garbage collector, or PodGC.
    GarbageCollector,
}

/// What the controller knew when the sync began in which it sent a request: when
/// it read its caches for the decision, which is when it asked for the time
/// (`Options::now`). All requests of one sync carry the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knowledge {
    /// Which start of the controller this is, from 1. What an earlier one
    /// remembered is forgotten.
    pub life: u32,
    /// How far its cache of Jobs had come.
    pub jobs: Revision,
    /// How far its cache of Pods had come.
    pub pods: Revision,
    /// The time on its clock, which may differ from the server's.
    pub now: Timestamp,
}
