//! Content: what a site captures, and how a type of the user's is captured.

mod argument;
mod derive;

pub(crate) use argument::{Captured, argument_names, parse, usages};
pub(crate) use derive::derive;
