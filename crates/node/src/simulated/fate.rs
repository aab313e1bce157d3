//! How the containers of simulated Pods end: which fail, how often, with which code.
//!
//! Nothing is drawn by chance. What becomes of a Pod follows from names, so that
//! two runs of the same Jobs fail in the same places, and nothing has to be
//! remembered: a node that starts anew goes on as the one before would have.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    str::FromStr,
    time::Duration,
};

use jobyard_api::{
    core,
    well_known::{JOB_COMPLETION_INDEX, JOB_INDEX_FAILURE_COUNT},
};

/// What becomes of all simulated Pods.
#[derive(Clone, Debug, PartialEq)]
pub struct Fate {
    /// How long each regular container runs.
    pub run_time: Duration,
    /// The share of those that fail.
    pub fail_share: Share,
    /// How often each of them fails before it succeeds; `None`: each time.
    ///
    /// Attempts are told apart where the Pod says which one it is: restarts of
    /// a container, and the Pods of an index of a Job with
    /// `backoffLimitPerIndex`. All other Pods are the first attempt.
    pub fail_times: Option<u32>,
    /// The exit code of those that fail, 1 to 255.
    pub exit_code: u8,
}

impl Default for Fate {
    /// All succeed at once.
    fn default() -> Self {
        Self {
            run_time: Duration::ZERO,
            fail_share: Share(0.0),
            fail_times: None,
            exit_code: 1,
        }
    }
}

impl Fate {
    /// The exit code of the Pod's regular containers, after so many restarts.
    pub(super) fn exit_code(&self, pod: &core::Pod, restarts: u32) -> i32 {
        let failures = index_failures(pod).unwrap_or(0).saturating_add(restarts);
        let may_fail = self.fail_times.is_none_or(|times| failures < times);
        if may_fail && self.fail_share.has(place(pod)) {
            self.exit_code.into()
        } else {
            0
        }
    }
}

/// A share of a whole, 0 to 1; nothing unless said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share(f64);

impl Share {
    /// The share, if it is one.
    pub fn new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// Whether a place of the whole, spread evenly over all numbers, lies within the share.
    fn has(self, place: u64) -> bool {
        (place as f64) < self.0 * (u64::MAX as f64)
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let share = text.parse().ok().and_then(Self::new);
        share.ok_or_else(|| format!("{text:?} is no share; write a number from 0 to 1, like 0.5"))
    }
}

/// Where the Pod's work stands in the whole: the same for all Pods of an index
/// that say which attempt they are, else of the Pod alone.
fn place(pod: &core::Pod) -> u64 {
    let metadata = &pod.metadata;
    let mut hasher = DefaultHasher::new();
    metadata.namespace.hash(&mut hasher);
    let controller = metadata
        .owner_references
        .iter()
        .flatten()
        .find(|owner| owner.controller == Some(true));
    match (controller, index_failures(pod)) {
        (Some(controller), Some(_)) => {
            controller.name.hash(&mut hasher);
            annotation(pod, JOB_COMPLETION_INDEX).hash(&mut hasher);
        }
        _ => metadata.name.hash(&mut hasher),
    }
    hasher.finish()
}

/// How many Pods of the same index failed before this one.
fn index_failures(pod: &core::Pod) -> Option<u32> {
    annotation(pod, JOB_INDEX_FAILURE_COUNT)?.parse().ok()
}

fn annotation<'a>(pod: &'a core::Pod, key: &str) -> Option<&'a str> {
    let annotations = pod.metadata.annotations.as_ref()?;
    annotations.get(key).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(name: &str, index: Option<(u32, u32)>) -> core::Pod {
        let annotations = index.map(|(index, failures)| {
            json!({
                JOB_COMPLETION_INDEX: index.to_string(),
                JOB_INDEX_FAILURE_COUNT: failures.to_string(),
            })
        });
        serde_json::from_value(json!({ "metadata": {
            "name": name,
            "namespace": "default",
            "annotations": annotations,
            "ownerReferences": [{
                "apiVersion": "batch/v1", "kind": "Job", "name": "storm", "uid": "u", "controller": true,
            }],
        } }))
        .unwrap()
    }

    fn half(fail_times: Option<u32>) -> Fate {
        Fate {
            fail_share: Share(0.5),
            fail_times,
            exit_code: 42,
            ..Fate::default()
        }
    }

    #[test]
    fn the_share_of_the_pods_fails() {
        for (share, expected) in [(0.0, 0..=0), (0.5, 450..=550), (1.0, 1000..=1000)] {
            let fate = Fate {
                fail_share: Share(share),
                ..Fate::default()
            };
            let failed = (0..1000)
                .filter(|index| fate.exit_code(&pod(&format!("p-{index}"), None), 0) != 0)
                .count();
            assert!(expected.contains(&failed), "{failed} of 1000 at {share}");
        }
    }

    #[test]
    fn an_index_fails_as_often_as_asked_whatever_its_pods_are_called() {
        let fate = half(Some(2));
        let codes = |index: u32| -> Vec<i32> {
            (0..4)
                .map(|failures| {
                    let name = format!("storm-{index}-{failures}");
                    fate.exit_code(&pod(&name, Some((index, failures))), 0)
                })
                .collect()
        };
        let all: Vec<_> = (0..100).map(codes).collect();
        assert!(all.contains(&vec![42, 42, 0, 0]), "{all:?}");
        assert!(all.contains(&vec![0, 0, 0, 0]), "{all:?}");
        assert!(
            all.iter()
                .all(|codes| codes[0] == codes[1] && codes[2] == 0),
            "{all:?}"
        );
    }

    #[test]
    fn restarts_of_a_container_are_attempts() {
        let doomed = Fate {
            fail_share: Share(1.0),
            fail_times: Some(1),
            ..Fate::default()
        };
        assert_eq!(doomed.exit_code(&pod("one", None), 0), 1);
        assert_eq!(doomed.exit_code(&pod("one", None), 1), 0);
    }

    #[test]
    fn what_fails_without_end_fails_each_time() {
        let fate = half(None);
        let failed: Vec<_> = (0..5)
            .map(|failures| fate.exit_code(&pod("any", Some((3, failures))), 0))
            .collect();
        assert!(failed.iter().all(|code| *code == failed[0]), "{failed:?}");
    }

    #[test]
    fn a_share_is_a_number_from_0_to_1() {
        assert_eq!("0.5".parse(), Ok(Share(0.5)));
        for wrong in ["-0.1", "1.1", "NaN", "half", ""] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }
}
