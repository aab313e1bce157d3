//! The suite of the port.

use crate::served::Served;

jobyard_cluster::contract_tests!(async || {
    let served = Served::start();
    let cluster = served.connect().await;
    // The folder is needed for connecting only.
    drop(served);
    cluster
});
