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

/// What a value says that its crate keeps as the provider writes it.
#[cfg(any(feature = "async-openai", feature = "ollama-rs"))]
fn said(response: &impl serde_core::Serialize) -> Vec<crate::content::OutputMessage> {
    use super::InferenceResponse;

    serde_json::to_value(response).map(|body| body.output_messages()).unwrap_or_default()
}
