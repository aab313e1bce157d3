//! A small API server: tables in memory, and the write pipeline of Kubernetes.
//!
//! What a real server refuses is refused here by the same rules: defaults,
//! validation, update and status rules are those of `jobyard_api`; names,
//! versions, grace and finalizers are kept as the API server keeps them. Every
//! accepted write takes the next revision of one history.
//!
//! Source: apiserver `pkg/registry/rest/{create,update,delete}.go`,
//! `pkg/registry/generic/registry/store.go`.

mod delete;
mod edit;
mod table;

use std::{any::Any, collections::BTreeMap, sync::Arc};

use jobyard_api::{
    Object, ObjectKey, Revision, StatusError, Timestamp, Uid, batch, core,
    meta::Time,
    names,
    object::whole_seconds,
    resource::{NAMESPACE, POD},
    status::Reason,
};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::history::{Author, Commit};

pub(crate) use table::Table;

/// Who asks, and whether the answer will reach them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker {
    pub(crate) author: Author,
    pub(crate) is_answered: bool,
}

impl From<Author> for Asker {
    fn from(author: Author) -> Self {
        Self {
            author,
            is_answered: true,
        }
    }
}

/// The tables, and what was committed since somebody last asked.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) now: Timestamp,
    revision: u64,
    /// Whether each namespace is being terminated.
    namespaces: BTreeMap<Box<str>, bool>,
    pub(crate) jobs: Table<batch::Job>,
    pub(crate) pods: Table<core::Pod>,
    events: Table<core::Event>,
    config_maps: Table<core::ConfigMap>,
    nodes: Table<core::Node>,
    commits: Vec<Commit>,
    /// Accepted writes of any kind by the controller.
    pub(crate) controller_writes: u64,
    chance: StdRng,
}

impl Server {
    /// An empty server with the namespace `default`.
    pub(crate) fn new(seed: u64, now: Timestamp) -> Self {
        Self {
            now,
            revision: 1,
            namespaces: BTreeMap::from([("default".into(), false)]),
            jobs: Table::new(),
            pods: Table::new(),
            events: Table::new(),
            config_maps: Table::new(),
            nodes: Table::new(),
            commits: Vec::new(),
            controller_writes: 0,
            chance: StdRng::seed_from_u64(seed),
        }
    }

    /// The newest revision.
    pub(crate) fn revision(&self) -> Revision {
        Revision(self.revision)
    }

    /// Takes what was committed to Jobs and Pods since the last call.
    pub(crate) fn take_commits(&mut self) -> Vec<Commit> {
        std::mem::take(&mut self.commits)
    }

    /// Refuses new objects in the namespace from now on.
    pub(crate) fn terminate_namespace(&mut self, namespace: &str) {
        self.namespaces.insert(namespace.into(), true);
    }

    /// The table of that kind.
    pub(crate) fn table<K: Object>(&self) -> &Table<K> {
        let tables: [&dyn Any; 5] = [
            &self.pods,
            &self.jobs,
            &self.events,
            &self.config_maps,
            &self.nodes,
        ];
        let found = tables.into_iter().find_map(|table| table.downcast_ref());
        found.unwrap_or_else(|| panic!("{} are not simulated", K::RESOURCE.plural))
    }

    fn table_mut<K: Object>(&mut self) -> &mut Table<K> {
        let tables: [&mut dyn Any; 5] = [
            &mut self.pods,
            &mut self.jobs,
            &mut self.events,
            &mut self.config_maps,
            &mut self.nodes,
        ];
        let found = tables.into_iter().find_map(|table| table.downcast_mut());
        found.unwrap_or_else(|| panic!("{} are not simulated", K::RESOURCE.plural))
    }

    /// The object as stored.
    pub(crate) fn get<K: Object>(&self, key: &ObjectKey) -> Result<Arc<K>, StatusError> {
        let found = self.table::<K>().get(key).cloned();
        found.ok_or_else(|| StatusError::not_found(K::RESOURCE, &key.name))
    }

