//! What the response types of client crates tell. Each crate is a feature of its name.

#[cfg(feature = "async-openai")]
mod async_openai;
#[cfg(feature = "genai")]
mod genai;
#[cfg(feature = "ollama-rs")]
mod ollama_rs;
#[cfg(feature = "rig-core")]
mod rig_core;

/// A count that its crate keeps as a signed number: absent where negative.
#[cfg(any(feature = "async-openai", feature = "genai"))]
fn count(signed: Option<impl TryInto<u64>>) -> Option<u64> {
    signed?.try_into().ok()
}
