//! Where in what a function returned the parts are that its site's closures read.
//!
//! The type tells, as in [`probe`](super::probe); only that this lookup is of values, and runs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use futures_core::Stream;

use super::reading::ItemReader;

chain! {
    /// A result.
    Look => LookOption;
    /// An option.
    LookOption => LookItems;
    /// A collection.
    LookItems => LookValue;
}

/// Any value.
#[derive(Debug)]
pub struct LookValue<T>(T);

/// Looks at what a function returned.
pub const fn look<T>(output: &T) -> Look<&T> {
    Look(LookOption(LookItems(LookValue(output))))
}

impl<'a, T, E> Look<&'a Result<T, E>> {
    /// The success, if it is one.
    pub fn inspected_success(&self) -> Option<&'a T> {
        self.value().as_ref().ok()
    }

    /// The error, if it is one.
    pub fn inspected_error(&self) -> Option<&'a E> {
        self.value().as_ref().err()
    }
}

impl<'a, T> LookOption<&'a Option<T>> {
    /// The value, if it is there.
    pub fn inspected_success(&self) -> Option<&'a T> {
        self.value().as_ref()
    }
}

impl<T: Items, E> Look<&Result<T, E>> {
    /// How many items the success has.
    pub fn inspected_count(&self) -> Option<usize> {
        self.value().as_ref().ok().and_then(Items::count)
    }
}

impl<T: Items> LookOption<&Option<T>> {
    /// How many items the value has; none where it is not there.
    pub fn inspected_count(&self) -> Option<usize> {
        Items::count(self.value())
    }
}

impl<T: Items> LookItems<&T> {
    /// How many items it has.
    pub fn inspected_count(&self) -> Option<usize> {
        Items::count(self.value())
    }
}

/// What has a number of items.
pub trait Items {
    /// How many there are, where it is a list.
    fn count(&self) -> Option<usize>;
}

macro_rules! collections {
    ($([$($parameter:tt)*] $collection:ty;)*) => {$(
        impl<$($parameter)*> Items for $collection {
            fn count(&self) -> Option<usize> {
                Some(self.len())
            }
        }
    )*};
}
collections! {
    [T] [T];
    [T, const N: usize] [T; N];
    [T] Vec<T>;
    [T] VecDeque<T>;
    [T] LinkedList<T>;
    [T] BinaryHeap<T>;
    [T] BTreeSet<T>;
    [K, V] BTreeMap<K, V>;
    [T, S] HashSet<T, S>;
    [K, V, S] HashMap<K, V, S>;
}

impl<T: Items> Items for Option<T> {
    fn count(&self) -> Option<usize> {
        self.as_ref().map_or(Some(0), Items::count)
    }
}

impl<T> Items for Cow<'_, [T]>
where
    [T]: ToOwned,
{
    fn count(&self) -> Option<usize> {
        Some(self.len())
    }
}

/// An array has items.
impl Items for serde_json::Value {
    fn count(&self) -> Option<usize> {
        self.as_array().map(Vec::len)
    }
}

macro_rules! pointers {
    ($($pointer:ty;)*) => {$(
        impl<T: Items + ?Sized> Items for $pointer {
            fn count(&self) -> Option<usize> {
                (**self).count()
            }
        }
    )*};
}
pointers! {
    &T;
    Box<T>;
    Rc<T>;
    Arc<T>;
}

impl<'a, T> LookValue<&'a T> {
    const fn value(&self) -> &'a T {
        self.0
    }

    /// It has no number of items.
    pub const fn inspected_count(&self) -> Option<usize> {
        None
    }

    /// The value.
    pub const fn inspected_success(&self) -> Option<&'a T> {
        Some(self.0)
    }

    /// Never compiles.
    pub const fn inspected_error(&self) -> Option<&'a T>
    where
        T: HasError,
    {
        None
    }
}

/// What `ok_if` and `error_type` ask of a type that is no `Result`; implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "`ok_if` and `error_type` are about the error of a `Result`, and this function returns `{Self}`",
    label = "there is no error in this type"
)]
pub trait HasError {}

/// Of a stream, each item is read in place of the stream; of anything else, the value is.
impl<S: Stream, E> Look<&Result<S, E>> {
    /// Reads a failure; gives what is to read the items.
    pub fn inspected_reading<F>(&self, read: F) -> Option<ItemReader<S::Item>>
    where
        F: Fn(LookItem<Option<&S::Item>, Option<&E>>) + Send + Sync + 'static,
    {
        match self.value() {
            Ok(_) => Some(Box::new(move |item| read(look_at_item(Some(item), None)))),
            Err(error) => {
                read(look_at_item(None, Some(error)));
                None
            }
        }
    }
}

impl<S: Stream> LookOption<&Option<S>> {
    /// Gives what is to read the items.
    pub fn inspected_reading<F>(&self, read: F) -> Option<ItemReader<S::Item>>
    where
        F: Fn(Look<&S::Item>) + Send + Sync + 'static,
    {
        Some(Box::new(move |item| read(look(item))))
    }
}

impl<S: Stream> LookItems<&S> {
    /// Gives what is to read the items.
    pub fn inspected_reading<F>(&self, read: F) -> Option<ItemReader<S::Item>>
    where
        F: Fn(Look<&S::Item>) + Send + Sync + 'static,
    {
        Some(Box::new(move |item| read(look(item))))
    }
}

impl<'a, T> LookValue<&'a T> {
    /// Reads the value.
    pub fn inspected_reading(&self, read: impl FnOnce(Look<&'a T>)) -> Option<()> {
        read(look(self.0));
        None
    }
}

chain! {
    /// An item that is a result, or the failure that came in place of a stream.
    LookItem<W> => LookOptionItem;
    /// An item that is an option.
    LookOptionItem<W> => LookAnyItem;
}

/// Any item, or the failure that came in place of a stream.
#[derive(Debug)]
pub struct LookAnyItem<T, W>(T, W);

fn look_at_item<'a, T, E>(
    item: Option<&'a T>,
    error: Option<&'a E>,
) -> LookItem<Option<&'a T>, Option<&'a E>> {
    LookItem(LookOptionItem(LookAnyItem(item, error)))
}

impl<'a, T, F, W> LookItem<Option<&'a Result<T, F>>, W> {
    /// The success, if it is one.
    pub fn inspected_success(&self) -> Option<&'a T> {
        self.0.0.0?.as_ref().ok()
    }
}

impl<'a, T, E> LookItem<Option<&'a Result<T, E>>, Option<&'a E>> {
    /// The error, of the item or in place of the stream.
    pub fn inspected_error(&self) -> Option<&'a E> {
        let LookAnyItem(item, error) = &self.0.0;
        item.and_then(|item| item.as_ref().err()).or(*error)
    }
}

impl<'a, T, W> LookOptionItem<Option<&'a Option<T>>, W> {
    /// The value, if it is there.
    pub fn inspected_success(&self) -> Option<&'a T> {
        self.0.0?.as_ref()
    }
}

impl<'a, T, W> LookAnyItem<Option<&'a T>, W> {
    /// The item.
    pub const fn inspected_success(&self) -> Option<&'a T> {
        self.0
    }
}

impl<'a, T, E> LookAnyItem<T, Option<&'a E>> {
    /// The error in place of the stream, whose items have none of this type.
    pub const fn inspected_error(&self) -> Option<&'a E> {
        self.1
    }
}
