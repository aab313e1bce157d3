//! What may go wrong, and how often it did.
//!
//! Each seed draws which kinds of fault it has and how often they come, so that
//! seeds differ in character: one has a slow watch and nothing else, another
//! one a controller that dies all the time.

use rand::{Rng, rngs::StdRng};

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident $odds:literal $rate:expr;)*) => {
        /// A kind of fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Fault { $($(#[$doc])* $name,)* }

        impl Fault {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The odds that a seed has the fault at all, and the highest odds
            /// (or, for those that come by themselves, the highest number in
            /// 100 s of virtual time) with which it comes there.
            fn scale(self) -> (f64, f64) {
                match self { $(Self::$name => ($odds, $rate),)* }
            }
        }
    };
}

faults! {
    /// A change reaches an informer seconds or minutes late.
    WatchDelayed 0.5 0.5;
    /// A watch shows some of the changes that are there, and the rest later.
    WatchInPieces 0.4 0.8;
    /// A watch breaks, and the list that follows skips what was in between.
    WatchBroken 0.4 0.3;
    /// A list, taken when it was asked for, is shown seconds later.
    ListSlow 0.3 1.0;
    /// The write happened, its answer is lost.
    AnswerLost 0.35 0.2;
    /// The request never arrives.
    RequestLost 0.35 0.2;
    /// A request or its answer takes seconds.
    RequestSlow 0.4 0.3;
    /// The server answers that it cannot.
    Unavailable 0.35 0.4;
    /// The controller dies after a write, before it learns of it.
    CrashAfterWrite 0.3 0.1;
    /// The controller dies at any moment.
    Crash 0.3 2.0;
    /// The controller's clock jumps.
    ClockJump 0.3 3.0;
    /// The quota refuses new Pods for a while.
    Quota 0.3 2.0;
    /// Others write labels of a Job.
    JobTouched 0.4 10.0;
    /// Others write labels of a Pod.
    PodTouched 0.4 10.0;
    /// A running Pod is Pending again, or of unknown phase.
    PodFlips 0.35 6.0;
    /// A running Pod becomes ready, or is so no more.
    ReadyFlips 0.4 8.0;
    /// A Pod is deleted by somebody, with grace.
    PodDeleted 0.4 5.0;
    /// A Pod is deleted by somebody without grace, finalizers and all.
    PodVanishes 0.3 3.0;
    /// A Pod is evicted.
    PodEvicted 0.4 4.0;
    /// Somebody takes the tracking finalizer from a Pod.
    FinalizerStripped 0.25 2.0;
    /// Somebody takes a Pod's labels.
    LabelsStripped 0.25 2.0;
    /// Somebody takes a Pod's owner.
    OwnerStripped 0.25 2.0;
    /// A node is lost with its Pods.
    NodeLost 0.3 1.5;
    /// The namespace is being terminated.
    NamespaceTerminated 0.15 0.6;
    /// A Job is deleted, its Pods after it.
    JobDeleted 0.25 1.0;
    /// A Job is deleted after its Pods.
    JobDeletedForeground 0.25 1.0;
    /// A Job is deleted, its Pods stay.
    JobOrphans 0.25 1.0;
    /// A Job is created under the name of one that was deleted.
    JobRecreated 0.5 1.0;
    /// Somebody suspends or resumes a Job.
    SuspendEdited 0.35 4.0;
    /// Somebody changes the parallelism of a Job.
    ParallelismEdited 0.35 4.0;
    /// Somebody changes the completions of an Indexed Job.
    CompletionsEdited 0.35 4.0;
    /// Somebody changes limits: backoffLimit, deadline, maxFailedIndexes.
    LimitsEdited 0.3 3.0;
    /// A Job is managed by somebody else.
    ManagedByOthers 0.15 0.4;
    /// Pods without owner wait for a Job to adopt them.
    OrphansToAdopt 0.3 1.0;
}

/// The character of one seed.
#[derive(Clone, Debug)]
pub(crate) struct Character {
    odds: Vec<f64>,
}

impl Character {
    /// Nothing goes wrong.
    pub(crate) fn calm() -> Self {
        Self {
            odds: vec![0.0; Fault::ALL.len()],
        }
    }

    pub(crate) fn draw(chance: &mut StdRng) -> Self {
        let odds = Fault::ALL.iter().map(|fault| {
            let (has, highest) = fault.scale();
            // Small rates as often as large ones.
            let share: f64 = chance.random_range(0.05..1.0);
            if chance.random_bool(has) {
                highest * share * share
            } else {
                0.0
            }
        });
        Self {
            odds: odds.collect(),
        }
    }

    /// The odds of the fault, or its number in 100 s.
    pub(crate) fn odds(&self, fault: Fault) -> f64 {
        self.odds[fault as usize]
    }
}

/// What one run had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Events processed: deliveries, requests, answers, acts of others.
    pub steps: u64,
    /// Requests of the controller.
    pub requests: u64,
    /// How often the controller was started.
    pub lives: u32,
    /// Virtual seconds until the world was at rest.
    pub seconds: u64,
    faults: Vec<u32>,
}

impl Statistics {
    /// How often that kind of fault happened.
    pub fn count(&self, fault: Fault) -> u32 {
        self.faults.get(fault as usize).copied().unwrap_or(0)
    }

    /// How often any fault happened.
    pub fn faults(&self) -> u32 {
        self.faults.iter().sum()
    }

    pub(crate) fn happened(&mut self, fault: Fault) {
        self.faults.resize(Fault::ALL.len(), 0);
        self.faults[fault as usize] += 1;
    }
}
