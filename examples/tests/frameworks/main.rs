//! Around frameworks, each call of a model is one span, and its tokens are counted once.

mod console;
mod exported;
