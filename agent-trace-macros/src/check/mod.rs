//! What a value may be: names, keys, providers, operations.

mod key;
mod name;
mod operation;
mod provider;

pub(crate) use key::check_key;
pub(crate) use name::{check_step_name, check_target};
pub(crate) use operation::{inference_operation, memory_operation};
pub(crate) use provider::{check_provider, provider_of};
