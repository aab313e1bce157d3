//! Pods that fit nowhere, and who is tried first when room appears.
//!
//! The Pods of a Job ask for the same: if one of them does not fit, none does.
//! Waiting Pods therefore stand in lines of equals, and when a Pod ends only the
//! heads of the lines are tried: the cost does not grow with the number of Pods
//! that wait.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BinaryHeap, HashMap},
    sync::Arc,
};

use jobyard_api::{ObjectKey, Timestamp};
use jobyard_decide::placement::PodRequest;

/// Higher priority first, then older, then by name.
type Order = (Reverse<i32>, Option<Timestamp>, ObjectKey);

/// A Pod that waits, and what was said about it.
#[derive(Clone, Debug)]
pub(crate) struct WaitingPod {
    pub(crate) request: Arc<PodRequest>,
    /// Why it did not fit when it was last tried, which was said or is about to be.
    pub(crate) message: String,
}

/// All Pods that wait for room.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    lines: HashMap<Line, BTreeMap<Order, WaitingPod>>,
    places: HashMap<ObjectKey, (Line, Order)>,
}

/// What Pods ask for, as text: Pods with the same text fit the same nodes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Line(String);

impl Line {
    fn of(request: &PodRequest) -> Self {
        let PodRequest {
            resources,
            ports,
            node_selector,
            node_affinity,
            tolerations,
            may_preempt,
            ..
        } = request;
        Self(format!(
            "{resources:?} {ports:?} {node_selector:?} {node_affinity:?} {tolerations:?} {may_preempt}"
        ))
    }
}

impl Waiting {
    /// Puts the Pod into its line. Returns whether anything new is to be said about it.
    pub(crate) fn put(&mut self, request: Arc<PodRequest>, message: String) -> bool {
        let told = self.take(&request.key);
        let is_news =
            told.is_none_or(|told| told.request.uid != request.uid || told.message != message);
        let line = Line::of(&request);
        let order = (
            Reverse(request.priority),
            request.created,
            request.key.clone(),
        );
        self.places
            .insert(request.key.clone(), (line.clone(), order.clone()));
        let pod = WaitingPod { request, message };
        self.lines.entry(line).or_default().insert(order, pod);
        is_news
    }

    /// This was said about this Pod. Returns whether there is something newer to
    /// say about the one that waits; it is news when that one is put again.
    pub(crate) fn was_told(&mut self, told: &WaitingPod) -> bool {
        let place = self.places.get(&told.request.key);
        let waits = place.and_then(|(line, order)| self.lines.get_mut(line)?.get_mut(order));
        let Some(waits) = waits else {
            return false;
        };
        let is_other_pod = waits.request.uid != told.request.uid;
        let has_news = is_other_pod || waits.message != told.message;
        if is_other_pod {
            waits.message.clear();
        } else {
            waits.message.clone_from(&told.message);
        }
        has_news
    }

    /// The Pod waits no more.
    pub(crate) fn take(&mut self, key: &ObjectKey) -> Option<WaitingPod> {
        let (line, order) = self.places.remove(key)?;
        let pods = self.lines.get_mut(&line)?;
        let pod = pods.remove(&order);
        if pods.is_empty() {
            self.lines.remove(&line);
        }
        pod
    }

    /// The first Pod of each line; the greatest is the most urgent.
    pub(crate) fn heads(&self) -> BinaryHeap<Head> {
        self.lines
            .keys()
            .filter_map(|line| self.head(line))
            .collect()
    }

    /// The first Pod of the line, if one is left.
    pub(crate) fn head(&self, line: &Line) -> Option<Head> {
        let (order, pod) = self.lines.get(line)?.first_key_value()?;
        Some(Head {
            order: Reverse(order.clone()),
            line: line.clone(),
            request: pod.request.clone(),
        })
    }
}

/// The first Pod of a line.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    order: Reverse<Order>,
    pub(crate) line: Line,
    pub(crate) request: Arc<PodRequest>,
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order.cmp(&other.order)
    }
}

#[cfg(test)]
mod tests {
    use jobyard_api::core::Pod;
    use serde_json::json;

    use super::*;

    fn pod(name: &str, cpu: &str, priority: i32, created: &str) -> Arc<PodRequest> {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": { "name": name, "namespace": "default", "creationTimestamp": created },
            "spec": {
                "priority": priority,
                "containers": [{ "name": "main", "resources": { "requests": { "cpu": cpu } } }],
            },
        }))
        .unwrap();
        Arc::new(PodRequest::from(&pod))
    }

    fn heads(waiting: &Waiting) -> Vec<String> {
        let mut heads = waiting.heads();
        std::iter::from_fn(|| heads.pop())
            .map(|head| head.request.key.name.to_string())
            .collect()
    }

    #[test]
    fn pods_that_ask_for_the_same_stand_in_one_line() {
        let mut waiting = Waiting::default();
        waiting.put(pod("young", "1", 0, "2026-01-01T00:00:02Z"), "x".to_owned());
        waiting.put(pod("old", "1", 0, "2026-01-01T00:00:01Z"), "x".to_owned());
        waiting.put(pod("other", "2", 0, "2026-01-01T00:00:00Z"), "x".to_owned());
        assert_eq!(heads(&waiting), ["other", "old"]);
        waiting.put(
            pod("urgent", "1", 5, "2026-01-01T00:00:03Z"),
            "x".to_owned(),
        );
        assert_eq!(heads(&waiting), ["urgent", "other"]);
        waiting.take(&ObjectKey::new("default", "urgent"));
        waiting.take(&ObjectKey::new("default", "old"));
        assert_eq!(heads(&waiting), ["other", "young"]);
    }

    #[test]
    fn what_was_said_is_not_said_again() {
        let mut waiting = Waiting::default();
        let one = pod("one", "1", 0, "2026-01-01T00:00:00Z");
        assert!(waiting.put(one.clone(), "no room".to_owned()));
        assert!(!waiting.put(one.clone(), "no room".to_owned()));
        assert!(waiting.put(one.clone(), "no nodes".to_owned()));
        let mut again = PodRequest::clone(&one);
        again.uid = "later".into();
        assert!(
            waiting.put(Arc::new(again), "no nodes".to_owned()),
            "a later Pod of that name was told nothing"
        );
        waiting.take(&one.key);
        assert!(waiting.heads().is_empty());
        assert!(waiting.put(one, "no nodes".to_owned()));
    }

    #[test]
    fn what_changed_while_it_was_said_is_said_next() {
        let mut waiting = Waiting::default();
        let request = pod("one", "1", 0, "2026-01-01T00:00:00Z");
        let told = |request: &Arc<PodRequest>, message: &str| WaitingPod {
            request: request.clone(),
            message: message.to_owned(),
        };
        waiting.put(request.clone(), "no nodes".to_owned());
        assert!(!waiting.was_told(&told(&request, "no nodes")));
        assert!(waiting.was_told(&told(&request, "no room")));
        assert!(waiting.put(request.clone(), "no nodes".to_owned()));
        let mut earlier = PodRequest::clone(&request);
        earlier.uid = "earlier".into();
        assert!(waiting.was_told(&told(&Arc::new(earlier), "no nodes")));
        assert!(waiting.put(request.clone(), "no nodes".to_owned()));
        waiting.take(&request.key);
        assert!(
            !waiting.was_told(&told(&request, "no room")),
            "it waits no more"
        );
    }
}
