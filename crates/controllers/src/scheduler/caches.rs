//! What the scheduler keeps of Pods and Nodes.

use std::{ops::Deref, sync::Arc};

use jobyard_api::{Object, ObjectKey, core};
use jobyard_cluster::View;
use jobyard_decide::placement::{NodeView, PodRequest};

/// A Pod in the cache. One that has ended takes nothing and is no more than a name.
#[derive(Debug)]
pub(crate) struct CachedPod {
    key: ObjectKey,
    /// What it asks for, until it has ended.
    pub(crate) request: Option<Arc<PodRequest>>,
}

impl View for CachedPod {
    type Object = core::Pod;

    fn of(object: &Arc<core::Pod>) -> Self {
        let request = PodRequest::from(&**object);
        Self {
            key: object.key(),
            request: (!request.is_terminal).then(|| Arc::new(request)),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

/// A Node in the cache.
#[derive(Debug, PartialEq)]
pub(crate) struct CachedNode(NodeView);

impl Deref for CachedNode {
    type Target = NodeView;

    fn deref(&self) -> &NodeView {
        &self.0
    }
}

impl View for CachedNode {
    type Object = core::Node;

    fn of(object: &Arc<core::Node>) -> Self {
        Self(NodeView::from(&**object))
    }

    fn key(&self) -> ObjectKey {
        ObjectKey::new("", &self.name)
    }
}
