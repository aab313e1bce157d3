//! The port over HTTP and TLS, against the real server in this process; against
//! a network that fails; and against answers that only other servers give.

mod contract;
mod controllers;
mod fake;
mod foreign;
mod informers;
mod network;
mod proxy;
mod served;
