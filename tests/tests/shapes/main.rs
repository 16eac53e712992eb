//! Every shape of function that an attribute can stand on: the result stays the same, the tree is right.
#![deny(unfulfilled_lint_expectations)]

mod spans;
mod support;

mod arguments;
mod cancelled;
mod context;
mod current_call;
mod errors;
mod functions;
mod futures;
mod hostile;
mod inferred;
mod kept_attributes;
mod methods;
mod operations;
mod panics;
mod patterns;
mod readings;
mod recorders;
mod recursion;
mod returned_types;
mod returns;
mod traits;
mod values;
