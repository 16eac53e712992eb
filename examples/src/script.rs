//! Scripts: which reply the server gives in which state of a conversation.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::Conversation;

type Condition = Box<dyn Fn(&Conversation) -> bool + Send + Sync>;

/// An ordered list of rules. The first rule whose condition holds for a conversation gives the reply.
///
/// Replies depend on the conversation alone, not on how many requests came before, so one server
/// serves any number of conversations at a time.
#[derive(Default)]
pub struct Script {
    rules: Vec<(Condition, Reply)>,
}

impl Script {
    /// A script without rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule: conversations for which `condition` holds get `reply`.
    pub fn when(
        mut self,
        condition: impl Fn(&Conversation) -> bool + Send + Sync + 'static,
        reply: Reply,
    ) -> Self {
        self.rules.push((Box::new(condition), reply));
        self
    }

    /// Adds the last rule: every other conversation gets `reply`.
    pub fn otherwise(self, reply: Reply) -> Self {
        self.when(|_| true, reply)
    }

    pub(crate) fn reply_to(&self, conversation: &Conversation) -> Option<&Reply> {
        self.rules.iter().find(|(condition, _)| condition(conversation)).map(|(_, reply)| reply)
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rules.iter().map(|(_, reply)| reply)).finish()
    }
}

/// One message of the model, and what the service says it cost.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) content: Content,
    pub(crate) tokens: Tokens,
    pub(crate) delay: Duration,
    pub(crate) pause: Duration,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Text(String),
    ToolCalls(Vec<ToolCall>),
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) input: u64,
    pub(crate) cached: u64,
    pub(crate) output: u64,
    pub(crate) reasoning: u64,
}

impl Reply {
    /// A reply in words, which ends the model's turn.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Content::Text(text.into()))
    }

    /// A reply that asks for these tool calls, in this order.
    pub fn tool_calls(calls: impl IntoIterator<Item = ToolCall>) -> Self {
        Self::new(Content::ToolCalls(calls.into_iter().collect()))
    }

    fn new(content: Content) -> Self {
        Self { content, tokens: Tokens::default(), delay: Duration::ZERO, pause: Duration::ZERO }
    }

    /// Sets the tokens reported for the prompt and for the completion.
    pub fn tokens(mut self, input: u64, output: u64) -> Self {
        self.tokens.input = input;
        self.tokens.output = output;
        self
    }

    /// Sets how many of the prompt's tokens are reported as read from the service's cache.
    pub fn cached(mut self, tokens: u64) -> Self {
        self.tokens.cached = tokens;
        self
    }

    /// Sets how many of the completion's tokens are reported as spent on reasoning.
    pub fn reasoning(mut self, tokens: u64) -> Self {
        self.tokens.reasoning = tokens;
        self
    }

    /// Keeps the client waiting this long, as a model does.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Lets this much time pass between two words, where the reply is streamed.
    pub fn paced(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }
}

/// A call the model wants made. The server gives it an id when it sends it.
#[derive(Clone, Debug)]
pub struct ToolCall {
    pub(crate) name: String,
    pub(crate) arguments: Value,
}

impl ToolCall {
    /// A call of the tool `name` with these arguments, usually a JSON object.
    pub fn new(name: impl Into<String>, arguments: Value) -> Self {
        Self { name: name.into(), arguments }
    }
}
