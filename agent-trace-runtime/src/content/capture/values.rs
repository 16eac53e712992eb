//! Arguments and results of tools: any value, as JSON.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::MAX_ELEMENTS;
use crate::content::json;
use crate::content::redact::insert_beside;

/// A value that can be captured as JSON: an argument or a result of a tool.
///
/// Implemented for texts, numbers, booleans, `()`, durations, paths, `Option`s, lists, sets, maps, tuples
/// of up to four values, references and smart pointers, and [`serde_json::Value`]. `None` is null. Keys
/// of maps become texts: `7` is `"7"`. Of a list or a map with more than 65,536 elements, the first ones are captured.
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

fn object<'a, K: Capture + 'a, V: Capture + 'a>(
    entries: impl IntoIterator<Item = (&'a K, &'a V)>,
) -> Value {
    let mut object = Map::new();
    for (key, value) in entries.into_iter().take(MAX_ELEMENTS) {
        let key = match key.capture() {
            Value::String(text) => text,
            other => other.to_string(),
        };
        // Keys that are masked are the same.
        insert_beside(&mut object, key, value.capture());
    }
    Value::Object(object)
}

impl<K: Capture, V: Capture> Capture for BTreeMap<K, V> {
    fn capture(&self) -> Value {
        object(self)
    }
}

impl<K: Capture, V: Capture, S> Capture for HashMap<K, V, S> {
    fn capture(&self) -> Value {
        object(self)
    }
}

/// The seconds, with their fraction.
impl Capture for Duration {
    fn capture(&self) -> Value {
        self.as_secs_f64().into()
    }
}

/// A text. What is no Unicode in it is replaced.
impl Capture for Path {
    fn capture(&self) -> Value {
        self.to_string_lossy().into()
    }
}

impl Capture for PathBuf {
    fn capture(&self) -> Value {
        self.as_path().capture()
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
    use crate::content::Sensitive;

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
    fn keys_of_maps_are_texts() {
        let map = BTreeMap::from([(7, "a"), (8, "b")]);
        assert_eq!(map.capture(), json!({"7": "a", "8": "b"}));
        assert_eq!(HashMap::from([(true, 1)]).capture(), json!({"true": 1}));
        assert_eq!(BTreeMap::from([('x', 1)]).capture(), json!({"x": 1}));
        let hidden = HashMap::from([(Sensitive::new("ann"), 1), (Sensitive::new("bob"), 1)]);
        assert_eq!(hidden.capture(), json!({"***": 1, "*** (1)": 1}));
    }

    #[test]
    fn durations_and_paths_are_captured() {
        assert_eq!(Duration::from_millis(1_500).capture(), 1.5);
        assert_eq!((Path::new("/a"), PathBuf::from("b")).capture(), json!(["/a", "b"]));
    }

    #[test]
    fn endless_lists_are_not_captured_whole() {
        assert_eq!(vec![0_u8; 1 << 20].capture().as_array().map(Vec::len), Some(MAX_ELEMENTS));
    }
}
