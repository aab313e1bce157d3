//! A program that can become the runtime's spawner: what tests, which have threads, start it from.

fn main() {
    jobyard_runtime::maybe_run_internal();
}
