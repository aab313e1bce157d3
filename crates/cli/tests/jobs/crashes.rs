//! The controller dies, and another takes its place: sections L and 12.
//!
//! Two controllers run, of which one leads. The leader is killed in the middle
//! of its work; what it remembered is lost, and what it had begun is half done.

use std::{process::Child, sync::Arc};

use serde_json::{Value, json};

use crate::{
    arrangement::Arrangement,
    indexed::indexed,
    place::{Place, is_tracked, until},
    yard::Yard,
};

/// The lease passes to another within seconds, so that the test is short.
const LEASE: &[&str] = &[
    "--leader-elect-lease-duration=2s",
    "--leader-elect-renew-deadline=1s",
    "--leader-elect-retry-period=200ms",
];

/// Pods of the Job, and how many of them run at once.
const COMPLETIONS: u32 = 60;
const PARALLELISM: u32 = 10;

#[test]
fn each_pod_is_counted_once_whenever_the_leader_is_killed() {
    let spec = json!({"completions": COMPLETIONS, "parallelism": PARALLELISM});
    all_is_counted_in_spite_of_kills(&spec);
}

#[test]
fn each_index_succeeds_once_whenever_the_leader_is_killed() {
    let status = all_is_counted_in_spite_of_kills(&indexed(COMPLETIONS, PARALLELISM));
    assert_eq!(status["completedIndexes"], format!("0-{}", COMPLETIONS - 1));
}

/// Runs the Job to its end, with three leaders killed on the way, and gives its status.
fn all_is_counted_in_spite_of_kills(spec: &Value) -> Value {
    let yard = Yard::start_own(
        &std::env::temp_dir(),
        &["--node", "none", "--controllers", "none"],
    );
    let arrangement = Arc::new(Arrangement::around(yard));
    let mut controllers = Controllers::start(arrangement.clone());
    let place = Place::within(arrangement);
    place.job("pi", spec);
    let mut kills = [10, 25, 45].into_iter().peekable();
    until("the Job is complete", || {
        for pod in place.active_pods() {
            place.succeed(&pod);
        }
        let status = place.status("pi");
        let succeeded = status["succeeded"].as_u64().unwrap_or_default();
        if kills.next_if(|after| succeeded >= *after).is_some() {
            controllers.replace_leader();
        }
        crate::place::condition(&status, "Complete")
    });
    assert_eq!(kills.next(), None, "each kill had its turn");
    let status = place.status("pi");
    assert_eq!(status["succeeded"], COMPLETIONS);
    assert_eq!(status["failed"], Value::Null);
    let pods = place.pod_objects();
    assert_eq!(pods.len(), COMPLETIONS as usize, "no Pod is made twice");
    assert!(!pods.iter().any(is_tracked), "all are counted");
    status
}

/// A leader and one that stands by, whichever is which.
struct Controllers {
    arrangement: Arc<Arrangement>,
    running: Vec<Child>,
}

impl Controllers {
    fn start(arrangement: Arc<Arrangement>) -> Self {
        let mut controllers = Self {
            arrangement,
            running: Vec::new(),
        };
        controllers.add();
        controllers.add();
        controllers
    }

    fn add(&mut self) {
        self.running
            .push(self.arrangement.yard().spawn_controller(LEASE));
    }

    /// `kill -9` for both, one after the other: one of them led. A new pair begins.
    fn replace_leader(&mut self) {
        let old = self.running.len();
        self.add();
        self.add();
        for mut controller in self.running.drain(..old) {
            controller.kill().expect("it can be killed");
            controller.wait().expect("it ends");
        }
    }
}

impl Drop for Controllers {
    fn drop(&mut self) {
        for controller in &mut self.running {
            let _ = controller.kill();
            let _ = controller.wait();
        }
    }
}
