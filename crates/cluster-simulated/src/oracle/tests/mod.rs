//! Each law, broken and kept.
