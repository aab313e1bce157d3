//! The registry as a whole: opening it and finding kinds in it.

use std::sync::Arc;

use bytes::Bytes;
use jobyard_api::{
    Object, Revision, StatusError, Timestamp, batch, coordination, core, meta::ObjectMeta, node,
    status::Reason, well_known::RUNTIME_CLASS_HOST,
};
use jobyard_store::{Recovered, Store, StoreError};

use crate::{
    kind::Kind,
    log::Log,
    names::Names,
    namespace,
    request::Context,
    resource::Resource,
    yard::{AnyShelf, Yard, kind_of},
};

/// The tables of one yard. A handle; clones share them.
#[derive(Clone)]
pub struct Registry {
    yard: Arc<Yard>,
    resources: Arc<[Box<dyn Resource>]>,
}

/// Some five minutes, as etcd has them, at 300 events a second.
const HISTORY_EVENTS_MAX: usize = 100_000;

/// What differs between yards.
pub struct Options {
    /// The PEM of the yard's certificate authority, for `kube-root-ca.crt` in
    /// every namespace; `None` where no server is.
    pub ca_certificate: Option<String>,
    /// Whether the RuntimeClass `host` is there from the start.
    pub host_runtime: bool,
    /// Most events of a kind that watches can start before, whatever their size.
    pub history_events_max: usize,
    /// The source of generated names and uids.
    pub names: Names,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ca_certificate: None,
            host_runtime: false,
            history_events_max: HISTORY_EVENTS_MAX,
            names: Names::random(),
        }
    }
}

/// Why a registry could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store holds something that no version of this program has written.
    #[error("the entry {key} of the store is no object that can be read")]
    Unreadable {
        /// The key in the store.
        key: String,
        /// Why it cannot be read, where it is an object of a known kind.
        #[source]
        source: Option<serde_json::Error>,
    },
    /// What must be there from the start could not be made.
    #[error("cannot make what is there from the start: {0}")]
    BuiltIn(#[from] StatusError),
}

impl Registry {
    /// A registry that is gone with the process.
    ///
    /// `cx` says who makes what is there from the start, and when.
    ///
    /// # Errors
    /// When an object that is there from the start cannot be made.
    pub fn in_memory(cx: &Context, options: Options) -> Result<Self, OpenError> {
        Self::begin(cx, Log::Memory(0.into()), Vec::new(), options)
    }

    /// A registry over an opened store, with all that the store held.
    ///
    /// `cx` says who makes what is missing of what is there from the start.
    ///
    /// # Errors
    /// When an entry of the store cannot be read, or an object that is there
    /// from the start cannot be made.
    pub fn open(
        cx: &Context,
        store: Store,
        recovered: Recovered,
        options: Options,
    ) -> Result<Self, OpenError> {
        Self::begin(cx, Log::Store(store), recovered.entries, options)
    }

    /// Syncs, and notes in the store that the end was in order. No write is
    /// taken after this.
    ///
    /// # Errors
    /// When the store could not be synced or was closed before.
    pub fn close(&self) -> Result<(), StoreError> {
        self.yard.close()
    }

