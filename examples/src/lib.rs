//! What the examples share: a model service to talk to, so that they run without an account anywhere.
//!
//! [`Endpoint::from_env_or`] is all an example needs. With `OPENAI_API_KEY` set it is OpenAI's
//! service, or the compatible one at `OPENAI_BASE_URL`. Otherwise it is a [`ModelServer`]: a small
//! server on a loopback port that speaks OpenAI's chat completions over HTTP, is as strict about
//! requests as the real service, and answers by a [`Script`] instead of a model.

mod completion;
mod conversation;
mod endpoint;
mod error;
mod script;
pub mod scripts;
mod server;

pub use conversation::Conversation;
pub use endpoint::Endpoint;
pub use script::{Reply, Script, ToolCall};
pub use server::ModelServer;
