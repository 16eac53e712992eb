//! Every shape of function that an attribute can stand on: the result stays the same, the tree is right.
#![deny(unfulfilled_lint_expectations)]

mod support;

mod errors;
mod functions;
mod methods;
mod futures;
mod operations;
mod patterns;
mod recursion;
mod returns;
mod traits;
mod values;
