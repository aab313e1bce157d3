//! jobyard-cluster-embedded