    /// Makes the object, named and defaulted, if the rules allow it.
    pub(crate) fn create<K: Object>(
        &mut self,
        asker: Asker,
        mut object: K,
    ) -> Result<Arc<K>, StatusError> {
        let now = whole_seconds(self.now);
        let rules = self.table::<K>().rules;
        let metadata = object.metadata_mut();
        if metadata.resource_version.is_some() {
            return Err(StatusError::untyped(
                "resourceVersion should not be set on objects to be created",
            ));
        }
        metadata.deletion_timestamp = None;
        metadata.deletion_grace_period_seconds = None;
        metadata.generation = None;
        metadata.creation_timestamp = Some(Time(now));
        (rules.apply_defaults)(&mut object);
        self.namespace_takes::<K>(&object)?;
        let is_generated = self.settle_name(&mut object);
        object.metadata_mut().uid = Some(self.uid());
        (rules.prepare_create)(&mut object);
        let key = object.key();
        let errors = (rules.validate)(&object);
        if !errors.is_empty() {
            return Err(StatusError::invalid(K::RESOURCE, &key.name, &errors));
        }
        if self.table::<K>().get(&key).is_some() {
            let mut error = StatusError::already_exists(K::RESOURCE, &key.name);
            if is_generated {
                error.0.message = Some("no unique name could be generated".to_owned());
            }
            return Err(error);
        }
        Ok(self.store(asker, None, object))
    }

    fn namespace_takes<K: Object>(&self, object: &K) -> Result<(), StatusError> {
        if !K::RESOURCE.namespaced {
            return Ok(());
        }
        let key = object.key();
        match self.namespaces.get(&key.namespace) {
            Some(false) => Ok(()),
            None => Err(StatusError::not_found(&NAMESPACE, &key.namespace)),
            Some(true) => {
                let namespace = &key.namespace;
                let why = format!(
                    "unable to create new content in namespace {namespace} because it is being terminated"
                );
                Err(
                    StatusError::forbidden(K::RESOURCE, &key.name, why).with_cause(
                        "NamespaceTerminating",
                        format!("namespace {namespace} is being terminated"),
                        Some("metadata.namespace"),
                    ),
                )
            }
        }
    }

    fn settle_name<K: Object>(&mut self, object: &mut K) -> bool {
        let metadata = object.metadata_mut();
        if metadata
            .name
            .as_deref()
            .is_some_and(|name| !name.is_empty())
        {
            return false;
        }
        let Some(prefix) = metadata.generate_name.as_deref() else {
            return false;
        };
        let name = names::generate(prefix, self.chance.random());
        metadata.name = Some(name);
        true
    }

    fn uid(&mut self) -> String {
        let (high, low): (u64, u64) = (self.chance.random(), self.chance.random());
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }

    /// Replaces the object but for its status.
    pub(crate) fn update<K: Object>(
        &mut self,
        asker: Asker,
        object: K,
    ) -> Result<Arc<K>, StatusError> {
        self.replace(asker, object, false)
    }

    /// Replaces the status of the object.
    pub(crate) fn update_status<K: Object>(
        &mut self,
        asker: Asker,
        object: K,
    ) -> Result<Arc<K>, StatusError> {
        self.replace(asker, object, true)
    }

    fn replace<K: Object>(
        &mut self,
        asker: Asker,
        mut object: K,
        is_status: bool,
    ) -> Result<Arc<K>, StatusError> {
        let key = object.key();
        let old = self.get::<K>(&key)?;
        let asked = object.revision();
        if asked.is_some() && asked != old.revision() {
            return Err(StatusError::stale(K::RESOURCE, &key.name));
        }
        let uid = object.uid();
        if !uid.as_str().is_empty() && uid != old.uid() {
            return Err(StatusError::conflict(
                K::RESOURCE,
                &key.name,
                format_args!("Precondition failed: UID in precondition: {uid}"),
            ));
        }
        let before = old.metadata();
        let metadata = object.metadata_mut();
        metadata
            .resource_version
            .clone_from(&before.resource_version);
        metadata.uid.clone_from(&before.uid);
        metadata
            .creation_timestamp
            .clone_from(&before.creation_timestamp);
        metadata
            .deletion_timestamp
            .clone_from(&before.deletion_timestamp);
        metadata.deletion_grace_period_seconds = before.deletion_grace_period_seconds;
        metadata.generation = before.generation;
        let rules = self.table::<K>().rules;
        (rules.apply_defaults)(&mut object);
        let errors = if is_status {
            (rules.prepare_status_update)(&mut object, &old);
            (rules.validate_status_update)(&object, &old)
        } else {
            (rules.prepare_update)(&mut object, &old);
            (rules.validate_update)(&object, &old)
        };
        if !errors.is_empty() {
            return Err(StatusError::invalid(K::RESOURCE, &key.name, &errors));
        }
        Ok(self.put(asker, &old, object))
    }

