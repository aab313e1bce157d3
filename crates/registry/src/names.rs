//! Names and identities that the server makes up.
//!
//! All chance of the registry comes from here, so that a test can fix it.
//!
//! What a generated name looks like stands in `jobyard_api::names`.

use jobyard_api::{Uid, names};
use parking_lot::Mutex;
use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};

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
        names::generate(prefix, self.0.lock().random())
    }

    /// A uid of version 4.
    pub(crate) fn uid(&self) -> Uid {
        let mut bytes = [0; 16];
        self.0.lock().fill_bytes(&mut bytes);
        let uid = uuid::Builder::from_random_bytes(bytes).into_uuid();
        Uid(uid.hyphenated().to_string().into())
    }
}
