//! Bodies as providers send them, and what each of them bills.

use std::fs;
use std::path::{Path, PathBuf};

use agent_trace_runtime::response::{InferenceResponse, Response};

/// A body in `fixtures/responses`, and what it tells.
#[derive(Clone, Copy, Debug)]
pub struct Fixture {
    /// Below `fixtures/responses`.
    pub path: &'static str,
    /// What is billed.
    pub tokens: Tokens,
    /// The model that answered.
    pub model: Option<&'static str>,
    /// The id of the response.
    pub id: Option<&'static str>,
    /// By choice.
    pub finish_reasons: &'static [&'static str],
}

/// The counts of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// All input.
    pub input: Option<u64>,
    /// All output.
    pub output: Option<u64>,
    /// Read from the cache.
    pub cache_read: Option<u64>,
    /// Written to the cache.
    pub cache_write: Option<u64>,
    /// Spent on reasoning.
    pub reasoning: Option<u64>,
}

impl Tokens {
    /// Nothing is told.
    pub const NONE: Self =
        Self { input: None, output: None, cache_read: None, cache_write: None, reasoning: None };

    /// Input and output, without any part of them.
    #[must_use]
    pub const fn new(input: u64, output: u64) -> Self {
        Self { input: Some(input), output: Some(output), ..Self::NONE }
    }

    /// Some of the input was read from the cache.
    #[must_use]
    pub const fn read(self, tokens: u64) -> Self {
        Self { cache_read: Some(tokens), ..self }
    }

    /// Some of the input was written to the cache.
    #[must_use]
    pub const fn written(self, tokens: u64) -> Self {
        Self { cache_write: Some(tokens), ..self }
    }

    /// Some of the output was reasoning.
    #[must_use]
    pub const fn reasoned(self, tokens: u64) -> Self {
        Self { reasoning: Some(tokens), ..self }
    }

    /// Those of a response.
    #[must_use]
    pub fn of(response: &Response) -> Self {
        let usage = response.usage().unwrap_or_default();
        Self {
            input: usage.input_tokens(),
            output: usage.output_tokens(),
            cache_read: usage.cached_input_tokens(),
            cache_write: usage.cache_write_input_tokens(),
            reasoning: usage.reasoning_output_tokens(),
        }
    }
}

impl Fixture {
    /// The body.
    ///
    /// # Panics
    ///
    /// If it cannot be read.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        fs::read(directory().join(self.path)).expect(self.path)
    }

    /// The JSON documents of the body: the events of a stream, or the one that it is.
    #[must_use]
    pub fn documents(&self) -> Vec<String> {
        let body = String::from_utf8(self.body()).expect(self.path);
        let is_document = |text: &&str| text.starts_with('{');
        match Path::new(self.path).extension().and_then(|extension| extension.to_str()) {
            Some("sse") => {
                let data = body.lines().filter_map(|line| line.strip_prefix("data: "));
                data.filter(is_document).map(str::to_owned).collect()
            }
            Some("ndjson") => body.lines().map(str::to_owned).collect(),
            _ => vec![body],
        }
    }

    /// Compares what was told with what is billed.
    ///
    /// # Panics
    ///
    /// If they differ.
    #[track_caller]
    pub fn assert_told(&self, told: &Response, how: &str) {
        let path = self.path;
        assert_eq!(Tokens::of(told), self.tokens, "{path}, {how}");
        assert_eq!(told.response_model(), self.model, "{path}, {how}");
        assert_eq!(told.response_id(), self.id, "{path}, {how}");
        assert_eq!(told.finish_reasons(), self.finish_reasons, "{path}, {how}");
    }
}

/// The fixture at this path.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn fixture(path: &str) -> &'static Fixture {
    FIXTURES.iter().find(|fixture| fixture.path == path).expect(path)
}

/// Where the fixtures are.
#[must_use]
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/responses")
}

macro_rules! fixtures {
    ($($path:literal: $tokens:expr, $model:expr, $id:expr, $reasons:expr;)*) => {
        /// All fixtures.
        pub const FIXTURES: &[Fixture] = &[$(Fixture {
            path: $path,
            tokens: $tokens,
            model: $model,
            id: $id,
            finish_reasons: &$reasons,
        }),*];
    };
}

