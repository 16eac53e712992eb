//! Reads JSON that may be anything: what is not as expected tells nothing, and never fails.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The longest text that is kept, in bytes: names and words are shorter, content is not wanted.
const MAX_TEXT: usize = 512;

/// The key under which `serde_json` hands over a number where its `arbitrary_precision` is on.
const EXACT_NUMBER: &str = "$serde_json::private::Number";

/// Methods of a visitor for kinds of values that tell nothing.
macro_rules! nothing {
    ($($kind:ident)*) => { $(nothing!(@ $kind);)* };
    (@ seq) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
            while elements.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
    (@ map) => {
        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
    (@ unit) => {
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
    (@ bool) => { nothing!(@ visit_bool: bool); };
    (@ u64) => { nothing!(@ visit_u64: u64); };
    (@ i64) => { nothing!(@ visit_i64: i64); };
    (@ f64) => { nothing!(@ visit_f64: f64); };
    (@ str) => { nothing!(@ visit_str: &str); };
    (@ $method:ident: $type:ty) => {
        fn $method<E: Error>(self, _: $type) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
}
pub(super) use nothing;

/// A number of tokens, or a position: not negative, and small enough to be one.
#[derive(Clone, Copy, Default)]
pub(super) struct Count(pub(super) Option<u64>);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountVisitor;

        impl<'de> Visitor<'de> for CountVisitor {
            type Value = Count;

            nothing!(bool str unit seq);

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("anything")
            }

            fn visit_u64<E: Error>(self, count: u64) -> Result<Count, E> {
                Ok(Count(Some(count)))
            }

            fn visit_i64<E: Error>(self, count: i64) -> Result<Count, E> {
                Ok(Count(u64::try_from(count).ok()))
            }

            // Cohere's units are such numbers.
            fn visit_f64<E: Error>(self, count: f64) -> Result<Count, E> {
                Ok(Count(whole(count)))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Count, A::Error> {
                let mut count = None;
                while let Some(key) = entries.next_key::<Text<'de>>()? {
                    let value: Text<'de> = entries.next_value()?;
                    if key.0.as_deref() == Some(EXACT_NUMBER) {
                        count = value.0.and_then(|digits| {
                            digits.parse().ok().or_else(|| whole(digits.parse().ok()?))
                        });
                    }
                }
                Ok(Count(count))
            }
        }

        deserializer.deserialize_any(CountVisitor)
    }
}

/// A number that is written as a fraction, unless it is negative or too large to be exact.
fn whole(count: f64) -> Option<u64> {
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    (0.0..=MAX_EXACT).contains(&count).then_some(count.round() as u64)
}

/// A short text, borrowed where it is written without escapes.
#[derive(Default)]
pub(super) struct Text<'de>(pub(super) Option<Cow<'de, str>>);

impl Text<'_> {
    pub(super) fn is(&self, word: &str) -> bool {
        self.0.as_deref() == Some(word)
    }

    pub(super) fn starts_with(&self, prefix: &str) -> bool {
        self.0.as_deref().is_some_and(|text| text.starts_with(prefix))
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            nothing!(bool u64 i64 f64 unit seq map);

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("anything")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(is_short(text).then_some(Cow::Borrowed(text))))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(is_short(text).then(|| Cow::Owned(text.to_owned()))))
            }
        }

        deserializer.deserialize_any(TextVisitor)
    }
}

fn is_short(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TEXT
}

/// `true`, `false`, or neither.
#[derive(Clone, Copy, Default)]
pub(super) struct Flag(pub(super) Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;

        impl<'de> Visitor<'de> for FlagVisitor {
            type Value = Flag;

            nothing!(u64 i64 f64 str unit seq map);

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("anything")
            }

            fn visit_bool<E: Error>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(Some(flag)))
            }
        }

        deserializer.deserialize_any(FlagVisitor)
    }
}

/// An object of which some keys are read. Of keys that are repeated, the last counts.
pub(super) trait Object<'de>: Default {
    /// Whether `key` is one of those, and its value is read.
    fn read<A: MapAccess<'de>>(&mut self, key: &str, entries: &mut A) -> Result<bool, A::Error>;

    /// Reads all entries.
    fn read_all<A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let mut object = Self::default();
        while let Some(Text(key)) = entries.next_key()? {
            if !object.read(key.as_deref().unwrap_or_default(), &mut entries)? {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(object)
    }

    /// Reads a value, whatever it is.
    fn deserialize_leniently<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    nothing!(bool u64 i64 f64 str unit seq);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
        T::read_all(entries)
    }
}

/// Structs whose fields are read from the keys beside them, those of another object included.
macro_rules! objects {
    ($(
        $(#[$attribute:meta])*
        $name:ident $(<$lifetime:lifetime>)? $(with $base:ident: $base_type:ty)? {
            $($field:ident: $type:ty = $($key:literal)|+;)*
        }
    )*) => {$(
        $(#[$attribute])*
        #[derive(Default)]
        pub(super) struct $name $(<$lifetime>)? {
            $(pub(super) $base: $base_type,)?
            $(pub(super) $field: $type,)*
        }

        impl<'de> Object<'de> for $name $(<$lifetime>)? {
            fn read<A: MapAccess<'de>>(
                &mut self,
                key: &str,
                entries: &mut A,
            ) -> Result<bool, A::Error> {
                match key {
                    $($($key)|+ => self.$field = entries.next_value()?,)*
                    _ => {
                        $(return self.$base.read(key, entries);)?
                        #[allow(unreachable_code)]
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }

        impl<'de> Deserialize<'de> for $name $(<$lifetime>)? {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize_leniently(deserializer)
            }
        }
    )*};
}
pub(super) use objects;
