//! True containers on this machine. These tests need root.

mod container;
mod hidden;
mod resources;
mod survival;
mod yard;
