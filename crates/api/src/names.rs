//! Names with a random end, as `metadata.generateName` asks for them.
//!
//! The server makes them for clients that leave the name to it. The Job
//! controller makes its own: whoever knows the name before it asks can look for
//! the object when the answer is lost.
//!
//! Source: apiserver `pkg/storage/names/generate.go` and
//! `pkg/registry/generic/registry/store.go`, apimachinery `pkg/util/rand`.

/// The characters of the random end: no vowels, so that no words come about,
/// and no look-alikes.
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
/// How many random characters follow the prefix.
const SUFFIX_LENGTH: usize = 5;
/// How much of the prefix is kept, in bytes, so that the name fits a DNS label.
pub const PREFIX_LENGTH_MAX: usize = 63 - SUFFIX_LENGTH;
/// How many names are tried before giving up; the chance that one is taken is
/// small (upstream `maxNameGenerationCreateAttempts`).
pub const ATTEMPTS_MAX: usize = 8;

/// The prefix, cut if need be, and five characters that `chance` chooses.
pub fn generate(prefix: &str, mut chance: u64) -> String {
    let end = prefix.floor_char_boundary(PREFIX_LENGTH_MAX);
    let mut name = prefix[..end].to_owned();
    for _ in 0..SUFFIX_LENGTH {
        let letters = ALPHABET.len() as u64;
        name.push(char::from(ALPHABET[(chance % letters) as usize]));
        chance /= letters;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_prefix_is_cut_to_58_bytes() {
        assert_eq!(generate(&"a".repeat(80), 0), "a".repeat(58) + "bbbbb");
        // Never within a character.
        let wide = generate(&"ä".repeat(40), 0);
        assert_eq!(wide, "ä".repeat(29) + "bbbbb");
        assert_eq!(generate(&("a".to_owned() + &"ä".repeat(40)), 0).len(), 62);
    }

    #[test]
    fn each_chance_below_27_to_the_fifth_gives_another_name() {
        assert_eq!(generate("pi-", 0), "pi-bbbbb");
        assert_eq!(generate("pi-", 1), "pi-cbbbb");
        assert_eq!(generate("pi-", 27), "pi-bcbbb");
        assert_eq!(generate("pi-", 27_u64.pow(5) - 1), "pi-99999");
        assert_eq!(generate("pi-", 27_u64.pow(5)), "pi-bbbbb");
    }
}
