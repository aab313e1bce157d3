//! The port over HTTP and TLS, against the real server in this process.

mod contract;
mod served;
