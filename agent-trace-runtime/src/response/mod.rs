//! What a model's response tells of itself: tokens, model, id, finish reasons.
//!
//! Derive [`trait@InferenceResponse`] for what your function returns, or implement it, or return what
//! implements it already:
//!
//! - The provider's body, as [`serde_json::Value`] or as bytes. Its format is recognised by its shape:
//!   OpenAI's chat completions, responses and embeddings, with the services that are compatible with
//!   them (Azure, DeepSeek, Groq, Mistral, Moonshot, xAI), Anthropic's messages, Gemini's content,
//!   Bedrock's Converse, Cohere's chat and embeddings, Ollama; each whole or as the events of a stream.
//!   Bytes are `Vec<u8>`, `[u8]`, `Cow<[u8]>`, and with the feature `bytes` that crate's `Bytes`.
//!   A `String` does not implement it, since that is most often what the model said: for a body that is
//!   a string there is `body.as_bytes()`.
//! - The types of client crates, each with a feature of the crate's name: of `async-openai` the chat
//!   completions and chunks, responses and events, and embeddings; of `genai` the chats, the events of
//!   their streams, and embeddings; of `ollama-rs` the chats and generations; of `rig-core` the
//!   completions and embeddings.
//!
//! A stream tells in parts: each item implements the same trait, and [`Response`] collects them. Where
//! the items are bytes that are cut anywhere, a traced stream puts them together, as [`EventReader`] does
//! for you.

mod collected;
pub(crate) mod derived;
mod events;
mod json;
mod known_texts;
pub(crate) mod mapped;
mod providers;
mod usage;

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

#[cfg(feature = "macros")]
pub use agent_trace_macros::InferenceResponse;
pub use collected::Response;
pub use derived::TokenCount;
pub use events::EventReader;
pub(crate) use usage::ByModality;
pub use usage::{Modality, Usage};

use crate::content::OutputMessage;

/// What `#[llm_call]` and `#[embedding]` read from the value that a function returns.
///
/// Derive it for the success type, or implement it; every getter has a default that tells nothing. An
/// item of a stream implements the same trait and tells what it knows.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::{InferenceResponse, Usage};
///
/// struct Reply { text: String, model: String, prompt_tokens: u64, completion_tokens: u64 }
///
/// impl InferenceResponse for Reply {
///     fn usage(&self) -> Option<Usage> {
///         Some(Usage::new(self.prompt_tokens, self.completion_tokens))
///     }
///
///     fn response_model(&self) -> Option<&str> {
///         Some(&self.model)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell what a model call used",
    label = "not a model's response",
    note = "derive it, and mark the fields that tell: `#[derive(InferenceResponse)]`, `#[response(input_tokens)]`, `#[response(output_tokens)]`",
    note = "or write `impl InferenceResponse for … {{ fn usage(&self) -> Option<Usage> {{ Some(Usage::new(input, output)) }} }}`",
    note = "a provider's body as `serde_json::Value`, `Vec<u8>` or, with the feature `bytes`, `Bytes` implements it already"
)]
pub trait InferenceResponse {
    /// The tokens that the call used.
    fn usage(&self) -> Option<Usage> {
        None
    }

    /// The model that answered, which may be a dated version of the one that was asked for.
    fn response_model(&self) -> Option<&str> {
        None
    }

    /// The provider's id of the response.
    fn response_id(&self) -> Option<&str> {
        None
    }

    /// Why the model stopped: one reason for each choice, in their order and in the provider's own
    /// words, `error` where none arrived.
    fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
        Vec::new()
    }

    /// The choices whose finish reason arrived, for items of a stream that has several choices.
    ///
    /// Without it, the reasons are those of [`finish_reasons`](Self::finish_reasons), from the first
    /// choice on.
    fn finished_choices(&self) -> Vec<FinishReason<'_>> {
        let reasons = self.finish_reasons();
        if reasons.is_empty() {
            return Vec::new();
        }
        let reasons = reasons.into_iter().enumerate();
        reasons.map(|(choice, reason)| FinishReason { choice, reason }).collect()
    }

    /// How many choices there are as far as this tells. Those that end without a finish reason
    /// are recorded as `error`.
    fn choice_count(&self) -> usize {
        0
    }

    /// The tier that served the call, as OpenAI and services like it tell.
    fn service_tier(&self) -> Option<&str> {
        None
    }

    /// The fingerprint of the backend that served the call, as OpenAI and services like it tell.
    fn system_fingerprint(&self) -> Option<&str> {
        None
    }

    /// What the model said: one message for each choice, in their order.
    ///
    /// It is asked only while that is captured. An item of a stream gives what it adds, at the positions
    /// of the choices that it is about: see [`Collected`](crate::content::Collected).
    ///
    /// ```
    /// use agent_trace_runtime::InferenceResponse;
    /// use agent_trace_runtime::content::OutputMessage;
    ///
    /// struct Reply { text: String }
    ///
    /// impl InferenceResponse for Reply {
    ///     fn output_messages(&self) -> Vec<OutputMessage> {
    ///         vec![OutputMessage::text(&self.text).finished("stop")]
    ///     }
    /// }
    /// ```
    fn output_messages(&self) -> Vec<OutputMessage> {
        Vec::new()
    }

    /// The error that the provider tells of in the response itself, as in the middle of a stream: a code
    /// or a kind that is low in cardinality, never a message. It makes the call fail, and is its
    /// `error.type`.
    fn error_type(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// Whether there is no response at all, as where an `Option` is `None`: then nothing is missing.
    fn is_absent(&self) -> bool {
        false
    }

    /// The bytes, where this is a piece of a body: of a stream of such items events are read that are cut
    /// between two of them, as by an [`EventReader`], and no other getter is asked.
    fn body_piece(&self) -> Option<&[u8]> {
        None
    }

    /// Adds all of this to what `response` has collected.
    ///
    /// It asks each getter. Override it where one look is cheaper than several, as with a body that
    /// has to be parsed, by [observing](Response::observe) what was found in that look.
    fn tell(&self, response: &mut Response) {
        response.observe_getters(self);
    }
}

