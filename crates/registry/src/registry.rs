//! The registry as a whole: opening it and finding kinds in it.

use std::sync::Arc;

use jobyard_api::{
    Object, Revision, StatusError, batch, coordination, core, meta::ObjectMeta, node,
    status::Reason, well_known::RUNTIME_CLASS_HOST,
};

use crate::{kind::Kind, log::Log, names::Names, namespace, request::Context, yard::Yard};

/// The tables of one yard. A handle; clones share them.
#[derive(Clone)]
pub struct Registry {
    yard: Arc<Yard>,
}

/// What differs between yards.
pub struct Options {
    /// The PEM of the yard's certificate authority, for `kube-root-ca.crt` in
    /// every namespace; `None` where no server is.
    pub ca_certificate: Option<String>,
    /// Whether the RuntimeClass `host` is there from the start.
    pub host_runtime: bool,
    /// The source of generated names and uids.
    pub names: Names,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ca_certificate: None,
            host_runtime: false,
            names: Names::random(),
        }
    }
}

impl Registry {
    /// A registry that is gone with the process.
    ///
    /// `cx` says who makes what is there from the start, and when.
    ///
    /// # Errors
    /// When an object that is there from the start cannot be made.
    pub fn in_memory(cx: &Context, options: Options) -> Result<Self, StatusError> {
        Self::begin(cx, Log::Memory(0.into()), options)
    }

    fn begin(cx: &Context, log: Log, options: Options) -> Result<Self, StatusError> {
        let mut yard = Yard::new(log, options.names, options.ca_certificate);
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
        let registry = Self {
            yard: Arc::new(yard),
        };
        registry.make_built_in(cx, options.host_runtime)?;
        Ok(registry)
    }

    /// The typed verbs of the kind `K`.
    pub fn of<K: Object>(&self) -> Kind<K> {
        Kind::new(self.yard.clone())
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

    fn make_built_in(&self, cx: &Context, host_runtime: bool) -> Result<(), StatusError> {
        namespace::make_built_in(cx, &self.yard)?;
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
