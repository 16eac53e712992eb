//! Arguments and results of tools: any value, as JSON.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::MAX_ELEMENTS;
use crate::content::json;

/// A value that can be captured as JSON: an argument or a result of a tool.
///
/// Implemented for texts, numbers, booleans, `()`, `Option`s, lists, sets, maps whose keys are texts,
/// tuples of up to four values, references and smart pointers, and [`serde_json::Value`]. `None` is
/// null. Of a list or a map with more than 65,536 elements, the first ones are captured.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::Capture;
/// use serde_json::{Value, json};
///
/// struct Order { id: u32, items: Vec<String> }
///
/// impl Capture for Order {
///     fn capture(&self) -> Value {
///         json!({"id": self.id, "items": self.items.capture()})
///     }
/// }
///
/// let order = Some(Order { id: 1042, items: vec!["lamp".into()] });
/// assert_eq!(order.capture(), json!({"id": 1042, "items": ["lamp"]}));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be captured",
    label = "no content that can be recorded",
    note = "derive it: `#[derive(Capture)]`, or implement it: `fn capture(&self) -> serde_json::Value {{ … }}`, or capture a field of it",
    note = "a value that is never to be recorded goes into `Sensitive<…>`"
)]
pub trait Capture {
    /// The value as JSON.
    fn capture(&self) -> Value;
}

impl Capture for str {
    fn capture(&self) -> Value {
        self.into()
    }
}

impl Capture for String {
    fn capture(&self) -> Value {
        self.as_str().into()
    }
}

impl Capture for char {
    fn capture(&self) -> Value {
        self.to_string().into()
    }
}

impl Capture for bool {
    fn capture(&self) -> Value {
        (*self).into()
    }
}

impl Capture for () {
    fn capture(&self) -> Value {
        Value::Null
    }
}

/// What is nested more than 64 levels deep is left out.
impl Capture for Value {
    fn capture(&self) -> Value {
        json::bounded_copy(self)
    }
}

impl Capture for Map<String, Value> {
    fn capture(&self) -> Value {
        object(self)
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Capture for $integer {
            fn capture(&self) -> Value {
                (*self).into()
            }
        }
    )*};
}
integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

macro_rules! wide_integers {
    ($($integer:ty)*) => {$(
        /// A text, where the number is beyond 64 bits.
        impl Capture for $integer {
            fn capture(&self) -> Value {
                match (i64::try_from(*self), u64::try_from(*self)) {
                    (Ok(number), _) => number.into(),
                    (_, Ok(number)) => number.into(),
                    _ => self.to_string().into(),
                }
            }
        }
    )*};
}
wide_integers!(i128 u128);

macro_rules! floats {
    ($($float:ty)*) => {$(
        /// A text, where it is no finite number.
        impl Capture for $float {
            fn capture(&self) -> Value {
                if self.is_finite() { Value::from(*self) } else { self.to_string().into() }
            }
        }
    )*};
}
floats!(f32 f64);

macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        impl<T: Capture + ?Sized> Capture for $pointer {
            fn capture(&self) -> Value {
                (**self).capture()
            }
        }
    )*};
}
pointers!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

impl<T: Capture + ToOwned + ?Sized> Capture for Cow<'_, T> {
    fn capture(&self) -> Value {
        (**self).capture()
    }
}

impl<T: Capture> Capture for Option<T> {
    fn capture(&self) -> Value {
        self.as_ref().map_or(Value::Null, Capture::capture)
    }
}

macro_rules! lists {
    ($([$($parameters:tt)*] $list:ty;)*) => {$(
        impl<T: Capture, $($parameters)*> Capture for $list {
            fn capture(&self) -> Value {
                self.iter().take(MAX_ELEMENTS).map(Capture::capture).collect()
            }
        }
    )*};
}
lists! {
    [] [T];
    [] Vec<T>;
    [const N: usize] [T; N];
    [] VecDeque<T>;
    [] BTreeSet<T>;
    [S] HashSet<T, S>;
}

fn object<'a, K: AsRef<str> + 'a, V: Capture + 'a>(
    entries: impl IntoIterator<Item = (&'a K, &'a V)>,
) -> Value {
    let entries = entries.into_iter().take(MAX_ELEMENTS);
    entries.map(|(key, value)| (key.as_ref().to_owned(), value.capture())).collect()
}

impl<K: AsRef<str>, V: Capture> Capture for BTreeMap<K, V> {
    fn capture(&self) -> Value {
        object(self)
    }
}

impl<K: AsRef<str>, V: Capture, S> Capture for HashMap<K, V, S> {
    fn capture(&self) -> Value {
        object(self)
    }
}

macro_rules! tuples {
    ($(($($element:ident)*))*) => {$(
        /// A list of the elements.
        impl<$($element: Capture),*> Capture for ($($element,)*) {
            fn capture(&self) -> Value {
                #[allow(non_snake_case)]
                let ($($element,)*) = self;
                Value::Array(vec![$($element.capture()),*])
            }
        }
    )*};
}
tuples!((A) (A B) (A B C) (A B C D));

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_what_they_look_like() {
        let map: HashMap<&str, Option<u8>> = HashMap::from([("a", Some(1)), ("b", None)]);
        assert_eq!(map.capture(), json!({"a": 1, "b": null}));
        assert_eq!((1_u8, "b", [true], 'd').capture(), json!([1, "b", [true], "d"]));
        assert_eq!(Arc::new(Box::new(Cow::Borrowed("x"))).capture(), "x");
        assert_eq!([f64::NAN, 0.5].as_slice().capture(), json!(["NaN", 0.5]));
        assert_eq!(u128::MAX.capture(), u128::MAX.to_string());
        assert_eq!((-7_i128).capture(), -7);
        assert_eq!(().capture(), Value::Null);
    }

    #[test]
    fn endless_lists_are_not_captured_whole() {
        assert_eq!(vec![0_u8; 1 << 20].capture().as_array().map(Vec::len), Some(MAX_ELEMENTS));
    }
}