fixtures! {
    "openai/chat.json": Tokens::new(1412, 238).read(1024).reasoned(192),
        Some("gpt-5-2025-08-07"), Some("chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT"), ["stop"];
    "openai/chat_tool_calls.json": Tokens::new(82, 34),
        Some("gpt-4o-2024-08-06"), Some("chatcmpl-tools"), ["tool_calls", "length"];
    "openai/chat_refusal.json": Tokens::new(81, 11),
        Some("gpt-4o-2024-08-06"), Some("chatcmpl-refusal"), ["stop"];
    "openai/chat_audio.json": Tokens::new(107, 60).read(0).reasoned(0),
        Some("gpt-4o-audio-preview-2024-12-17"), Some("chatcmpl-audio"), ["stop"];
    "openai/chat_stream.sse": Tokens::new(1219, 10).read(1152).reasoned(0),
        Some("gpt-4o-mini-2024-07-18"), Some("chatcmpl-stream"), ["stop", "length"];
    "openai/responses.json": Tokens::new(2036, 487).read(1920).written(100).reasoned(320),
        Some("gpt-5.1-2025-11-13"), Some("resp_67ccd2bed1ec8190b14f964abc054267"), ["completed"];
    "openai/responses_incomplete.json": Tokens::new(20, 64).read(0).reasoned(64),
        Some("gpt-5-mini-2025-08-07"), Some("resp_incomplete"), ["max_output_tokens"];
    "openai/responses_stream.sse": Tokens::new(37, 11).read(0).reasoned(0),
        Some("gpt-4.1-2025-04-14"), Some("resp_stream"), ["completed"];
    "openai/embeddings.json": Tokens { output: None, ..Tokens::new(8, 0) },
        Some("text-embedding-3-small"), None, [];
    "openai/error.json": Tokens::NONE, None, None, [];
    "azure/chat_stream.sse": Tokens::new(24, 7).read(0).reasoned(0),
        Some("gpt-4o-2024-11-20"), Some("chatcmpl-azure"), ["content_filter"];
    "openai-compatible/deepseek.json": Tokens::new(416, 110).read(384).reasoned(98),
        Some("deepseek-reasoner"), Some("930c60df-bf64-41c9-a88e-3ec75f81e00e"), ["stop"];
    // Reasoning is counted beside the completion: 9 + 94.
    "openai-compatible/xai.json": Tokens::new(32, 103).read(6).reasoned(94),
        Some("grok-4-0709"), Some("a3d1008e-4544-40d4-d075-11527e794e4a"), ["stop"];
    "openai-compatible/groq_stream.sse": Tokens::new(18, 56),
        Some("llama-3.3-70b-versatile"), Some("chatcmpl-groq"), ["stop"];
    "openai-compatible/moonshot_stream.sse": Tokens::new(19, 13).read(12),
        Some("kimi-k2-0905-preview"), Some("cmpl-kimi"), ["stop"];
    "mistral/chat.json": Tokens::new(94, 30),
        Some("mistral-small-latest"), Some("cmpl-e5cc70bb28c444948073e77776eb30ef"), ["tool_calls"];
    "mistral/chat_stream.sse": Tokens::new(16, 5),
        Some("mistral-large-2411"), Some("cmpl-mistral"), ["model_length"];
    // 50 + 1800 read + 248 written.
    "anthropic/message.json": Tokens::new(2098, 503).read(1800).written(248),
        Some("claude-sonnet-4-5-20250929"), Some("msg_013Zva2CMHLNnXjNJJKqJ2EF"), ["tool_use"];
    "anthropic/message_refusal.json": Tokens::new(412, 3).read(0).written(0),
        Some("claude-opus-4-1-20250805"), Some("msg_refusal"), ["refusal"];
    "anthropic/message_stream.sse": Tokens::new(1025, 15).read(700).written(300),
        Some("claude-sonnet-4-5-20250929"), Some("msg_01stream"), ["end_turn"];
    "anthropic/message_stream_with_search.sse": Tokens::new(10812, 510).read(120).written(10),
        Some("claude-sonnet-4-5-20250929"), Some("msg_01search"), ["pause_turn"];
    "anthropic/message_stream_overloaded.sse": Tokens::new(25, 1),
        Some("claude-3-5-haiku-20241022"), Some("msg_01cut"), ["error"];
    "anthropic/error.json": Tokens::NONE, None, None, [];
    // 1300 + 60 of tools; 40 + 210 thoughts.
    "gemini/content.json": Tokens::new(1360, 250).read(1000).reasoned(210),
        Some("gemini-2.5-flash"), Some("2yQmaZKeHJqVxN8P4oSx8AM"), ["STOP"];
    "gemini/content_blocked.json": Tokens { input: Some(9), ..Tokens::NONE },
        Some("gemini-2.5-pro"), Some("blocked"), ["PROHIBITED_CONTENT"];
    "gemini/content_stream.sse": Tokens::new(12, 49).reasoned(44),
        Some("gemini-2.5-flash"), Some("stream-1"), ["MAX_TOKENS"];
    "gemini/content_stream.json": Tokens::new(11, 6),
        Some("gemini-2.0-flash-001"), Some("vertex-1"), ["STOP"];
    "gemini/error.json": Tokens::NONE, None, None, [];
    "bedrock/converse.json": Tokens::new(1325, 60).read(1000).written(200), None, None, ["end_turn"];
    "bedrock/converse_stream.ndjson": Tokens::new(47, 20), None, None, ["guardrail_intervened"];
    "cohere/chat_v2.json": Tokens::new(5, 418).read(0),
        None, Some("c14c80c3-18eb-4519-9460-6c92edd8cfb4"), ["COMPLETE"];
    "cohere/chat_v1.json": Tokens::new(4, 38),
        None, Some("c27edd1c-4ba8-42f1-ae4f-a6c1c0f5ad22"), ["MAX_TOKENS"];
    "cohere/chat_v2_stream.sse": Tokens::new(17, 29),
        None, Some("29f14a5a-11de-4cae-9800-25e4747408ea"), ["TOOL_CALL"];
    "cohere/chat_v1_stream.ndjson": Tokens::new(9, 3), None, Some("f8d5a3c1"), ["COMPLETE"];
    "cohere/embed.json": Tokens { input: Some(2), ..Tokens::NONE },
        None, Some("54910170-852f-4322-9767-63d36e55c3bf"), [];
    "ollama/chat.json": Tokens::new(26, 282), Some("llama3.2"), None, ["stop"];
    "ollama/chat_stream.ndjson": Tokens::new(31, 64), Some("qwen3:8b"), None, ["length"];
    "ollama/generate.json": Tokens::new(27, 290), Some("llama3.2"), None, ["stop"];
    "ollama/embed.json": Tokens { input: Some(8), ..Tokens::NONE }, Some("all-minilm"), None, [];
    "ollama/error.json": Tokens::NONE, None, None, [];
}
