//! All objects of one kind, and all that ever happened to them.

use std::{collections::BTreeMap, fmt, sync::Arc};

use jobyard_api::{Object, ObjectKey, Revision, batch, core, field::ErrorList, strategy::Strategy};
use jobyard_cluster::Selection;

use crate::history::Stored;

/// What the pipeline asks of a kind, as plain functions: the port knows no more
/// of a kind than that it is an [`Object`].
pub(crate) struct Rules<K> {
    pub(crate) apply_defaults: fn(&mut K),
    pub(crate) prepare_create: fn(&mut K),
    pub(crate) validate: fn(&K) -> ErrorList,
    pub(crate) prepare_update: fn(&mut K, &K),
    pub(crate) validate_update: fn(&K, &K) -> ErrorList,
    pub(crate) prepare_status_update: fn(&mut K, &K),
    pub(crate) validate_status_update: fn(&K, &K) -> ErrorList,
    /// The grace period of a deletion that asks for this one.
    pub(crate) grace_seconds: fn(&K, Option<i64>) -> i64,
    pub(crate) node_name: fn(&K) -> &str,
    /// The object as the history keeps it; `None` for kinds nobody judges.
    pub(crate) stored: fn(&Arc<K>) -> Option<Stored>,
}

impl<K> Clone for Rules<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Rules<K> {}

impl<K> fmt::Debug for Rules<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").finish_non_exhaustive()
    }
}

/// What the server knows of a kind beyond its strategy.
pub(crate) trait Served: Strategy {
    /// Kinds without grace go at once.
    fn grace_seconds(&self, _asked: Option<i64>) -> i64 {
        0
    }

    #[expect(
        clippy::unnecessary_literal_bound,
        reason = "the kind that has one lends it"
    )]
    fn node_name(&self) -> &str {
        ""
    }

    fn stored(_object: &Arc<Self>) -> Option<Stored> {
        None
    }
}

impl Served for core::Event {}
impl Served for core::ConfigMap {}
impl Served for core::Node {}

impl Served for batch::Job {
    fn stored(object: &Arc<Self>) -> Option<Stored> {
        Some(Stored::Job(object.clone()))
    }
}

impl Served for core::Pod {
    /// A Pod that runs nowhere, or no more, has nothing to end in peace.
    ///
    /// Source: upstream `pkg/registry/core/pod/strategy.go` `CheckGracefulDelete`.
    fn grace_seconds(&self, asked: Option<i64>) -> i64 {
        let status = self.status.as_ref();
        let phase = status.and_then(|status| status.phase.as_deref());
        let is_terminal = matches!(phase, Some("Succeeded" | "Failed"));
        if is_terminal || Served::node_name(self).is_empty() {
            return 0;
        }
        let spec = self.spec.as_ref();
        let own = || spec.and_then(|spec| spec.termination_grace_period_seconds);
        asked.or_else(own).unwrap_or(30).max(0)
    }

    fn node_name(&self) -> &str {
        let spec = self.spec.as_ref();
        spec.and_then(|spec| spec.node_name.as_deref())
            .unwrap_or("")
    }

    fn stored(object: &Arc<Self>) -> Option<Stored> {
        Some(Stored::Pod(object.clone()))
    }
}

/// One change.
#[derive(Debug)]
pub(crate) struct Entry<K> {
    pub(crate) revision: Revision,
    pub(crate) key: ObjectKey,
    /// `None`: it ended.
    pub(crate) object: Option<Arc<K>>,
}

/// All objects of one kind.
#[derive(Debug)]
pub(crate) struct Table<K> {
    pub(crate) rules: Rules<K>,
    objects: BTreeMap<ObjectKey, Arc<K>>,
    log: Vec<Entry<K>>,
}

impl<K: Served> Table<K> {
    pub(crate) fn new() -> Self {
        Self {
            rules: Rules {
                apply_defaults: K::apply_defaults,
                prepare_create: K::prepare_create,
                validate: K::validate,
                prepare_update: K::prepare_update,
                validate_update: K::validate_update,
                prepare_status_update: K::prepare_status_update,
                validate_status_update: K::validate_status_update,
                grace_seconds: K::grace_seconds,
                node_name: K::node_name,
                stored: K::stored,
            },
            objects: BTreeMap::new(),
            log: Vec::new(),
        }
    }
}

impl<K: Object> Table<K> {
    pub(crate) fn get(&self, key: &ObjectKey) -> Option<&Arc<K>> {
        self.objects.get(key)
    }

    /// All objects, by key.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&ObjectKey, &Arc<K>)> {
        self.objects.iter()
    }

    /// Every change so far, oldest first.
    pub(crate) fn log(&self) -> &[Entry<K>] {
        &self.log
    }

    /// The objects as they were at that revision, and how many changes led there.
    pub(crate) fn at(&self, revision: Revision) -> (BTreeMap<ObjectKey, Arc<K>>, usize) {
        let changes = self.log.partition_point(|entry| entry.revision <= revision);
        if changes == self.log.len() {
            return (self.objects.clone(), changes);
        }
        let mut objects = BTreeMap::new();
        for entry in &self.log[..changes] {
            match &entry.object {
                Some(object) => objects.insert(entry.key.clone(), object.clone()),
                None => objects.remove(&entry.key),
            };
        }
        (objects, changes)
    }

    pub(crate) fn is_selected(&self, selection: &Selection, object: &K) -> bool {
        let key = object.key();
        let node = (self.rules.node_name)(object);
        let fits = |wanted: &Option<Box<str>>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        fits(&selection.namespace, &key.namespace)
            && fits(&selection.name, &key.name)
            && fits(&selection.node_name, node)
    }

    pub(super) fn apply(
        &mut self,
        revision: Revision,
        before: Option<&Arc<K>>,
        after: Option<&Arc<K>>,
    ) {
        let known = after.or(before);
        let key = known.expect("a change has at least one side").key();
        match after {
            Some(object) => self.objects.insert(key.clone(), object.clone()),
            None => self.objects.remove(&key),
        };
        self.log.push(Entry {
            revision,
            key,
            object: after.cloned(),
        });
    }
}