    /// Stores a changed object, or ends it if nothing keeps it any more.
    fn put<K: Object>(&mut self, asker: Asker, old: &Arc<K>, object: K) -> Arc<K> {
        if object == **old {
            return old.clone();
        }
        let metadata = object.metadata();
        let is_released = metadata.deletion_timestamp.is_some()
            && metadata.deletion_grace_period_seconds.unwrap_or(0) == 0
            && metadata.finalizers.as_ref().is_none_or(Vec::is_empty);
        if is_released {
            let revision = self.remove(asker, old);
            let mut last = object;
            last.metadata_mut().resource_version = Some(revision.to_string());
            return Arc::new(last);
        }
        self.store(asker, Some(old), object)
    }

    fn store<K: Object>(&mut self, asker: Asker, old: Option<&Arc<K>>, mut object: K) -> Arc<K> {
        let revision = self.next_revision();
        object.metadata_mut().resource_version = Some(revision.to_string());
        let object = Arc::new(object);
        self.commit(asker, revision, old, Some(&object));
        object
    }

    fn remove<K: Object>(&mut self, asker: Asker, old: &Arc<K>) -> Revision {
        let revision = self.next_revision();
        self.commit(asker, revision, Some(old), None);
        revision
    }

    fn commit<K: Object>(
        &mut self,
        asker: Asker,
        revision: Revision,
        before: Option<&Arc<K>>,
        after: Option<&Arc<K>>,
    ) {
        let table = self.table_mut::<K>();
        let stored = table.rules.stored;
        table.apply(revision, before, after);
        self.controller_writes += u64::from(matches!(asker.author, Author::Controller(_)));
        let (before, after) = (before.and_then(stored), after.and_then(stored));
        if before.is_some() || after.is_some() {
            self.commits.push(Commit {
                revision,
                at: self.now,
                author: asker.author,
                is_answered: asker.is_answered,
                before,
                after,
            });
        }
    }

    fn next_revision(&mut self) -> Revision {
        self.revision += 1;
        Revision(self.revision)
    }

    /// Gives the Pod with this uid a node.
    pub(crate) fn bind(
        &mut self,
        asker: Asker,
        key: &ObjectKey,
        uid: &Uid,
        node: &str,
    ) -> Result<(), StatusError> {
        let old = self.get::<core::Pod>(key)?;
        let spec = old.spec.as_ref();
        let has_node = spec.is_some_and(|spec| spec.node_name.is_some());
        if old.uid() != *uid || old.metadata.deletion_timestamp.is_some() || has_node {
            let name = &key.name;
            let message = format!(
                "Operation cannot be fulfilled on pods/binding {name:?}: it is another Pod, ends, or has a node"
            );
            return Err(StatusError::new(Reason::Conflict, message).about("", POD.plural, name));
        }
        let mut pod = core::Pod::clone(&old);
        pod.spec.get_or_insert_default().node_name = Some(node.to_owned());
        let conditions = pod
            .status
            .get_or_insert_default()
            .conditions
            .get_or_insert_default();
        conditions.retain(|one| one.type_ != "PodScheduled");
        conditions.push(core::PodCondition {
            type_: "PodScheduled".to_owned(),
            status: "True".to_owned(),
            last_transition_time: Some(Time(whole_seconds(self.now))),
            ..core::PodCondition::default()
        });
        self.put(asker, &old, pod);
        Ok(())
    }
}
