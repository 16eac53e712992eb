//! The lengths of some keys, by which most other keys are seen to be none of them.

/// A set of lengths, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyLengths(u64);

impl KeyLengths {
    pub(crate) const NONE: Self = Self(0);

    /// With the length of another key, of fewer than 64 bytes; longer ones do not compile.
    pub(crate) const fn with(self, key: &str) -> Self {
        Self(self.0 | 1 << key.len())
    }

    /// Whether `key` may be one of the keys.
    #[inline]
    pub(crate) const fn may_have(self, key: &str) -> bool {
        key.len() < 64 && self.0 >> key.len() & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_other_lengths_are_none_of_them() {
        let lengths = KeyLengths::NONE.with("server.port").with("");
        assert!(
            lengths.may_have("server.port")
                && lengths.may_have("11 in bytes")
                && lengths.may_have("")
        );
        assert!(!lengths.may_have("server.address") && !lengths.may_have(&"x".repeat(75)));
    }
}
