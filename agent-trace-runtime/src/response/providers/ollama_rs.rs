//! `ollama-rs`: chat and generation, whole and streamed. It does not keep why the model stopped.

use ollama_rs::generation::chat::ChatMessageResponse;
use ollama_rs::generation::completion::GenerationResponse;

use super::said;
use crate::content::{Collected, OutputMessage};
use crate::response::usage::Counts;
use crate::response::{InferenceResponse, Response, Usage};

impl InferenceResponse for ChatMessageResponse {
    fn usage(&self) -> Option<Usage> {
        let stated = self.final_data.as_ref()?;
        Some(Usage::new(stated.prompt_eval_count, stated.eval_count))
    }

    fn response_model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn output_messages(&self) -> Vec<OutputMessage> {
        said(self)
    }
}

impl InferenceResponse for GenerationResponse {
    fn usage(&self) -> Option<Usage> {
        let counts =
            Counts { input: self.prompt_eval_count, output: self.eval_count, ..Counts::default() };
        Usage::of(counts)
    }

    fn response_model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn output_messages(&self) -> Vec<OutputMessage> {
        said(self)
    }
}

/// An item of the stream of a generation.
impl InferenceResponse for Vec<GenerationResponse> {
    fn usage(&self) -> Option<Usage> {
        Response::of(self).usage
    }

    fn response_model(&self) -> Option<&str> {
        self.last()?.response_model()
    }

    fn output_messages(&self) -> Vec<OutputMessage> {
        let mut collected = Collected::default();
        self.iter().for_each(|part| collected.observe(part.output_messages()));
        collected.into_messages()
    }

    fn tell(&self, response: &mut Response) {
        self.iter().for_each(|part| response.observe(part));
    }
}
