//! The contract of the port, over a real registry.

use std::sync::Arc;

use jobyard_api::Timestamp;
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_registry::{
    Options, Registry,
    request::{Context, User},
};

fn cluster() -> EmbeddedCluster {
    let user = User {
        name: "system:admin".to_owned(),
        groups: vec!["system:masters".to_owned()],
    };
    let cx = Context {
        user: Arc::new(user.clone()),
        now: Timestamp::UNIX_EPOCH,
    };
    let registry = Registry::in_memory(&cx, Options::default()).expect("an empty yard opens");
    EmbeddedCluster::new(registry, user)
}

jobyard_cluster::contract_tests!(async || cluster());
