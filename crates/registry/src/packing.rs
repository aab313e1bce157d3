//! Keeping small what is seldom read: superseded versions and finished objects.
//!
//! Objects of a kind look much alike, above all the Pods of a Job, so a version
//! is kept as what differs from a sample of its kind: a Pod of 3 KB takes 250
//! bytes, and packing or unpacking it some 3 µs. The sample is a version that did
//! not pack well with the one before; who was packed with a sample keeps it.

use bytes::Bytes;
use lz4_flex::block::{compress_with_dict, decompress_with_dict};

/// Smaller versions are not worth the trouble.
const BYTES_MIN: usize = 256;
/// What LZ4 can look back; larger versions stay as they are.
const BYTES_MAX: usize = 64 << 10;

/// The sample that a kind's versions are packed with now.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    sample: Bytes,
}

/// A version as what differs from a sample.
#[derive(Debug)]
pub(crate) struct Packed {
    difference: Box<[u8]>,
    size: usize,
    sample: Bytes,
}

impl Packer {
    /// Packs a version, if that makes less than half of it.
    pub(crate) fn pack(&mut self, json: &Bytes) -> Option<Packed> {
        if !(BYTES_MIN..=BYTES_MAX).contains(&json.len()) {
            return None;
        }
        let difference = compress_with_dict(json, &self.sample);
        if difference.len() > json.len() / 2 {
            self.sample = json.clone();
            return None;
        }
        Some(Packed {
            difference: difference.into(),
            size: json.len(),
            sample: self.sample.clone(),
        })
    }
}

impl Packed {
    /// The version as it was.
    pub(crate) fn unpack(&self) -> Bytes {
        let json = decompress_with_dict(&self.difference, self.size, &self.sample);
        json.expect("what was packed unpacks with the same sample")
            .into()
    }

    /// How long it is when unpacked, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn pod(name: &str) -> Bytes {
        let fields = (0..60).map(|field| format!(r#""field-{field}":"{}""#, field * 7919));
        let fields: Vec<_> = fields.collect();
        format!(r#"{{"name":"{name}",{}}}"#, fields.join(",")).into()
    }

    #[test]
    fn what_looks_like_the_sample_packs_well() {
        let mut packer = Packer::default();
        let (first, second) = (pod("a-x7k2p"), pod("a-99qrt"));
        assert!(packer.pack(&first).is_none(), "the sample itself");
        let packed = packer.pack(&second).unwrap();
        assert!(packed.difference.len() < second.len() / 10, "{packed:?}");
        assert_eq!((packed.size(), packed.unpack()), (second.len(), second));
    }

    #[test]
    fn another_sort_of_object_becomes_the_sample_and_the_old_one_is_kept() {
        let mut packer = Packer::default();
        packer.pack(&pod("a"));
        let packed = packer.pack(&pod("b")).unwrap();
        let noise: Vec<u8> = (0..2_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        assert!(packer.pack(&noise.clone().into()).is_none());
        assert!(packer.pack(&noise.into()).is_some());
        assert_eq!(packed.unpack(), pod("b"));
    }

    #[test]
    fn what_is_tiny_or_huge_is_left_alone() {
        let mut packer = Packer::default();
        assert!(packer.pack(&vec![b'x'; BYTES_MIN - 1].into()).is_none());
        assert!(packer.pack(&vec![b'x'; BYTES_MAX + 1].into()).is_none());
        assert!(packer.sample.is_empty());
        assert!(packer.pack(&vec![b'x'; BYTES_MAX].into()).is_some());
    }

    proptest! {
        #[test]
        fn whatever_is_packed_comes_out_again(
            versions in vec((any::<u8>(), vec(any::<u8>(), 0..600), 1_usize..40), 1..20),
        ) {
            let mut packer = Packer::default();
            for (byte, noise, times) in versions {
                let json = Bytes::from([vec![byte; 200], noise].concat().repeat(times));
                if let Some(packed) = packer.pack(&json) {
                    prop_assert_eq!(packed.unpack(), json);
                }
            }
        }
    }
}
