//! The Job controller as its users see it: through the API and nothing else.
//!
//! No node takes part. The Pods name a scheduler that does not exist, and the
//! tests set their states through `/status`, as the rows of `docs/scenarios.md`
//! were checked against Kubernetes 1.36.2. So the same tests hold for any server
//! and any Job controller:
//!
//! - `serve`: `jobyard serve` with all controllers; with
//!   `JOBYARD_TEST_KUBECONFIG=FILE`, whatever cluster that file names;
//! - `controller`: `jobyard serve --controllers none`, and `jobyard controller
//!   --all-jobs` in a process of its own, over TLS.
//!
//! Each test has a namespace of its own. It waits for states, never for a time;
//! the few that are about a back-off or a deadline wait for what comes after it.

#[path = "../yard/mod.rs"]
mod yard;

mod arrangement;
mod place;

/// Makes a test of each of these rows in each arrangement.
macro_rules! in_each_arrangement {
    ($($row:ident),* $(,)?) => {
        mod serve {
            $(#[test]
            fn $row() {
                super::$row(&crate::place::Place::of(crate::arrangement::Kind::Serve));
            })*
        }
        mod controller {
            $(#[test]
            fn $row() {
                super::$row(&crate::place::Place::of(crate::arrangement::Kind::Controller));
            })*
        }
    };
}

mod crashes;
mod failure_policy;
mod failures;
mod indexed;
mod lifecycle;
mod ownership;
mod per_index;
mod planned;
mod replacement;
mod success_policy;
mod suspend;
mod tracking;
