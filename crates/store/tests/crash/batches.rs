//! What the writer writes: known from a seed, so that the test can say after a
//! kill what must be there, batch by batch.

use bytes::Bytes;
use jobyard_store::{Expect, Operation};

/// Small, so that a kill often meets the change of segments and compaction.
pub(crate) const SEGMENT_BYTES: u64 = 32 << 10;

/// The batch of that number under a seed: 1 to 20 puts and deletes of 1 B to 3 KB on 200 keys.
pub(crate) fn batch(seed: u64, number: u64) -> Vec<Operation> {
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number + 1));
    (0..=chance.below(20))
        .map(|_| {
            let key = Bytes::from(format!("key/{}", chance.below(200)));
            let fill = chance.below(256) as u8;
            let length = 1 + chance.below(3_000) as usize;
            let value = (chance.below(5) > 0).then(|| Bytes::from(vec![fill; length]));
            Operation {
                key,
                value,
                expect: Expect::Anything,
            }
        })
        .collect()
}

/// splitmix64
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}
