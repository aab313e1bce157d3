//! Names and identities that the server makes up.
//!
//! All chance of the registry comes from here, so that a test can fix it.
//!
//! Source: apiserver `pkg/storage/names/generate.go`, apimachinery
//! `pkg/util/rand` (the alphabet leaves out vowels and look-alikes).

use jobyard_api::Uid;
use parking_lot::Mutex;
use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};

/// The characters of generated suffixes.
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
/// How many random characters follow the prefix.
const SUFFIX_LENGTH: usize = 5;
/// How much of `generateName` is kept, so that the name fits a DNS label.
const PREFIX_LENGTH_MAX: usize = 63 - SUFFIX_LENGTH;

/// Makes up names and uids.
#[derive(Debug)]
pub struct Names(Mutex<StdRng>);

impl Names {
    /// Names that nobody can foresee.
    pub fn random() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }

    /// The same names each time, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// The prefix, cut if need be, with five random characters.
    pub(crate) fn generate(&self, prefix: &str) -> String {
        let mut end = prefix.len().min(PREFIX_LENGTH_MAX);
        while !prefix.is_char_boundary(end) {
            end -= 1;
        }
        let mut name = prefix[..end].to_owned();
        let mut chance = self.0.lock();
        for _ in 0..SUFFIX_LENGTH {
            name.push(char::from(ALPHABET[chance.random_range(0..ALPHABET.len())]));
        }
        name
    }

    /// A uid of version 4.
    pub(crate) fn uid(&self) -> Uid {
        let mut bytes = [0; 16];
        self.0.lock().fill_bytes(&mut bytes);
        let uid = uuid::Builder::from_random_bytes(bytes).into_uuid();
        Uid(uid.hyphenated().to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_prefix_is_cut_to_58_characters() {
        let name = Names::seeded(1).generate(&"a".repeat(80));
        assert_eq!(name.len(), 63);
        assert!(name.starts_with(&"a".repeat(58)));
    }

    #[test]
    fn the_suffix_has_five_characters_of_the_alphabet() {
        let name = Names::seeded(1).generate("pi-");
        let suffix = name.strip_prefix("pi-").expect("the prefix is kept");
        assert_eq!(suffix.len(), 5);
        assert!(suffix.bytes().all(|byte| ALPHABET.contains(&byte)));
    }
}
