//! A port that does what the one below does, unless the test says otherwise:
//! requests fail, informers lag or lose a change.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, OnceLock},
};

use jobyard_api::{Object, ObjectKey, Revision, Uid, core};
use jobyard_cluster::{
    Change, Cluster, ClusterError, Deletion, Informer, MetadataEdit, Selection, View,
};
use parking_lot::Mutex;

/// One request, as a fault sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// `create`, `update`, `update_status`, `edit`, `delete`, `get`, `bind`.
    pub(crate) verb: &'static str,
    /// `pods`, `jobs` ...
    pub(crate) plural: &'static str,
    /// Name, or generateName.
    pub(crate) name: String,
}

type Fault = Box<dyn Fn(&Call) -> Option<ClusterError> + Send + Sync>;

/// What goes wrong. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    fault: Mutex<Option<Fault>>,
    calls: Mutex<Vec<Call>>,
    gates: Mutex<HashMap<&'static str, Gate>>,
}

/// Between the watch of a kind and its informers.
#[derive(Default)]
struct Gate {
    is_held: bool,
    /// So many changes still pass, then it is held.
    holds_after: Option<usize>,
    loses: usize,
    has_lost: bool,
    waiting: VecDeque<Passing>,
}

/// What waits at a gate.
enum Passing {
    Change(Box<dyn FnOnce() + Send>),
    /// That the cache shows all up to some revision.
    Advance(Box<dyn FnOnce() + Send>),
}

impl Faults {
    /// Answers calls with errors, as `fault` says.
    pub(crate) fn fail(
        &self,
        fault: impl Fn(&Call) -> Option<ClusterError> + Send + Sync + 'static,
    ) {
        *self.shared.fault.lock() = Some(Box::new(fault));
    }

    /// Nothing fails any more.
    pub(crate) fn heal(&self) {
        *self.shared.fault.lock() = None;
    }

    /// The calls of that verb and kind so far.
    pub(crate) fn calls(&self, verb: &str, plural: &str) -> usize {
        let calls = self.shared.calls.lock();
        let is_meant = |call: &&Call| call.verb == verb && call.plural == plural;
        calls.iter().filter(is_meant).count()
    }

    /// Informers of the kind see nothing from now on.
    pub(crate) fn hold(&self, plural: &'static str) {
        self.shared.gates.lock().entry(plural).or_default().is_held = true;
    }

    /// Informers of the kind see the next `count` changes, and nothing from then on.
    pub(crate) fn hold_after(&self, plural: &'static str, count: usize) {
        let mut gates = self.shared.gates.lock();
        gates.entry(plural).or_default().holds_after = Some(count);
    }

    /// Informers of the kind see what they missed, and all that comes.
    pub(crate) fn release(&self, plural: &'static str) {
        let waiting = {
            let mut gates = self.shared.gates.lock();
            let gate = gates.entry(plural).or_default();
            gate.is_held = false;
            std::mem::take(&mut gate.waiting)
        };
        for passing in waiting {
            match passing {
                Passing::Change(go) | Passing::Advance(go) => go(),
            }
        }
    }

    /// Informers of the kind never see the next `count` changes.
    pub(crate) fn lose(&self, plural: &'static str, count: usize) {
        self.shared.gates.lock().entry(plural).or_default().loses = count;
    }

    /// Changes of the kind that wait behind the gate.
    pub(crate) fn held_back(&self, plural: &'static str) -> usize {
        let gates = self.shared.gates.lock();
        let is_change = |passing: &&Passing| matches!(passing, Passing::Change(_));
        gates
            .get(plural)
            .map_or(0, |gate| gate.waiting.iter().filter(is_change).count())
    }

    fn pass(&self, plural: &'static str, change: impl FnOnce() + Send + 'static) {
        {
            let mut gates = self.shared.gates.lock();
            let gate = gates.entry(plural).or_default();
            if gate.loses > 0 {
                gate.loses -= 1;
                gate.has_lost = true;
                return;
            }
            if let Some(left) = gate.holds_after {
                gate.holds_after = left.checked_sub(1);
                gate.is_held |= left == 0;
            }
            if gate.is_held {
                gate.waiting.push_back(Passing::Change(Box::new(change)));
                return;
            }
        }
        change();
    }

