//! A Pod's life in a small world: steps, and what the status then says, as text.

mod ends;
mod laws;
mod observed_rows;
mod restarts;
mod sidecars;
mod world;
