//! Texts that responses say again and again: names of models, reasons to finish.

use std::sync::OnceLock;

/// How many of a kind are kept; there are few, and a hostile response is not to fill the memory.
const MOST: usize = 16;

/// The longest that is kept, in bytes: what is longer is no name.
const LONGEST: usize = 64;

/// The first texts of a kind, which stay: a span has them without an allocation, which another thread would have to free.
pub(super) struct KnownTexts([OnceLock<Box<str>>; MOST]);

impl KnownTexts {
    pub(super) const fn new() -> Self {
        Self([const { OnceLock::new() }; MOST])
    }

    /// The same text, where it is or becomes a known one.
    pub(super) fn get(&'static self, text: &str) -> Option<&'static str> {
        if text.len() > LONGEST {
            return None;
        }
        let mut places = self.0.iter();
        places.find_map(|place| {
            Some(&**place.get_or_init(|| text.into())).filter(|known| *known == text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_texts_are_kept_and_no_more() {
        static TEXTS: KnownTexts = KnownTexts::new();
        let text = |number: usize| format!("model-{number}");
        for number in 0..MOST {
            let known = TEXTS.get(&text(number)).unwrap();
            assert_eq!(known, text(number));
            assert!(std::ptr::eq(known, TEXTS.get(&text(number)).unwrap()));
        }
        assert_eq!(TEXTS.get(&text(MOST)), None);
        assert_eq!(TEXTS.get(&text(0)), Some("model-0"));
    }

    #[test]
    fn what_is_too_long_takes_no_room() {
        static TEXTS: KnownTexts = KnownTexts::new();
        assert_eq!(TEXTS.get(&"x".repeat(LONGEST + 1)), None);
        assert!(TEXTS.0.iter().all(|known| known.get().is_none()));
    }
}
