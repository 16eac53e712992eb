//! A reply on its way out: the ids and dates a service adds to it, and its form on the wire.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::conversation::StreamOptions;
use crate::script::{Content, Reply};

/// A reply to one request, which goes out as one JSON object or as a stream of chunks.
#[derive(Debug)]
pub(crate) struct Completion<'a> {
    number: u64,
    created: u64,
    model: &'a str,
    pub(crate) reply: &'a Reply,
}

impl<'a> Completion<'a> {
    /// The server's `number`th reply, by this exact version of a model. Ids depend on the number
    /// alone, so that a conversation has the same ones on every run.
    pub(crate) fn new(number: u64, model: &'a str, reply: &'a Reply) -> Self {
        let created =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { number, created, model, reply }
    }

    /// The reply as one `chat.completion` object.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": id("chatcmpl-", 29, self.number, 0),
            "object": "chat.completion",
            "created": self.created,
            "model": self.model,
            "choices": [{
                "index": 0,
                "message": self.message(),
                "logprobs": null,
                "finish_reason": self.finish_reason(),
            }],
            "usage": self.usage(),
            "service_tier": "default",
            "system_fingerprint": "fp_a1b2c3d4e5",
        })
    }

    /// The reply as `chat.completion.chunk` objects: the role, each word or tool call, the finish reason,
    /// and the tokens where the client wants them.
    pub(crate) fn to_chunks(&self, options: StreamOptions) -> Vec<Value> {
        let mut deltas = vec![(json!({"role": "assistant", "content": ""}), Value::Null)];
        match &self.reply.content {
            Content::Text(text) => {
                let words = text.split_inclusive(' ');
                deltas.extend(words.map(|word| (json!({"content": word}), Value::Null)));
            }
            Content::ToolCalls(_) => {
                let calls = self.message()["tool_calls"].take();
                for (index, mut call) in calls.as_array().into_iter().flatten().cloned().enumerate()
                {
                    call["index"] = json!(index);
                    deltas.push((json!({"tool_calls": [call]}), Value::Null));
                }
            }
        }
        deltas.push((json!({}), json!(self.finish_reason())));
        let mut chunks: Vec<Value> = deltas
            .into_iter()
            .map(|(delta, reason)| {
                let choice = json!({
                    "index": 0,
                    "delta": delta,
                    "logprobs": null,
                    "finish_reason": reason,
                });
                self.chunk(json!([choice]))
            })
            .collect();
        if options.include_usage {
            chunks.iter_mut().for_each(|chunk| chunk["usage"] = Value::Null);
            let mut last = self.chunk(json!([]));
            last["usage"] = self.usage();
            chunks.push(last);
        }
        chunks
    }

    fn chunk(&self, choices: Value) -> Value {
        json!({
            "id": id("chatcmpl-", 29, self.number, 0),
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
            "choices": choices,
            "service_tier": "default",
            "system_fingerprint": "fp_a1b2c3d4e5",
        })
    }

    fn message(&self) -> Value {
        let mut message = json!({
            "role": "assistant",
            "content": null,
            "refusal": null,
            "annotations": [],
        });
        match &self.reply.content {
            Content::Text(text) => message["content"] = json!(text),
            Content::ToolCalls(calls) => {
                let calls = calls.iter().zip(1..).map(|(call, n)| {
                    json!({
                        "id": id("call_", 24, self.number, n),
                        "type": "function",
                        // The arguments are JSON inside a string, as the model wrote them.
                        "function": {"name": call.name, "arguments": call.arguments.to_string()},
                    })
                });
                message["tool_calls"] = calls.collect();
            }
        }
        message
    }

    fn finish_reason(&self) -> &'static str {
        match self.reply.content {
            Content::Text(_) => "stop",
            Content::ToolCalls(_) => "tool_calls",
        }
    }

    fn usage(&self) -> Value {
        let tokens = self.reply.tokens;
        json!({
            "prompt_tokens": tokens.input,
            "completion_tokens": tokens.output,
            "total_tokens": tokens.input + tokens.output,
            "prompt_tokens_details": {
                "cached_tokens": tokens.cached,
                "audio_tokens": 0,
            },
            "completion_tokens_details": {
                "reasoning_tokens": tokens.reasoning,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        })
    }
}

/// An id that looks like the service's: a prefix and `length` letters and digits.
fn id(prefix: &str, length: usize, reply: u64, part: u64) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = (reply << 16) | part;
    let letters = (0..length).map(|_| {
        // One step of splitmix64: equal seeds give equal ids, other seeds unrelated ones.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        char::from(ALPHABET[(mixed % 62) as usize])
    });
    prefix.chars().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::id;

    #[test]
    fn ids_repeat_for_equal_numbers_and_differ_for_others() {
        assert_eq!(id("call_", 24, 7, 1), id("call_", 24, 7, 1));
        let ids: HashSet<_> = (0..100)
            .flat_map(|reply| (0..3).map(move |part| id("call_", 24, reply, part)))
            .collect();
        assert_eq!(ids.len(), 300);
        assert!(ids.iter().all(|id| id.len() == "call_".len() + 24));
    }
}
