//! The server over a real registry: through its front door in process, over TLS,
//! and as `kubectl` sees it.

mod apply;
mod discovery;
mod kubectl;
mod limits;
mod logs;
mod objects;
mod support;
mod tls;
mod watches;
