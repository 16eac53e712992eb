//! What some keys look like, by which most other keys are seen to be none of them.

/// The lengths of keys and the letters that they end with, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeySketch {
    lengths: u64,
    ends: u64,
}

impl KeySketch {
    pub(crate) const NONE: Self = Self { lengths: 0, ends: 0 };

    /// With another key, of fewer than 64 bytes; longer ones do not compile.
    pub(crate) const fn with(self, key: &str) -> Self {
        Self { lengths: self.lengths | 1 << key.len(), ends: self.ends | end(key) }
    }

    /// Whether `key` may be one of the keys.
    #[inline]
    pub(crate) const fn may_have(self, key: &str) -> bool {
        key.len() < 64 && self.lengths >> key.len() & 1 != 0 && self.ends & end(key) != 0
    }
}

/// The bit of a key's last letter, which it shares with few others.
#[inline]
const fn end(key: &str) -> u64 {
    match key.as_bytes() {
        [.., last] => 1 << (*last & 63),
        [] => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_look_otherwise_are_none_of_them() {
        let sketch = KeySketch::NONE.with("server.port").with("");
        assert!(
            sketch.may_have("server.port") && sketch.may_have("as short, t") && sketch.may_have("")
        );
        for other in ["server.address", "11 in bytes", &"t".repeat(75)] {
            assert!(!sketch.may_have(other), "{other}");
        }
    }
}
