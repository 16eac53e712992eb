//! How the values of an application become content.

mod lists;
mod messages;
mod object;
mod output;
mod requests;
mod tools;
mod values;

pub use lists::{CaptureDocuments, CaptureInstructions, CaptureRecords};
pub use messages::CaptureMessages;
pub use object::ObjectBuilder;
pub use output::CaptureOutput;
pub use tools::CaptureTools;
pub use values::Capture;

/// The most elements of a list, and entries of a map, that are captured. More would never fit.
pub(super) const MAX_ELEMENTS: usize = 1 << 16;

/// Implements a capture for what points to a value, or may hold one.
macro_rules! forward_capture {
    ($capture:ident::$method:ident -> $content:ty) => {
        forward_capture!(@ $capture $method $content: &T, &mut T, Box<T>, Rc<T>, Arc<T>);

        /// `None` is nothing to record.
        impl<T: $capture> $capture for Option<T> {
            fn $method(&self) -> Vec<$content> {
                self.as_ref().map($capture::$method).unwrap_or_default()
            }
        }

        /// A text, or a list, that may be borrowed.
        impl<T: $capture + ToOwned + ?Sized> $capture for Cow<'_, T> {
            fn $method(&self) -> Vec<$content> {
                (**self).$method()
            }
        }

        /// What each element gives, in their order.
        impl<T: $capture> $capture for [T] {
            fn $method(&self) -> Vec<$content> {
                self.iter().take(MAX_ELEMENTS).flat_map($capture::$method).collect()
            }
        }

        /// What each element gives, in their order.
        impl<T: $capture> $capture for Vec<T> {
            fn $method(&self) -> Vec<$content> {
                self.as_slice().$method()
            }
        }

        /// What each element gives, in their order.
        impl<T: $capture, const N: usize> $capture for [T; N] {
            fn $method(&self) -> Vec<$content> {
                self.as_slice().$method()
            }
        }
    };
    (@ $capture:ident $method:ident $content:ty: $($pointer:ty),*) => {$(
        impl<T: $capture + ?Sized> $capture for $pointer {
            fn $method(&self) -> Vec<$content> {
                (**self).$method()
            }
        }
    )*};
}
use forward_capture;

/// Implements a capture for texts, given a function from a text.
macro_rules! capture_texts {
    ($capture:ident::$method:ident -> $content:ty: $of_text:expr) => {
        impl $capture for str {
            fn $method(&self) -> Vec<$content> {
                if self.is_empty() { Vec::new() } else { vec![$of_text(self)] }
            }
        }

        impl $capture for String {
            fn $method(&self) -> Vec<$content> {
                self.as_str().$method()
            }
        }
    };
}
use capture_texts;