    fn begin(
        cx: &Context,
        log: Log,
        entries: Vec<(Bytes, jobyard_store::Revision, Bytes)>,
        options: Options,
    ) -> Result<Self, OpenError> {
        let host_runtime = options.host_runtime;
        let mut yard = Yard::new(log, options);
        yard.add::<core::ConfigMap>();
        yard.add::<core::Event>();
        yard.add::<core::Namespace>();
        yard.add::<core::Node>();
        yard.add::<core::Pod>();
        yard.add::<core::Secret>();
        yard.add::<core::ServiceAccount>();
        yard.add::<batch::Job>();
        yard.add::<coordination::Lease>();
        yard.add::<node::RuntimeClass>();
        for (key, revision, value) in entries {
            refill(&yard, &key, Revision(revision.0), value)?;
        }
        let yard = Arc::new(yard);
        let resources: [Box<dyn Resource>; _] = [
            Box::new(Kind::<core::ConfigMap>::new(yard.clone())),
            Box::new(Kind::<core::Event>::new(yard.clone())),
            Box::new(Kind::<core::Namespace>::new(yard.clone())),
            Box::new(Kind::<core::Node>::new(yard.clone())),
            Box::new(Kind::<core::Pod>::new(yard.clone())),
            Box::new(Kind::<core::Secret>::new(yard.clone())),
            Box::new(Kind::<core::ServiceAccount>::new(yard.clone())),
            Box::new(Kind::<batch::Job>::new(yard.clone())),
            Box::new(Kind::<coordination::Lease>::new(yard.clone())),
            Box::new(Kind::<node::RuntimeClass>::new(yard.clone())),
        ];
        let registry = Self {
            yard,
            resources: Arc::new(resources),
        };
        registry.make_built_in(cx, host_runtime)?;
        Ok(registry)
    }

    /// The typed verbs of the kind `K`.
    pub fn of<K: Object>(&self) -> Kind<K> {
        Kind::new(self.yard.clone())
    }

    /// The kind under that path, if it is served.
    pub fn resource(&self, group: &str, version: &str, plural: &str) -> Option<&dyn Resource> {
        self.resources().find(|one| {
            let info = one.info();
            info.group == group && info.version == version && info.plural == plural
        })
    }

    /// Every kind served, in the order of discovery.
    pub fn resources(&self) -> impl Iterator<Item = &dyn Resource> {
        self.resources.iter().map(|one| &**one)
    }

    /// The newest revision that readers see.
    pub fn revision(&self) -> Revision {
        self.yard.revision()
    }

    /// Waits until what was written up to `revision` survives a power cut and
    /// may leave the machine. Events, Leases and heartbeats are not waited for.
    ///
    /// # Errors
    /// When the store has stopped: the write may or may not survive.
    pub async fn wait_durable(&self, revision: Revision) -> Result<(), StatusError> {
        self.yard.wait_durable(revision).await
    }

    /// Waits until no write is taken any more: the store failed, or was closed.
    /// A registry in memory never stops.
    pub async fn stopped(&self) {
        self.yard.stopped().await;
    }

    /// Removes what is kept for a time only and has had it: Events, history,
    /// the moments of paged lists. To be called about once a minute;
    /// [`keep_house`](Self::keep_house) does.
    pub fn expire(&self, now: Timestamp) {
        self.of::<core::Event>().expire(now);
        for shelf in self.yard.all() {
            shelf.forget_old(now);
        }
    }

    fn make_built_in(&self, cx: &Context, host_runtime: bool) -> Result<(), StatusError> {
        namespace::make_built_in(cx, self)?;
        if !host_runtime {
            return Ok(());
        }
        let class = node::RuntimeClass {
            handler: RUNTIME_CLASS_HOST.to_owned(),
            metadata: ObjectMeta {
                name: Some(RUNTIME_CLASS_HOST.to_owned()),
                ..ObjectMeta::default()
            },
            ..node::RuntimeClass::default()
        };
        match self.of().create(cx, class) {
            Err(error) if !error.is(Reason::AlreadyExists) => Err(error),
            _ => Ok(()),
        }
    }
}

/// Finds the table for an entry of the store.
fn refill(yard: &Yard, key: &[u8], revision: Revision, value: Bytes) -> Result<(), OpenError> {
    let unreadable = |source| OpenError::Unreadable {
        key: String::from_utf8_lossy(key).into_owned(),
        source,
    };
    let (group, plural) = kind_of(key).ok_or_else(|| unreadable(None))?;
    let of_kind = |shelf: &&Arc<dyn AnyShelf>| {
        let resource = shelf.resource();
        resource.group == group && resource.plural == plural
    };
    let shelf = yard.all().iter().find(of_kind);
    let shelf = shelf.ok_or_else(|| unreadable(None))?;
    shelf
        .load(revision, value)
        .map_err(|source| unreadable(Some(source)))
}
