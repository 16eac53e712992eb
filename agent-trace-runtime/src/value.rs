//! What may stand as the value of an attribute, and how it becomes an OpenTelemetry value.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::{Array, KeyValue, StringValue, Value};

/// A value that can be recorded as an attribute.
///
/// Implemented for strings, booleans, integers, floats, slices, vectors and arrays of those,
/// references and smart pointers to them, and `Option`s of them. `None` records nothing.
///
/// Integers beyond the range of `i64` are recorded as its nearest bound. What is no finite number is not
/// recorded: JSON cannot say it.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::AttributeValue;
///
/// assert_eq!("acme".to_value(), Some("acme".into()));
/// assert_eq!(u64::MAX.to_value(), Some(i64::MAX.into()));
/// assert_eq!(None::<bool>.to_value(), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded as an attribute",
    label = "not a string, boolean, integer, float, or a list of one of them",
    note = "record a field of it, `value.as_str()`, or `value.to_string()`"
)]
pub trait AttributeValue {
    /// The value to record, or `None` to record nothing.
    fn to_value(&self) -> Option<Value>;
}

/// A value that names something: a model, a tool, an agent, a data source.
///
/// Implemented for strings, references and smart pointers to them, and `Option`s of them. For a
/// type of your own, pass `value.as_str()` or `value.to_string()`, or implement it.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
/// use agent_trace_runtime::AttributeText;
///
/// enum Model { Fast, Smart }
///
/// impl AttributeText for Model {
///     fn to_text(&self) -> Option<Cow<'_, str>> {
///         Some(match self { Model::Fast => "gpt-4o-mini", Model::Smart => "gpt-4o" }.into())
///     }
/// }
/// assert_eq!(Model::Fast.to_text().as_deref(), Some("gpt-4o-mini"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text for a name or an id",
    label = "not a string",
    note = "write `value.as_str()` or `value.to_string()`, or implement `AttributeText` for it"
)]
pub trait AttributeText {
    /// The name, or `None` where there is none.
    fn to_text(&self) -> Option<Cow<'_, str>>;
}

/// A value for an attribute that the conventions define as an integer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for an attribute that is an integer",
    label = "not an integer",
    note = "integers of every width, references to them and `Option`s of them are"
)]
pub trait AttributeInteger: AttributeValue {}

/// A value for an attribute that the conventions define as a boolean.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for an attribute that is a boolean",
    label = "not a boolean"
)]
pub trait AttributeBoolean: AttributeValue {}

/// A value for an attribute that the conventions define as a list of strings.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for an attribute that is a list of strings",
    label = "not a list of strings",
    note = "slices, arrays and vectors of `&str` or `String` are"
)]
pub trait AttributeTexts: AttributeValue {}

/// A value for an attribute that the conventions define as a double.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for an attribute that is a number",
    label = "not a number, or not one that `f64` holds exactly",
    note = "`f32`, `f64` and integers of up to 32 bits are; convert others with `as f64`"
)]
pub trait AttributeDouble {
    /// The number, or `None` to record nothing, which is done of what is no finite number as well.
    fn to_double(&self) -> Option<f64>;
}

macro_rules! doubles {
    ($($number:ty)*) => {$(
        impl AttributeDouble for $number {
            fn to_double(&self) -> Option<f64> {
                Some(f64::from(*self)).filter(|number| number.is_finite())
            }
        }
    )*};
}
doubles!(f32 f64 i8 i16 i32 u8 u16 u32);

impl<T: AttributeDouble> AttributeDouble for Option<T> {
    fn to_double(&self) -> Option<f64> {
        self.as_ref()?.to_double()
    }
}

impl AttributeBoolean for bool {}
impl<T: AttributeInteger> AttributeInteger for Option<T> {}
impl<T: AttributeBoolean> AttributeBoolean for Option<T> {}
impl<T: AttributeTexts> AttributeTexts for Option<T> {}
impl<T: Element<Output = StringValue>> AttributeTexts for [T] {}
impl<T: Element<Output = StringValue>> AttributeTexts for Vec<T> {}
impl<T: Element<Output = StringValue>, const N: usize> AttributeTexts for [T; N] {}

impl AttributeText for str {
    fn to_text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self))
    }
}

impl AttributeText for String {
    fn to_text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self))
    }
}

impl<T: AttributeText> AttributeText for Option<T> {
    fn to_text(&self) -> Option<Cow<'_, str>> {
        self.as_ref()?.to_text()
    }
}

impl AttributeValue for str {
    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.to_owned().into()))
    }
}

impl AttributeValue for String {
    fn to_value(&self) -> Option<Value> {
        self.as_str().to_value()
    }
}

impl AttributeValue for bool {
    fn to_value(&self) -> Option<Value> {
        Some(Value::Bool(*self))
    }
}

