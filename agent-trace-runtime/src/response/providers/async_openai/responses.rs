//! The responses API, and the events of its streams.

use std::borrow::Cow;

use async_openai::types::responses::{
    Response, ResponseStreamEvent, ResponseUsage, ServiceTierResponses, Status,
};

use super::{count, said};
use crate::content::OutputMessage;
use crate::response::usage::Counts;
use crate::response::{FinishReason, InferenceResponse, Usage};

impl InferenceResponse for Response {
    fn usage(&self) -> Option<Usage> {
        self.usage.as_ref().map(usage)
    }

    fn response_model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn response_id(&self) -> Option<&str> {
        Some(&self.id)
    }

    // A response has no finish reason beside its status, which says why only if it is incomplete.
    fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
        let reason = match self.status {
            Status::Completed => "completed",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
            Status::Incomplete => {
                let details = self.incomplete_details.as_ref();
                details.map_or("incomplete", |details| &details.reason)
            }
            Status::InProgress | Status::Queued => return Vec::new(),
        };
        vec![Cow::Borrowed(reason)]
    }

    fn service_tier(&self) -> Option<&str> {
        Some(match self.service_tier.as_ref()? {
            ServiceTierResponses::Auto => "auto",
            ServiceTierResponses::Default => "default",
            ServiceTierResponses::Flex => "flex",
            ServiceTierResponses::Scale => "scale",
            ServiceTierResponses::Priority => "priority",
            ServiceTierResponses::Fast => "fast",
            ServiceTierResponses::Ultrafast => "ultrafast",
        })
    }

    fn output_messages(&self) -> Vec<OutputMessage> {
        said(self)
    }
}

/// Events that carry the response tell what it tells.
impl InferenceResponse for ResponseStreamEvent {
    fn usage(&self) -> Option<Usage> {
        response(self)?.usage()
    }

    fn response_model(&self) -> Option<&str> {
        response(self)?.response_model()
    }

    fn response_id(&self) -> Option<&str> {
        response(self)?.response_id()
    }

    fn finish_reasons(&self) -> Vec<Cow<'_, str>> {
        response(self).map(InferenceResponse::finish_reasons).unwrap_or_default()
    }

    fn finished_choices(&self) -> Vec<FinishReason<'_>> {
        response(self).map(InferenceResponse::finished_choices).unwrap_or_default()
    }

    // A stream is to end with a status; a response that is fetched may have none yet.
    fn choice_count(&self) -> usize {
        usize::from(response(self).is_some())
    }

    fn service_tier(&self) -> Option<&str> {
        response(self)?.service_tier()
    }

    fn output_messages(&self) -> Vec<OutputMessage> {
        said(self)
    }
}

fn response(event: &ResponseStreamEvent) -> Option<&Response> {
    Some(match event {
        ResponseStreamEvent::ResponseCreated(event) => &event.response,
        ResponseStreamEvent::ResponseInProgress(event) => &event.response,
        ResponseStreamEvent::ResponseCompleted(event) => &event.response,
        ResponseStreamEvent::ResponseFailed(event) => &event.response,
        ResponseStreamEvent::ResponseIncomplete(event) => &event.response,
        ResponseStreamEvent::ResponseQueued(event) => &event.response,
        _ => return None,
    })
}

fn usage(stated: &ResponseUsage) -> Usage {
    let counts = Counts {
        input: Some(stated.input_tokens.into()),
        output: Some(stated.output_tokens.into()),
        cache_read: Some(stated.input_tokens_details.cached_tokens.into()),
        cache_write: count(stated.input_tokens_details.cache_write_tokens),
        reasoning: Some(stated.output_tokens_details.reasoning_tokens.into()),
        ..Counts::default()
    };
    Usage { stated: counts, uncached_input: None }
}