    /// A cache that lost a change never says that it shows all.
    fn pass_advance(&self, plural: &'static str, advance: impl FnOnce() + Send + 'static) {
        {
            let mut gates = self.shared.gates.lock();
            let gate = gates.entry(plural).or_default();
            if gate.has_lost {
                return;
            }
            if gate.is_held {
                gate.waiting.push_back(Passing::Advance(Box::new(advance)));
                return;
            }
        }
        advance();
    }

    fn ask<K: Object>(&self, verb: &'static str, name: &str) -> Result<(), ClusterError> {
        let call = Call {
            verb,
            plural: K::RESOURCE.plural,
            name: name.to_owned(),
        };
        self.shared.calls.lock().push(call.clone());
        let fault = self.shared.fault.lock();
        match fault.as_ref().and_then(|fault| fault(&call)) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// The port with faults.
#[derive(Clone)]
pub(crate) struct Unreliable<C> {
    pub(crate) inner: C,
    pub(crate) faults: Faults,
}

impl<C: Cluster> Cluster for Unreliable<C> {
    fn informer<V: View>(
        &self,
        selection: Selection,
        on_change: impl Fn(&Change<V>) + Send + Sync + 'static,
    ) -> Informer<V> {
        let plural = V::Object::RESOURCE.plural;
        let source: Arc<OnceLock<Informer<V>>> = Arc::default();
        let (writer, informer) = Informer::new(source.clone());
        let writer = Arc::new(writer);
        let (faults, on_change) = (self.faults.clone(), Arc::new(on_change));
        let inner = self.inner.informer(selection, {
            let writer = writer.clone();
            move |change: &Change<V>| {
                let (key, new, revision) =
                    (change.key.clone(), change.new.clone(), change.revision);
                let (writer, on_change) = (writer.clone(), on_change.clone());
                faults.pass(plural, move || {
                    let change = match new {
                        Some(view) => Some(writer.put(view, revision)),
                        None => writer.remove(&key, revision),
                    };
                    if let Some(change) = change {
                        on_change(&change);
                    }
                    writer.advance(revision);
                });
            }
        });
        tokio::spawn({
            let (inner, source) = (inner.clone(), Arc::downgrade(&source));
            let (mut wanted, faults) = (writer.wanted(), self.faults.clone());
            async move {
                inner.synced().await;
                writer.advance(inner.revision().unwrap());
                // From here on the informer below lives as long as the one above.
                drop(inner);
                while wanted.changed().await.is_ok() {
                    let revision = *wanted.borrow_and_update();
                    let Some(inner) = source.upgrade().and_then(|source| source.get().cloned())
                    else {
                        return;
                    };
                    inner.wait_for(revision).await;
                    let writer = writer.clone();
                    faults.pass_advance(plural, move || writer.advance(revision));
                }
            }
        });
        assert!(source.set(inner).is_ok(), "set once");
        informer
    }

    async fn get_live<K: Object>(&self, key: &ObjectKey) -> Result<Arc<K>, ClusterError> {
        self.faults.ask::<K>("get", &key.name)?;
        self.inner.get_live(key).await
    }

    async fn create<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        let metadata = object.metadata();
        let name = metadata.name.as_ref().or(metadata.generate_name.as_ref());
        self.faults
            .ask::<K>("create", name.map_or("", String::as_str))?;
        self.inner.create(object).await
    }

    async fn update<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        self.faults.ask::<K>("update", &object.key().name)?;
        self.inner.update(object).await
    }

    async fn update_status<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        self.faults.ask::<K>("update_status", &object.key().name)?;
        self.inner.update_status(object).await
    }

    async fn edit_metadata<K: Object>(
        &self,
        key: &ObjectKey,
        uid: &Uid,
        edit: MetadataEdit,
    ) -> Result<Arc<K>, ClusterError> {
        self.faults.ask::<K>("edit", &key.name)?;
        self.inner.edit_metadata(key, uid, edit).await
    }

    async fn delete<K: Object>(
        &self,
        key: &ObjectKey,
        options: Deletion,
    ) -> Result<Option<Revision>, ClusterError> {
        self.faults.ask::<K>("delete", &key.name)?;
        self.inner.delete::<K>(key, options).await
    }

    async fn bind(&self, pod: &ObjectKey, uid: &Uid, node: &str) -> Result<(), ClusterError> {
        self.faults.ask::<core::Pod>("bind", &pod.name)?;
        self.inner.bind(pod, uid, node).await
    }
}
