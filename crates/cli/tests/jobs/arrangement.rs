//! Who serves the API, and who controls the Jobs.
//!
//! Tests that run at the same time in one process share a server.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use kube::config::{KubeConfigOptions, Kubeconfig};

use crate::yard::Yard;

/// The arrangements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One process does all, or it is a foreign cluster.
    Serve,
    /// The Job controller is a process of its own.
    Controller,
}

/// A running arrangement. What goes first when it ends stands first.
pub(crate) struct Arrangement {
    client: kube::Client,
    tasks: tokio::runtime::Runtime,
    yard: Yard,
}

static RUNNING: Mutex<[Weak<Arrangement>; 2]> = Mutex::new([Weak::new(), Weak::new()]);

impl Arrangement {
    /// The arrangement of this kind that runs, or a new one.
    pub(crate) fn of(kind: Kind) -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = &mut running[match kind {
            Kind::Serve => 0,
            Kind::Controller => 1,
        }];
        slot.upgrade().unwrap_or_else(|| {
            let started = Arc::new(Self::start(kind));
            *slot = Arc::downgrade(&started);
            started
        })
    }

    fn start(kind: Kind) -> Self {
        let yard = match kind {
            Kind::Serve => Yard::start_with(&["--node", "none"]),
            Kind::Controller => Yard::start_apart(&["--node", "none"]),
        };
        Self::around(yard)
    }

    /// The arrangement that this yard is.
    pub(crate) fn around(yard: Yard) -> Self {
        let tasks = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("threads can be started");
        let client = tasks.block_on(async {
            let kubeconfig = Kubeconfig::read_from(yard.kubeconfig()).expect("a kubeconfig");
            let options = KubeConfigOptions::default();
            let config = kube::Config::from_custom_kubeconfig(kubeconfig, &options);
            kube::Client::try_from(config.await.expect("it names a server"))
                .expect("a client of that server")
        });
        Self {
            client,
            tasks,
            yard,
        }
    }

    /// Whether server and controller are those of this project.
    pub(crate) fn is_ours(&self) -> bool {
        self.yard.is_ours()
    }

    /// Sends a request with a JSON body, and gives the answer.
    pub(crate) fn request(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<serde_json::Value, kube::Error> {
        self.tasks.block_on(self.client.request(request))
    }

    /// The server.
    pub(crate) fn yard(&self) -> &Yard {
        &self.yard
    }

    /// What server and controller wrote to stderr.
    pub(crate) fn log(&self) -> String {
        self.yard.stderr()
    }
}
