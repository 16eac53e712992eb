//! What can carry a context: anything that has texts by names.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::propagation::{Extractor, Injector};
use serde_json::{Map, Value};

/// Texts by names, as the headers of a request: what a context is read from.
///
/// It is implemented for `http::HeaderMap` (feature `http`), `tonic`'s `MetadataMap` (feature `tonic`), maps of
/// strings, and JSON objects, whose members with such names have to be strings. Where names have no case, as those
/// of headers, an implementation looks past it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot carry the context of a trace",
    note = "headers, metadata, maps of strings and JSON objects can; implement `agent_trace_runtime::propagation::Carrier` for a type of your own"
)]
pub trait Carrier {
    /// The text of this name, the first where there are several.
    fn get(&self, name: &str) -> Option<&str>;

    /// All texts of this name, for carriers that can have several.
    fn get_all(&self, name: &str) -> Vec<&str> {
        self.get(name).into_iter().collect()
    }
}

/// A [`Carrier`] that a context can be written into.
pub trait CarrierMut: Carrier {
    /// Sets the text of this name, in place of what was there. What cannot be set is left out.
    fn set(&mut self, name: &str, text: String);

    /// Takes out what has this name.
    fn remove(&mut self, name: &str);
}

impl<C: Carrier + ?Sized> Carrier for &C {
    fn get(&self, name: &str) -> Option<&str> {
        (**self).get(name)
    }

    fn get_all(&self, name: &str) -> Vec<&str> {
        (**self).get_all(name)
    }
}

macro_rules! carried_behind {
    ($($pointer:ident),*) => {$(
        impl<C: Carrier + ?Sized> Carrier for $pointer<C> {
            fn get(&self, name: &str) -> Option<&str> {
                (**self).get(name)
            }

            fn get_all(&self, name: &str) -> Vec<&str> {
                (**self).get_all(name)
            }
        }
    )*};
}

carried_behind!(Arc, Box, Rc);

impl<C: Carrier + ?Sized> Carrier for &mut C {
    fn get(&self, name: &str) -> Option<&str> {
        (**self).get(name)
    }

    fn get_all(&self, name: &str) -> Vec<&str> {
        (**self).get_all(name)
    }
}

impl<C: CarrierMut + ?Sized> CarrierMut for &mut C {
    fn set(&mut self, name: &str, text: String) {
        (**self).set(name, text);
    }

    fn remove(&mut self, name: &str) {
        (**self).remove(name);
    }
}

/// By names as they are written: those of formats are in lower case.
impl<S: BuildHasher> Carrier for HashMap<String, String, S> {
    fn get(&self, name: &str) -> Option<&str> {
        Self::get(self, name).map(String::as_str)
    }
}

impl<S: BuildHasher> CarrierMut for HashMap<String, String, S> {
    fn set(&mut self, name: &str, text: String) {
        self.insert(name.to_owned(), text);
    }

    fn remove(&mut self, name: &str) {
        Self::remove(self, name);
    }
}

impl Carrier for BTreeMap<String, String> {
    fn get(&self, name: &str) -> Option<&str> {
        Self::get(self, name).map(String::as_str)
    }
}

impl CarrierMut for BTreeMap<String, String> {
    fn set(&mut self, name: &str, text: String) {
        self.insert(name.to_owned(), text);
    }

    fn remove(&mut self, name: &str) {
        Self::remove(self, name);
    }
}

impl Carrier for Map<String, Value> {
    fn get(&self, name: &str) -> Option<&str> {
        Self::get(self, name).and_then(Value::as_str)
    }
}

impl CarrierMut for Map<String, Value> {
    fn set(&mut self, name: &str, text: String) {
        self.insert(name.to_owned(), Value::String(text));
    }

    fn remove(&mut self, name: &str) {
        Self::remove(self, name);
    }
}

/// An object; what is none carries nothing, and `null` becomes one where something is set.
impl Carrier for Value {
    fn get(&self, name: &str) -> Option<&str> {
        Self::get(self, name).and_then(Self::as_str)
    }
}

impl CarrierMut for Value {
    fn set(&mut self, name: &str, text: String) {
        if self.is_null() {
            *self = Self::Object(Map::new());
        }
        if let Self::Object(members) = self {
            CarrierMut::set(members, name, text);
        }
    }

    fn remove(&mut self, name: &str) {
        if let Self::Object(members) = self {
            members.remove(name);
        }
    }
}

#[cfg(feature = "http")]
mod http {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{Carrier, CarrierMut};

    impl Carrier for HeaderMap {
        fn get(&self, name: &str) -> Option<&str> {
            Self::get(self, name)?.to_str().ok()
        }

        fn get_all(&self, name: &str) -> Vec<&str> {
            Self::get_all(self, name).iter().filter_map(|value| value.to_str().ok()).collect()
        }
    }

    impl CarrierMut for HeaderMap {
        fn set(&mut self, name: &str, text: String) {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(text)) {
                self.insert(name, value);
            }
        }

        fn remove(&mut self, name: &str) {
            Self::remove(self, name);
        }
    }
}

#[cfg(feature = "tonic")]
mod tonic {
    use tonic::metadata::{Ascii, MetadataKey, MetadataMap, MetadataValue};

    use super::{Carrier, CarrierMut};

    impl Carrier for MetadataMap {
        fn get(&self, name: &str) -> Option<&str> {
            Self::get(self, name)?.to_str().ok()
        }

        fn get_all(&self, name: &str) -> Vec<&str> {
            Self::get_all(self, name).iter().filter_map(|value| value.to_str().ok()).collect()
        }
    }

    impl CarrierMut for MetadataMap {
        fn set(&mut self, name: &str, text: String) {
            let name = MetadataKey::<Ascii>::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, MetadataValue::try_from(text)) {
                self.insert(name, value);
            }
        }

        fn remove(&mut self, name: &str) {
            Self::remove(self, name);
        }
    }
}

/// A carrier, as OpenTelemetry's propagators read it.
pub(super) struct Reading<'a, C: ?Sized>(pub(super) &'a C);

impl<C: Carrier + ?Sized> Extractor for Reading<'_, C> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)
    }

    fn keys(&self) -> Vec<&str> {
        // No format of ours asks, and a carrier need not know.
        Vec::new()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let values = self.0.get_all(key);
        (!values.is_empty()).then_some(values)
    }
}

/// What is written into by propagators: an injector that can also take back what stands there from before.
pub(crate) trait Destination: Injector {
    fn remove(&mut self, name: &str);
}

/// A carrier, as OpenTelemetry's propagators write it.
pub(super) struct Writing<'a, C: ?Sized>(pub(super) &'a mut C);

impl<C: CarrierMut + ?Sized> Injector for Writing<'_, C> {
    fn set(&mut self, key: &str, value: String) {
        self.0.set(key, value);
    }
}

impl<C: CarrierMut + ?Sized> Destination for Writing<'_, C> {
    fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }
}
