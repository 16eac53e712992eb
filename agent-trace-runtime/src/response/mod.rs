//! What a model's response tells of itself.

mod usage;

use std::sync::Arc;

use opentelemetry::{Array, KeyValue, StringValue, Value};

pub use usage::Usage;

use crate::semconv;

/// What `#[llm_call]` and `#[embedding]` read from the value that a function returns.
///
/// Implement it for the success type; every getter has a default that tells nothing.
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

    /// Why the model stopped: one reason for each choice, in their order.
    fn finish_reasons(&self) -> Vec<String> {
        Vec::new()
    }
}

macro_rules! response_pointers {
    ($($pointer:ty),*) => {$(
        impl<T: InferenceResponse + ?Sized> InferenceResponse for $pointer {
            fn usage(&self) -> Option<Usage> {
                (**self).usage()
            }

            fn response_model(&self) -> Option<&str> {
                (**self).response_model()
            }

            fn response_id(&self) -> Option<&str> {
                (**self).response_id()
            }

            fn finish_reasons(&self) -> Vec<String> {
                (**self).finish_reasons()
            }
        }
    )*};
}
response_pointers!(&T, Box<T>, Arc<T>);

/// `None` is an answer that tells nothing.
impl<T: InferenceResponse> InferenceResponse for Option<T> {
    fn usage(&self) -> Option<Usage> {
        self.as_ref()?.usage()
    }

    fn response_model(&self) -> Option<&str> {
        self.as_ref()?.response_model()
    }

    fn response_id(&self) -> Option<&str> {
        self.as_ref()?.response_id()
    }

    fn finish_reasons(&self) -> Vec<String> {
        self.as_ref().map(T::finish_reasons).unwrap_or_default()
    }
}

/// A response's account of itself, taken before the caller gets the response.
#[derive(Debug, Default)]
pub struct Response {
    pub(crate) usage: Option<Usage>,
    model: Option<String>,
    id: Option<String>,
    finish_reasons: Vec<String>,
}

impl Response {
    pub(crate) fn of(response: &(impl InferenceResponse + ?Sized)) -> Self {
        Self {
            usage: response.usage(),
            model: response.response_model().map(str::to_owned),
            id: response.response_id().map(str::to_owned),
            finish_reasons: response.finish_reasons(),
        }
    }

    pub(crate) fn append_to(self, attributes: &mut Vec<KeyValue>) {
        if let Some(model) = self.model {
            attributes.push(KeyValue::new(semconv::RESPONSE_MODEL, model));
        }
        if let Some(id) = self.id {
            attributes.push(KeyValue::new(semconv::RESPONSE_ID, id));
        }
        if !self.finish_reasons.is_empty() {
            let reasons = self.finish_reasons.into_iter().map(StringValue::from).collect();
            let reasons = Value::Array(Array::String(reasons));
            attributes.push(KeyValue::new(semconv::RESPONSE_FINISH_REASONS, reasons));
        }
        if let Some(usage) = self.usage {
            usage.append_to(attributes);
        }
    }
}
