//! The cases are in `fail` and `pass`; `tests/ui.rs` compiles them.