/// Why one of the choices of a response ended.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::response::{FinishReason, InferenceResponse};
///
/// struct Chunk { index: usize, finish_reason: Option<String> }
///
/// impl InferenceResponse for Chunk {
///     fn finished_choices(&self) -> Vec<FinishReason<'_>> {
///         let reason = self.finish_reason.as_deref();
///         reason.map(|reason| FinishReason::new(self.index, reason)).into_iter().collect()
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FinishReason<'a> {
    /// The position of the choice, from zero.
    pub choice: usize,
    /// The provider's own word.
    pub reason: Cow<'a, str>,
}

impl<'a> FinishReason<'a> {
    /// The reason of the choice at this position, from zero.
    pub fn new(choice: usize, reason: impl Into<Cow<'a, str>>) -> Self {
        Self { choice, reason: reason.into() }
    }
}

macro_rules! forward {
    ($response:ident => $inner:expr) => {
        fn usage(&self) -> Option<Usage> {
            let $response = self;
            $inner?.usage()
        }

        fn response_model(&self) -> Option<&str> {
            let $response = self;
            $inner?.response_model()
        }

        fn response_id(&self) -> Option<&str> {
            let $response = self;
            $inner?.response_id()
        }

        fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
            let $response = self;
            $inner.map(|inner| inner.finish_reasons()).unwrap_or_default()
        }

        fn finished_choices(&self) -> Vec<FinishReason<'_>> {
            let $response = self;
            $inner.map(|inner| inner.finished_choices()).unwrap_or_default()
        }

        fn choice_count(&self) -> usize {
            let $response = self;
            $inner.map_or(0, |inner| inner.choice_count())
        }

        fn service_tier(&self) -> Option<&str> {
            let $response = self;
            $inner?.service_tier()
        }

        fn system_fingerprint(&self) -> Option<&str> {
            let $response = self;
            $inner?.system_fingerprint()
        }

        fn output_messages(&self) -> Vec<OutputMessage> {
            let $response = self;
            $inner.map(|inner| inner.output_messages()).unwrap_or_default()
        }

        fn error_type(&self) -> Option<Cow<'_, str>> {
            let $response = self;
            $inner?.error_type()
        }

        fn is_absent(&self) -> bool {
            let $response = self;
            $inner.is_none_or(|inner| inner.is_absent())
        }

        fn body_piece(&self) -> Option<&[u8]> {
            let $response = self;
            $inner?.body_piece()
        }

        fn tell(&self, response: &mut Response) {
            let $response = self;
            if let Some(inner) = $inner {
                inner.tell(response);
            }
        }
    };
}

macro_rules! forward_pointers {
    ($($pointer:ty),*) => {$(
        impl<T: InferenceResponse + ?Sized> InferenceResponse for $pointer {
            forward!(response => Some(&**response));
        }
    )*};
}
forward_pointers!(&T, Box<T>, Rc<T>, Arc<T>);

/// A provider's body, as for `[u8]`.
impl InferenceResponse for Vec<u8> {
    forward!(response => Some(response.as_slice()));
}

/// A provider's body, as for `[u8]`.
impl<const N: usize> InferenceResponse for [u8; N] {
    forward!(response => Some(response.as_slice()));
}

/// A provider's body, as for `[u8]`.
impl InferenceResponse for Cow<'_, [u8]> {
    forward!(response => Some(&**response));
}

/// A provider's body, as for `[u8]`.
#[cfg(feature = "bytes")]
impl InferenceResponse for bytes::Bytes {
    forward!(response => Some(&**response));
}

/// The tokens alone.
impl InferenceResponse for Usage {
    fn usage(&self) -> Option<Usage> {
        Some(*self)
    }
}

/// `None` is an answer that tells nothing.
impl<T: InferenceResponse> InferenceResponse for Option<T> {
    forward!(response => response.as_ref());
}

/// An error is an answer that tells nothing.
impl<T: InferenceResponse, E> InferenceResponse for Result<T, E> {
    forward!(response => response.as_ref().ok());
}
