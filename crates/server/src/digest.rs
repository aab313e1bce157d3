//! The name of a text: the same text has the same, another has another.
//!
//! Entity tags of discovery and OpenAPI are made of it, as upstream makes them.

/// SHA-512 in upper-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let digest = ring::digest::digest(&ring::digest::SHA512, bytes);
    digest
        .as_ref()
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02X}").expect("writing to a String never fails");
            text
        })
}
