//! Seals: whether two secrets are equal can be told without keeping either.
//!
//! A seal is a keyed hash (SipHash-2-4, 128 bits). With the key a guess can be tried, so the key lives no longer than a session, in its
//! private folder, like the snapshots do; without it a seal says nothing, not even how long the secret was. Knows no files.

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher24};

/// Makes seals with one key.
#[derive(Clone, Copy, Debug)]
pub struct Sealer {
    key: [u8; 16],
}

/// A seal in the making, for content that comes in pieces.
#[derive(Clone, Debug)]
pub struct Sealing(SipHasher24);

impl Sealer {
    /// With this key, which must be random and must not outlive the session.
    pub fn new(key: [u8; 16]) -> Self {
        Self { key }
    }

    /// The seal of these bytes, in hex digits.
    pub fn seal(&self, bytes: &[u8]) -> String {
        let mut sealing = self.begin();
        sealing.add(bytes);
        sealing.finish()
    }

    /// Begins one that is fed piece by piece.
    pub fn begin(&self) -> Sealing {
        Sealing(SipHasher24::new_with_key(&self.key))
    }
}

impl Sealing {
    /// The next piece.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    /// The seal of all pieces.
    pub fn finish(&self) -> String {
        format!("{:032x}", self.0.finish128().as_u128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_has_an_equal_seal_under_one_key_only() {
        let (one, other) = (Sealer::new([1; 16]), Sealer::new([2; 16]));
        let mut pieces = one.begin();
        pieces.add(b"hun");
        pieces.add(b"ter2");
        assert_eq!(pieces.finish(), one.seal(b"hunter2"));
        assert_ne!(one.seal(b"hunter2"), one.seal(b"hunter3"));
        assert_ne!(one.seal(b"hunter2"), other.seal(b"hunter2"));
        assert_eq!(one.seal(b"").len(), one.seal(&[0; 1000]).len());
    }
}
