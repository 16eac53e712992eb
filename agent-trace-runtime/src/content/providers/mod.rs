//! What the requests of client crates hold. Each crate is a feature of its name.

#[cfg(feature = "async-openai")]
mod async_openai;
#[cfg(feature = "genai")]
mod genai;
#[cfg(feature = "ollama-rs")]
mod ollama_rs;
#[cfg(feature = "rig-core")]
mod rig_core;

#[cfg(feature = "genai")]
pub(crate) use genai::parts as genai_parts;
#[cfg(feature = "rig-core")]
pub(crate) use rig_core::parts as rig_parts;

/// A value as the JSON that its client sends; null where it cannot be written.
#[cfg(any(feature = "async-openai", feature = "ollama-rs"))]
fn sent(value: &impl serde_core::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
