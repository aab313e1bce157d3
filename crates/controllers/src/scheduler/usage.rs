//! What the nodes' Pods take, kept up to date Pod by Pod.

use std::{collections::HashMap, sync::Arc};

use jobyard_api::{ObjectKey, Uid};
use jobyard_decide::placement::{NodeUsage, PodRequest};

/// The running sums of all nodes, and which Pods are in them.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    nodes: HashMap<Box<str>, NodeUsage>,
    holders: HashMap<ObjectKey, Holder>,
}

#[derive(Debug)]
struct Holder {
    request: Arc<PodRequest>,
    node: Box<str>,
    /// We have bound it, and the cache does not show that yet.
    is_assumed: bool,
}

impl Usage {
    /// What the Pods of the node take; `None`: it has none.
    pub(crate) fn of(&self, node: &str) -> Option<&NodeUsage> {
        self.nodes.get(node)
    }

    /// Enters the Pod as the cache shows it (`None`: gone or ended). Returns
    /// whether a node has more room than before.
    pub(crate) fn observe(&mut self, key: &ObjectKey, seen: Option<&Arc<PodRequest>>) -> bool {
        if let (Some(holder), Some(seen)) = (self.holders.get(key), seen)
            && holder.is_assumed
            && holder.request.uid == seen.uid
            && seen.node_name.is_none()
        {
            return false;
        }
        let was_held = self.drop_holder(key);
        match seen.and_then(|seen| Some((seen, seen.uses_node()?))) {
            Some((seen, node)) => {
                self.hold(seen, node, false);
                false
            }
            None => was_held,
        }
    }

    /// Enters a Pod that is about to be bound.
    pub(crate) fn assume(&mut self, request: &Arc<PodRequest>, node: &str) {
        self.drop_holder(&request.key);
        self.hold(request, node, true);
    }

    /// The binding of this Pod failed.
    pub(crate) fn forget(&mut self, key: &ObjectKey, uid: &Uid) {
        if self.is_assumed(key, uid) {
            self.drop_holder(key);
        }
    }

    /// Whether this Pod was bound by us and the cache does not show it yet.
    pub(crate) fn is_assumed(&self, key: &ObjectKey, uid: &Uid) -> bool {
        self.holders
            .get(key)
            .is_some_and(|holder| holder.is_assumed && holder.request.uid == *uid)
    }

    fn hold(&mut self, request: &Arc<PodRequest>, node: &str, is_assumed: bool) {
        self.nodes.entry(node.into()).or_default().add(request);
        let holder = Holder {
            node: node.into(),
            is_assumed,
            request: request.clone(),
        };
        self.holders.insert(request.key.clone(), holder);
    }

    fn drop_holder(&mut self, key: &ObjectKey) -> bool {
        let Some(holder) = self.holders.remove(key) else {
            return false;
        };
        if let Some(usage) = self.nodes.get_mut(&holder.node) {
            usage.remove(&holder.request);
            if usage.pods == 0 {
                self.nodes.remove(&holder.node);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use jobyard_api::core::Pod;
    use serde_json::json;

    use super::*;

    fn pod(uid: &str, node: Option<&str>) -> Arc<PodRequest> {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": { "name": "one", "namespace": "default", "uid": uid },
            "spec": { "nodeName": node, "containers": [{ "name": "main" }] },
        }))
        .unwrap();
        Arc::new(PodRequest::from(&pod))
    }

    fn key() -> ObjectKey {
        ObjectKey::new("default", "one")
    }

    fn pods(usage: &Usage) -> usize {
        usage.of("here").map_or(0, |usage| usage.pods)
    }

    #[test]
    fn a_bound_pod_takes_room_until_it_is_gone() {
        let mut usage = Usage::default();
        assert!(!usage.observe(&key(), Some(&pod("u", Some("here")))));
        assert!(!usage.observe(&key(), Some(&pod("u", Some("here")))));
        assert_eq!(pods(&usage), 1);
        assert!(usage.observe(&key(), None));
        assert_eq!(pods(&usage), 0);
        assert!(
            !usage.observe(&key(), None),
            "it gave its room back already"
        );
    }

    #[test]
    fn an_assumed_pod_takes_room_until_the_cache_shows_it_or_the_binding_fails() {
        let mut usage = Usage::default();
        usage.assume(&pod("u", None), "here");
        assert!(
            !usage.observe(&key(), Some(&pod("u", None))),
            "the cache is behind"
        );
        assert_eq!(pods(&usage), 1);
        usage.observe(&key(), Some(&pod("u", Some("here"))));
        assert!(!usage.is_assumed(&key(), &"u".into()));
        assert_eq!(pods(&usage), 1);
        usage.assume(&pod("later", None), "here");
        usage.forget(&key(), &"u".into());
        assert_eq!(pods(&usage), 1, "that was an earlier Pod");
        usage.forget(&key(), &"later".into());
        assert_eq!(pods(&usage), 0);
    }

    #[test]
    fn a_later_pod_of_the_same_name_is_another() {
        let mut usage = Usage::default();
        usage.assume(&pod("u", None), "here");
        assert!(usage.observe(&key(), Some(&pod("later", None))));
        assert_eq!(pods(&usage), 0);
    }
}
