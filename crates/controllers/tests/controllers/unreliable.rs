//! A port that does what the one below does, unless the test says otherwise:
//! requests fail, answers get lost, informers lag or lose a change.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use jobyard_api::{Object, ObjectKey, Revision, StatusError, Uid, core};
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

/// What becomes of a request whose answer is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// It was done.
    Answer,
    /// It is still under way; see [`Faults::arrive`].
    Delay,
}

type Losing = Box<dyn Fn(&Call) -> Option<Loss> + Send + Sync>;

/// What goes wrong. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    fault: Mutex<Option<Fault>>,
    losing: Mutex<Option<Losing>>,
    under_way: Mutex<Vec<BoxFuture<'static, ()>>>,
    calls: Mutex<Vec<Call>>,
    /// How long requests of a verb take.
    durations: Mutex<HashMap<&'static str, Duration>>,
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

    /// Loses the answers to calls, as `losing` says.
    pub(crate) fn lose_answers(
        &self,
        losing: impl Fn(&Call) -> Option<Loss> + Send + Sync + 'static,
    ) {
        *self.shared.losing.lock() = Some(Box::new(losing));
    }

    /// Requests of the verb take so long until they arrive.
    pub(crate) fn slow_down(&self, verb: &'static str, duration: Duration) {
        self.shared.durations.lock().insert(verb, duration);
    }

    /// Nothing fails or is lost any more.
    pub(crate) fn heal(&self) {
        *self.shared.fault.lock() = None;
        *self.shared.losing.lock() = None;
    }

    /// The requests that are still under way arrive.
    pub(crate) async fn arrive(&self) {
        let under_way = std::mem::take(&mut *self.shared.under_way.lock());
        for request in under_way {
            request.await;
        }
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

    /// Makes the request, or does with it what the test wants.
    async fn pass_on<K: Object, T>(
        &self,
        verb: &'static str,
        name: &str,
        request: impl Future<Output = Result<T, ClusterError>> + Send + 'static,
    ) -> Result<T, ClusterError> {
        let call = Call {
            verb,
            plural: K::RESOURCE.plural,
            name: name.to_owned(),
        };
        self.shared.calls.lock().push(call.clone());
        let duration = self.shared.durations.lock().get(verb).copied();
        if let Some(duration) = duration {
            tokio::time::sleep(duration).await;
        }
        let error = {
            let fault = self.shared.fault.lock();
            fault.as_ref().and_then(|fault| fault(&call))
        };
        if let Some(error) = error {
            return Err(error);
        }
        let loss = {
            let losing = self.shared.losing.lock();
            losing.as_ref().and_then(|losing| losing(&call))
        };
        match loss {
            None => return request.await,
            Some(Loss::Answer) => drop(request.await),
            Some(Loss::Delay) => {
                let request = async { drop(request.await) }.boxed();
                self.shared.under_way.lock().push(request);
            }
        }
        let lost = StatusError::untyped("the answer was lost");
        Err(ClusterError::OutcomeUnknown(lost))
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
        let (inner, key) = (self.inner.clone(), key.clone());
        let name = key.name.clone();
        let request = async move { inner.get_live(&key).await };
        self.faults.pass_on::<K, _>("get", &name, request).await
    }

    async fn create<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        let metadata = object.metadata();
        let name = metadata.name.as_ref().or(metadata.generate_name.as_ref());
        let name = name.cloned().unwrap_or_default();
        let inner = self.inner.clone();
        let request = async move { inner.create(object).await };
        self.faults.pass_on::<K, _>("create", &name, request).await
    }

    async fn update<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        let (inner, name) = (self.inner.clone(), object.key().name);
        let request = async move { inner.update(object).await };
        self.faults.pass_on::<K, _>("update", &name, request).await
    }

    async fn update_status<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        let (inner, name) = (self.inner.clone(), object.key().name);
        let request = async move { inner.update_status(object).await };
        self.faults
            .pass_on::<K, _>("update_status", &name, request)
            .await
    }

    async fn edit_metadata<K: Object>(
        &self,
        key: &ObjectKey,
        uid: &Uid,
        edit: MetadataEdit,
    ) -> Result<Arc<K>, ClusterError> {
        let (inner, key, uid) = (self.inner.clone(), key.clone(), uid.clone());
        let name = key.name.clone();
        let request = async move { inner.edit_metadata(&key, &uid, edit).await };
        self.faults.pass_on::<K, _>("edit", &name, request).await
    }

    async fn delete<K: Object>(
        &self,
        key: &ObjectKey,
        options: Deletion,
    ) -> Result<Option<Revision>, ClusterError> {
        let (inner, key) = (self.inner.clone(), key.clone());
        let name = key.name.clone();
        let request = async move { inner.delete::<K>(&key, options).await };
        self.faults.pass_on::<K, _>("delete", &name, request).await
    }

    async fn bind(&self, pod: &ObjectKey, uid: &Uid, node: &str) -> Result<(), ClusterError> {
        let (inner, pod, uid) = (self.inner.clone(), pod.clone(), uid.clone());
        let (name, node) = (pod.name.clone(), node.to_owned());
        let request = async move { inner.bind(&pod, &uid, &node).await };
        self.faults
            .pass_on::<core::Pod, _>("bind", &name, request)
            .await
    }
}
