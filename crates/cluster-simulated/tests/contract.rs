//! The contract of the port, on the simulated server with no faults.

use jobyard_cluster_simulated::Simulated;

jobyard_cluster::contract_tests!(async || Simulated::calm());