impl<T: AttributeValue> AttributeValue for Option<T> {
    fn to_value(&self) -> Option<Value> {
        self.as_ref()?.to_value()
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl AttributeValue for $integer {
            fn to_value(&self) -> Option<Value> {
                Some(Value::I64(Element::to_element(self)))
            }
        }

        impl AttributeInteger for $integer {}

        impl Element for $integer {
            type Output = i64;

            #[allow(clippy::cast_lossless, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            #[allow(clippy::cast_possible_wrap, clippy::unnecessary_cast, unused_comparisons)]
            fn to_element(&self) -> i64 {
                i64::try_from(*self).unwrap_or(if *self < 0 { i64::MIN } else { i64::MAX })
            }
        }
    )*};
}
integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl AttributeValue for $float {
            fn to_value(&self) -> Option<Value> {
                Some(f64::from(*self)).filter(|number| number.is_finite()).map(Value::F64)
            }
        }

        impl Element for $float {
            type Output = f64;

            fn to_element(&self) -> f64 {
                f64::from(*self)
            }
        }
    )*};
}
floats!(f32 f64);

macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        impl<T: AttributeText + ?Sized> AttributeText for $pointer {
            fn to_text(&self) -> Option<Cow<'_, str>> {
                (**self).to_text()
            }
        }

        impl<T: AttributeValue + ?Sized> AttributeValue for $pointer {
            fn to_value(&self) -> Option<Value> {
                (**self).to_value()
            }
        }

        impl<T: AttributeDouble + ?Sized> AttributeDouble for $pointer {
            fn to_double(&self) -> Option<f64> {
                (**self).to_double()
            }
        }

        impl<T: AttributeInteger + ?Sized> AttributeInteger for $pointer {}
        impl<T: AttributeBoolean + ?Sized> AttributeBoolean for $pointer {}
        impl<T: AttributeTexts + ?Sized> AttributeTexts for $pointer {}
    )*};
}
pointers!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

impl<T: AttributeText + ToOwned + ?Sized> AttributeText for Cow<'_, T> {
    fn to_text(&self) -> Option<Cow<'_, str>> {
        (**self).to_text()
    }
}

impl<T: AttributeValue + ToOwned + ?Sized> AttributeValue for Cow<'_, T> {
    fn to_value(&self) -> Option<Value> {
        (**self).to_value()
    }
}

/// An element of a list attribute; all elements of a list become one OpenTelemetry type.
#[diagnostic::on_unimplemented(
    message = "a list of `{Self}` cannot be recorded as an attribute",
    note = "lists of strings, booleans, integers and floats can"
)]
pub trait Element {
    /// The OpenTelemetry type of the element.
    type Output;

    /// The element as that type.
    fn to_element(&self) -> Self::Output;
}

impl Element for str {
    type Output = StringValue;

    fn to_element(&self) -> StringValue {
        self.to_owned().into()
    }
}

impl Element for String {
    type Output = StringValue;

    fn to_element(&self) -> StringValue {
        self.as_str().to_element()
    }
}

impl Element for bool {
    type Output = bool;

    fn to_element(&self) -> bool {
        *self
    }
}

impl<T: Element + ?Sized> Element for &T {
    type Output = T::Output;

    fn to_element(&self) -> T::Output {
        (**self).to_element()
    }
}

impl<T: Element> AttributeValue for [T]
where
    Array: From<Vec<T::Output>>,
{
    fn to_value(&self) -> Option<Value> {
        let elements: Vec<T::Output> = self.iter().map(Element::to_element).collect();
        let mut array = Array::from(elements);
        if let Array::F64(numbers) = &mut array {
            numbers.retain(|number| number.is_finite());
        }
        Some(Value::Array(array))
    }
}

impl<T: Element> AttributeValue for Vec<T>
where
    Array: From<Vec<T::Output>>,
{
    fn to_value(&self) -> Option<Value> {
        self.as_slice().to_value()
    }
}

impl<T: Element, const N: usize> AttributeValue for [T; N]
where
    Array: From<Vec<T::Output>>,
{
    fn to_value(&self) -> Option<Value> {
        self.as_slice().to_value()
    }
}

/// Adds an attribute, which is made in its place: to move what has just been written in parts waits for it.
#[inline]
pub(crate) fn push_made(attributes: &mut Vec<KeyValue>, make: impl FnOnce() -> KeyValue) {
    attributes.extend(std::iter::once_with(make));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_finite_number_is_not_recorded() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(number.to_value(), None);
            assert_eq!(Some(number as f32).to_double(), None);
            assert_eq!([0.5, number].to_value(), Some(Value::Array(vec![0.5].into())));
        }
        assert_eq!(0.5_f32.to_double(), Some(0.5));
    }
}
