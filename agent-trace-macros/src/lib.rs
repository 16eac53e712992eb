//! The attribute macros of `agent-trace-runtime`, which re-exports and documents them.
//!
//! Depend on that crate, not on this one: the code that the macros write belongs to one release of
//! the runtime.
#![deny(missing_docs)]
#![warn(clippy::unwrap_used)]
#![forbid(unsafe_code)]

mod args;
mod attribute;
mod call;
mod capture;
mod check;
mod derive;
mod diagnostics;
mod expand;
mod families;
mod function;
mod grammar;
mod kind;
mod mapping;
mod nearest;
mod operation;
mod parameters;
mod semconv;
mod target;
#[cfg(test)]
mod tests;
mod types;

use kind::Kind;
use proc_macro::TokenStream;

macro_rules! entry_points {
    ($($(#[$attribute:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$attribute])*
        #[proc_macro_attribute]
        pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
            diagnostics::guarded(item.into(), |item| {
                expand::annotate(Kind::$kind, arguments.into(), item)
            })
            .into()
        }
    )*};
}

entry_points! {
    /// Traces an agent's run: the span `invoke_agent {name}`, of kind INTERNAL.
    ///
    /// The name is the function's own where none is given. With `remote` the function calls an agent that
    /// another service runs, and the span is of kind CLIENT.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::agent;
    ///
    /// # struct Customer { tier: &'static str }
    /// #[agent(name = "support", attributes("app.customer.tier" = customer.tier))]
    /// async fn answer(customer: &Customer, question: &str) -> Result<String, std::fmt::Error> {
    ///     Ok(format!("about {question}"))
    /// }
    /// ```
    ///
    /// # Becomes
    ///
    /// A function that returns the traced future of its body, which stands in one block, and a `static` that
    /// holds what is known at compile time; what is not an `async fn` stays as it is. `cargo expand` shows it; the README of the repository has an example.
    ///
    /// # Records
    ///
    /// `gen_ai.operation.name`, `gen_ai.agent.name`, and what the arguments say; at the end `error.type` and
    /// the error's text where the function failed, was cancelled or panicked.
    ///
    /// # Arguments
    ///
    /// | argument | meaning |
    /// |---|---|
    /// | `name = value` | the agent's name; the function's name where it is left out |
    /// | `remote` | the agent runs in another service, and this function calls it |
    /// | `capture(…)` | content that is recorded where that is switched on: `capture(input = messages, system = prompt, tools = definitions, output)` |
    /// | `provider = value` | who serves the model: "openai", "aws.bedrock" …, or `custom("acme")` |
    /// | `model = value` | the model, where it is always the same |
    /// | `description = value` | what the agent does |
    /// | `agent_id = value` | the stable id of a hosted agent; needs `remote` |
    /// | `agent_version = value` | the version of a hosted agent; needs `remote` |
    /// | `data_source = value` | the id of the data source that the agent uses |
    /// | `conversation_id = value` | the id of the conversation, where the application has one |
    /// | `output_type = value` | what is asked for: "text", "json", "image", "speech" |
    /// | `temperature = value` | the sampling temperature |
    /// | `top_p = value` | the nucleus sampling probability, 0 to 1 |
    /// | `max_tokens = value` | the most tokens that the model may write |
    /// | `stop_sequences = value` | texts at which the model stops |
    /// | `seed = value` | the seed of sampling |
    /// | `choice_count = value` | how many choices are asked for |
    /// | `frequency_penalty = value` | the frequency penalty |
    /// | `presence_penalty = value` | the presence penalty |
    /// | `previous_response_id = value` | the id of the response that this call continues |
    /// | `server_address = value` | the host that serves the call |
    /// | `server_port = value` | the port of that host |
    /// | `span_name = "…"` | a span name of the team's own, in place of the conventions' one |
    /// | `attributes("namespace.key" = value)` | further attributes: `attributes("app.tenant" = tenant)` |
    /// | `parent = value` | what came with the context that the call continues, a reference to an argument: `parent = headers` |
    /// | `cancel = ok` | being dropped before its end is no failure, as of a call that lost a race |
    /// | `ok_if = |error| …` | which errors are no failures, as "not found" of a lookup: `ok_if = |error| error.is_not_found()` |
    /// | `error_type = |error| …` | what an error is called, in few words that are always the same: `error_type = |error| error.code()` |
    /// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
    ///
    /// # Errors
    ///
    /// Fails to compile on an unknown or repeated argument, a value of the wrong form, `provider` without `remote`, a
    /// `const fn`, and a method without a body. A stream of a named type that has no `TraceStream` is warned of:
    /// its call would end before its first item.
    agent => Agent;
    /// Traces a composite run of agents and tools: the span `invoke_workflow {name}`, of kind INTERNAL.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::workflow;
    ///
    /// #[workflow]
    /// async fn nightly_digest() -> usize {
    ///     3
    /// }
    /// ```
    ///
    /// # Becomes
    ///
    /// A function that returns the traced future of its body, which stands in one block, and a `static` that
    /// holds what is known at compile time; what is not an `async fn` stays as it is. `cargo expand` shows it; the README of the repository has an example.
    ///
    /// # Records
    ///
    /// `gen_ai.operation.name`, `gen_ai.workflow.name`; at the end `error.type` where the function failed.
    ///
    /// # Arguments
    ///
    /// | argument | meaning |
    /// |---|---|
    /// | `name = value` | the workflow's name; the function's name where it is left out |
    /// | `capture(…)` | content that is recorded where that is switched on: `capture(input = question, output)` |
    /// | `conversation_id = value` | the id of the conversation, where the application has one |
    /// | `span_name = "…"` | a span name of the team's own, in place of the conventions' one |
    /// | `attributes("namespace.key" = value)` | further attributes: `attributes("app.tenant" = tenant)` |
    /// | `parent = value` | what came with the context that the call continues, a reference to an argument: `parent = headers` |
    /// | `cancel = ok` | being dropped before its end is no failure, as of a call that lost a race |
    /// | `ok_if = |error| …` | which errors are no failures, as "not found" of a lookup: `ok_if = |error| error.is_not_found()` |
    /// | `error_type = |error| …` | what an error is called, in few words that are always the same: `error_type = |error| error.code()` |
    /// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
    ///
    /// # Errors
    ///
    /// Fails to compile on an unknown or repeated argument, a value of the wrong form, a
    /// `const fn`, and a method without a body. A stream of a named type that has no `TraceStream` is warned of:
    /// its call would end before its first item.
    workflow => Workflow;
    /// Traces a model call: the span `chat {model}`, of kind CLIENT.
    ///
    /// A literal model of a family that one provider alone has, like `gpt-4o` or `claude-sonnet-4-5`, names its
    /// provider. Any other model needs `provider`.
    ///
    /// The tokens are read from the result, bare or within a `Result`, where its type implements
    /// `InferenceResponse`; or `record(…)` says where in the result they are, calling it `reply`; or `usage`
    /// does, or the body records them by `current().record_usage(…)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::{InferenceResponse, Usage, llm_call};
    ///
    /// struct Reply { text: String, prompt_tokens: u64, completion_tokens: u64 }
    ///
    /// impl InferenceResponse for Reply {
    ///     fn usage(&self) -> Option<Usage> {
    ///         Some(Usage::new(self.prompt_tokens, self.completion_tokens))
    ///     }
    /// }
    ///
    /// #[llm_call(model = "gpt-4o")]
    /// async fn ask(question: &str) -> Result<Reply, std::fmt::Error> {
    ///     Ok(Reply { text: question.to_owned(), prompt_tokens: 412, completion_tokens: 38 })
    /// }
    ///
    /// struct Request { model: String }
    ///
    /// #[llm_call(provider = "aws.bedrock", model = request.model)]
    /// async fn ask_any(request: Request) -> Result<Reply, std::fmt::Error> {
    ///     Ok(Reply { text: request.model, prompt_tokens: 412, completion_tokens: 38 })
    /// }
    ///
    /// #[llm_call(model = "gpt-4o", record(input_tokens = reply.0, output_tokens = reply.1))]
    /// async fn count(question: &str) -> Result<(u64, u64), std::fmt::Error> {
    ///     Ok((412, 38))
    /// }
    /// ```
    ///
    /// # Becomes
    ///
    /// A function that returns the traced future of its body, which stands in one block, and a `static` that
    /// holds what is known at compile time; what is not an `async fn` stays as it is. `cargo expand` shows it; the README of the repository has an example.
    ///
    /// # Records
    ///
    /// `gen_ai.operation.name`, `gen_ai.provider.name`, `gen_ai.request.model`; at the end what the response
    /// tells (`gen_ai.response.model`, `gen_ai.response.id`, `gen_ai.response.finish_reasons`,
    /// `gen_ai.usage.*`), and `error.type` where the function failed.
    ///
    /// # Arguments
    ///
    /// | argument | meaning |
    /// |---|---|
    /// | `model = value` | the model that is asked for; it ends the span's name |
    /// | `provider = value` | who serves the model: "openai", "aws.bedrock" …, or `custom("acme")` |
    /// | `operation = "…"` | "chat" where it is left out, "generate_content", "text_completion", or `custom("…")` |
    /// | `usage = manual` | where the token usage is, if the result does not tell: `manual` (the body records it), `none`, or `|reply| Usage::new(…)`, of a stream `|item| …`; `required` makes the warning an error |
    /// | `record(input_tokens = reply.…)` | where in the result, or in each item of a stream, the parts of the response are, by the keys of `#[response(…)]`: `record(input_tokens = reply.usage.prompt)` |
    /// | `capture(…)` | content that is recorded where that is switched on: `capture(input = messages, system = prompt, tools = definitions, output)` |
    /// | `chunk_events = 100` | for how many of the first chunks of a stream the span gets an event each, 128 at most; none where it is left out |
    /// | `stream = value` | whether the response is streamed |
    /// | `temperature = value` | the sampling temperature |
    /// | `top_p = value` | the nucleus sampling probability, 0 to 1 |
    /// | `max_tokens = value` | the most tokens that the model may write |
    /// | `stop_sequences = value` | texts at which the model stops |
    /// | `seed = value` | the seed of sampling |
    /// | `choice_count = value` | how many choices are asked for |
    /// | `frequency_penalty = value` | the frequency penalty |
    /// | `presence_penalty = value` | the presence penalty |
    /// | `top_k = value` | how many of the likeliest tokens are sampled from |
    /// | `reasoning_level = value` | how much the model is asked to reason |
    /// | `output_type = value` | what is asked for: "text", "json", "image", "speech" |
    /// | `conversation_id = value` | the id of the conversation, where the application has one |
    /// | `previous_response_id = value` | the id of the response that this call continues |
    /// | `server_address = value` | the host that serves the call |
    /// | `server_port = value` | the port of that host |
    /// | `span_name = "…"` | a span name of the team's own, in place of the conventions' one |
    /// | `attributes("namespace.key" = value)` | further attributes: `attributes("app.tenant" = tenant)` |
    /// | `parent = value` | what came with the context that the call continues, a reference to an argument: `parent = headers` |
    /// | `cancel = ok` | being dropped before its end is no failure, as of a call that lost a race |
    /// | `ok_if = |error| …` | which errors are no failures, as "not found" of a lookup: `ok_if = |error| error.is_not_found()` |
    /// | `error_type = |error| …` | what an error is called, in few words that are always the same: `error_type = |error| error.code()` |
    /// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
    ///
    /// # Errors
    ///
    /// Fails to compile on an unknown or repeated argument, a value of the wrong form, no `model`, or no `provider` where the model does not tell it, a
    /// `const fn`, and a method without a body. A stream of a named type that has no `TraceStream` is warned of:
    /// its call would end before its first item.
    llm_call => LlmCall;
    /// Traces an embedding call: the span `embeddings {model}`, of kind CLIENT.
    ///
    /// Provider and tokens are found as by [`macro@llm_call`].
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::{InferenceResponse, embedding};
    ///
    /// #[derive(InferenceResponse)]
    /// struct Embedding {
    ///     vector: Vec<f32>,
    ///     #[response(input_tokens)]
    ///     tokens: u32,
    /// }
    ///
    /// #[embedding(model = "text-embedding-3-small")]
    /// async fn embed(text: &str) -> Embedding {
    ///     Embedding { vector: vec![text.len() as f32], tokens: 4 }
    /// }
    /// ```
    ///
    /// # Becomes
    ///
    /// A function that returns the traced future of its body, which stands in one block, and a `static` that
    /// holds what is known at compile time; what is not an `async fn` stays as it is. `cargo expand` shows it; the README of the repository has an example.
    ///
    /// # Records
    ///
    /// What [`macro@llm_call`] records.
    ///
    /// # Arguments
    ///
    /// | argument | meaning |
    /// |---|---|
    /// | `model = value` | the model that is asked for; it ends the span's name |
    /// | `provider = value` | who serves the model: "openai", "aws.bedrock" …, or `custom("acme")` |
    /// | `usage = manual` | where the token usage is, if the result does not tell: `manual` (the body records it), `none`, or `|reply| Usage::new(…)`, of a stream `|item| …`; `required` makes the warning an error |
    /// | `record(input_tokens = reply.…)` | where in the result, or in each item of a stream, the parts of the response are, by the keys of `#[response(…)]`: `record(input_tokens = reply.usage.prompt)` |
    /// | `dimension_count = value` | the dimensions of the vectors |
    /// | `encoding_formats = value` | the formats that are asked for |
    /// | `server_address = value` | the host that serves the call |
    /// | `server_port = value` | the port of that host |
    /// | `span_name = "…"` | a span name of the team's own, in place of the conventions' one |
    /// | `attributes("namespace.key" = value)` | further attributes: `attributes("app.tenant" = tenant)` |
    /// | `parent = value` | what came with the context that the call continues, a reference to an argument: `parent = headers` |
    /// | `cancel = ok` | being dropped before its end is no failure, as of a call that lost a race |
    /// | `ok_if = |error| …` | which errors are no failures, as "not found" of a lookup: `ok_if = |error| error.is_not_found()` |
    /// | `error_type = |error| …` | what an error is called, in few words that are always the same: `error_type = |error| error.code()` |
    /// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
    ///
    /// # Errors
    ///
    /// Fails to compile on an unknown or repeated argument, a value of the wrong form, no `model`, or no `provider` where the model does not tell it, a
    /// `const fn`, and a method without a body. A stream of a named type that has no `TraceStream` is warned of:
    /// its call would end before its first item.
    embedding => Embedding;
    /// Traces a search of a data source: the span `retrieval {data_source}`, of kind CLIENT.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::retrieval;
    ///
    /// #[retrieval(data_source = "handbook")]
    /// async fn search(query: &str) -> Vec<String> {
    ///     vec![query.to_owned()]
    /// }
    /// ```
    ///
    /// # Becomes
    ///
    /// A function that returns the traced future of its body, which stands in one block, and a `static` that
    /// holds what is known at compile time; what is not an `async fn` stays as it is. `cargo expand` shows it; the README of the repository has an example.
    ///
    /// # Records
    ///
    /// `gen_ai.operation.name`, `gen_ai.data_source.id`, and what the arguments say; at the end `error.type`
    /// where the function failed.
    ///
    /// # Arguments
    ///
    /// | argument | meaning |
    /// |---|---|
    /// | `data_source = value` | the id of the data source; it ends the span's name |
    /// | `capture(…)` | content that is recorded where that is switched on: `capture(query = question, documents)` |
    /// | `provider = value` | who serves the model: "openai", "aws.bedrock" …, or `custom("acme")` |
    /// | `model = value` | the model, where it is always the same |
    /// | `top_k = value` | how many documents are asked for |
    /// | `server_address = value` | the host that serves the call |
    /// | `server_port = value` | the port of that host |
    /// | `span_name = "…"` | a span name of the team's own, in place of the conventions' one |
    /// | `attributes("namespace.key" = value)` | further attributes: `attributes("app.tenant" = tenant)` |
    /// | `parent = value` | what came with the context that the call continues, a reference to an argument: `parent = headers` |
    /// | `cancel = ok` | being dropped before its end is no failure, as of a call that lost a race |
    /// | `ok_if = |error| …` | which errors are no failures, as "not found" of a lookup: `ok_if = |error| error.is_not_found()` |
    /// | `error_type = |error| …` | what an error is called, in few words that are always the same: `error_type = |error| error.code()` |
    /// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
    ///
    /// # Errors
    ///
    /// Fails to compile on an unknown or repeated argument, a value of the wrong form, a
    /// `const fn`, and a method without a body. A stream of a named type that has no `TraceStream` is warned of:
    /// its call would end before its first item.
    retrieval => Retrieval;
    /// Traces a memory operation: the span is called by the operation alone, and is of kind CLIENT.
    ///
    /// The operation stands first: `search`, `create`, `update`, `upsert`, `delete`, `create_store` or
    /// `delete_store`; the spans are `search_memory`, `create_memory` … `create_memory_store`. With `in_process`
    /// the span is of kind INTERNAL.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::memory;
    ///
    /// #[memory(search, store = "customers")]
    /// async fn recall(question: &str) -> Vec<String> {
    ///     vec![question.to_owned()]
    /// }
    /// ```
    ///
    /// # Becomes
    ///
    /// A function that returns the traced future of its body, which stands in one block, and a `static` that
    /// holds what is known at compile time; what is not an `async fn` stays as it is. `cargo expand` shows it; the README of the repository has an example.
    ///
    /// # Records
    ///
    /// `gen_ai.operation.name`, and what the arguments say; at the end `error.type` where the function failed.
    ///
    /// # Arguments
    ///
    /// | argument | meaning |
    /// |---|---|
    /// | `store = value` | the id of the memory store |
    /// | `record_id = value` | the id of the memory record |
    /// | `in_process` | the store is a part of this process |
    /// | `capture(…)` | content that is recorded where that is switched on: `capture(query = question, records)` |
    /// | `provider = value` | who serves the model: "openai", "aws.bedrock" …, or `custom("acme")` |
    /// | `server_address = value` | the host that serves the call |
    /// | `server_port = value` | the port of that host |
    /// | `span_name = "…"` | a span name of the team's own, in place of the conventions' one |
    /// | `attributes("namespace.key" = value)` | further attributes: `attributes("app.tenant" = tenant)` |
    /// | `parent = value` | what came with the context that the call continues, a reference to an argument: `parent = headers` |
    /// | `cancel = ok` | being dropped before its end is no failure, as of a call that lost a race |
    /// | `ok_if = |error| …` | which errors are no failures, as "not found" of a lookup: `ok_if = |error| error.is_not_found()` |
    /// | `error_type = |error| …` | what an error is called, in few words that are always the same: `error_type = |error| error.code()` |
    /// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
    ///
    /// # Errors
    ///
    /// Fails to compile on an unknown or repeated argument, a value of the wrong form, no operation, or an unknown one, a
    /// `const fn`, and a method without a body. A stream of a named type that has no `TraceStream` is warned of:
    /// its call would end before its first item.
    memory => Memory;
    /// Traces a tool that this process runs: the span `execute_tool {name}`, of kind INTERNAL.
    ///
    /// The name is the function's own where none is given. It goes on the function that does the work.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::tool;
    ///
    /// #[tool]
    /// async fn lookup_order(id: u32) -> Result<String, std::num::TryFromIntError> {
    ///     Ok(format!("order {}", u16::try_from(id)?))
    /// }
    /// ```
    ///
    /// # Becomes
    ///
    /// A function that returns the traced future of its body, which stands in one block, and a `static` that
    /// holds what is known at compile time; what is not an `async fn` stays as it is. `cargo expand` shows it; the README of the repository has an example.
    ///
    /// # Records
    ///
    /// `gen_ai.operation.name`, `gen_ai.tool.name`; at the end `error.type` where the function failed.
    ///
    /// # Arguments
    ///
    /// | argument | meaning |
    /// |---|---|
    /// | `name = value` | the tool's name; the function's name where it is left out |
    /// | `capture(…)` | content that is recorded where that is switched on: `capture(arguments, result)` |
    /// | `tool_type = value` | what kind of tool it is: "function", "extension", "datastore" |
    /// | `description = value` | what the tool does |
    /// | `call_id = value` | the id of the model's call for this tool |
    /// | `agent = value` | the name of the agent that runs the tool |
    /// | `conversation_id = value` | the id of the conversation, where the application has one |
    /// | `span_name = "…"` | a span name of the team's own, in place of the conventions' one |
    /// | `attributes("namespace.key" = value)` | further attributes: `attributes("app.tenant" = tenant)` |
    /// | `parent = value` | what came with the context that the call continues, a reference to an argument: `parent = headers` |
    /// | `cancel = ok` | being dropped before its end is no failure, as of a call that lost a race |
    /// | `ok_if = |error| …` | which errors are no failures, as "not found" of a lookup: `ok_if = |error| error.is_not_found()` |
    /// | `error_type = |error| …` | what an error is called, in few words that are always the same: `error_type = |error| error.code()` |
    /// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
    ///
    /// # Errors
    ///
    /// Fails to compile on an unknown or repeated argument, a value of the wrong form, a name that no model provider would accept, a
    /// `const fn`, and a method without a body. A stream of a named type that has no `TraceStream` is warned of:
    /// its call would end before its first item.
    tool => Tool;
    /// Traces an agent's planning: the span `plan {agent}`, of kind INTERNAL. The model call that writes the
    /// plan is a child of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::plan;
    ///
    /// #[plan(name = "support")]
    /// async fn next_steps(goal: &str) -> Vec<String> {
    ///     vec![goal.to_owned()]
    /// }
    /// ```
    ///
    /// # Becomes
    ///
    /// A function that returns the traced future of its body, which stands in one block, and a `static` that
    /// holds what is known at compile time; what is not an `async fn` stays as it is. `cargo expand` shows it; the README of the repository has an example.
    ///
    /// # Records
    ///
    /// `gen_ai.operation.name`, `gen_ai.agent.name`; at the end `error.type` where the function failed.
    ///
    /// # Arguments
    ///
    /// | argument | meaning |
    /// |---|---|
    /// | `name = value` | the name of the agent that plans |
    /// | `span_name = "…"` | a span name of the team's own, in place of the conventions' one |
    /// | `attributes("namespace.key" = value)` | further attributes: `attributes("app.tenant" = tenant)` |
    /// | `parent = value` | what came with the context that the call continues, a reference to an argument: `parent = headers` |
    /// | `cancel = ok` | being dropped before its end is no failure, as of a call that lost a race |
    /// | `ok_if = |error| …` | which errors are no failures, as "not found" of a lookup: `ok_if = |error| error.is_not_found()` |
    /// | `error_type = |error| …` | what an error is called, in few words that are always the same: `error_type = |error| error.code()` |
    /// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
    ///
    /// # Errors
    ///
    /// Fails to compile on an unknown or repeated argument, a value of the wrong form, a
    /// `const fn`, and a method without a body. A stream of a named type that has no `TraceStream` is warned of:
    /// its call would end before its first item.
    plan => Plan;
    /// Traces a step of the application's own: the span is called by the name, and is of kind INTERNAL.
    ///
    /// The name stands first, as a literal: two or more segments of lower snake case with dots between them, at
    /// most 64 characters, outside of the namespaces of the conventions.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::step;
    ///
    /// #[step("agent.prompt_assembly")]
    /// fn assemble(question: &str, notes: &[String]) -> String {
    ///     format!("{question}\n{}", notes.join("\n"))
    /// }
    /// ```
    ///
    /// # Becomes
    ///
    /// A function that returns the traced future of its body, which stands in one block, and a `static` that
    /// holds what is known at compile time; what is not an `async fn` stays as it is. `cargo expand` shows it; the README of the repository has an example.
    ///
    /// # Records
    ///
    /// What `attributes` says; at the end `error.type` where the function failed.
    ///
    /// # Arguments
    ///
    /// | argument | meaning |
    /// |---|---|
    /// | `span_name = "…"` | a span name of the team's own, in place of the conventions' one |
    /// | `attributes("namespace.key" = value)` | further attributes: `attributes("app.tenant" = tenant)` |
    /// | `parent = value` | what came with the context that the call continues, a reference to an argument: `parent = headers` |
    /// | `cancel = ok` | being dropped before its end is no failure, as of a call that lost a race |
    /// | `ok_if = |error| …` | which errors are no failures, as "not found" of a lookup: `ok_if = |error| error.is_not_found()` |
    /// | `error_type = |error| …` | what an error is called, in few words that are always the same: `error_type = |error| error.code()` |
    /// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
    ///
    /// # Errors
    ///
    /// Fails to compile on an unknown or repeated argument, a value of the wrong form, no name, or one outside of that grammar, a
    /// `const fn`, and a method without a body. A stream of a named type that has no `TraceStream` is warned of:
    /// its call would end before its first item.
    step => Step;
}

/// Implements the trait `InferenceResponse` for a type of your own: its marked fields tell what a model
/// call used.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::{InferenceResponse, Usage, llm_call};
///
/// #[derive(InferenceResponse)]
/// struct Reply {
///     text: String,
///     #[response(model)]
///     model: String,
///     #[response(finish_reason)]
///     finish: Option<String>,
///     #[response(input_tokens)]
///     prompt_tokens: u64,
///     #[response(output_tokens)]
///     completion_tokens: u64,
/// }
///
/// #[llm_call(model = "gpt-4o")]
/// async fn ask(question: &str) -> Result<Reply, std::fmt::Error> {
///     Ok(Reply {
///         text: question.to_uppercase(),
///         model: "gpt-4o-2024-08-06".to_owned(),
///         finish: Some("stop".to_owned()),
///         prompt_tokens: 412,
///         completion_tokens: 38,
///     })
/// }
/// ```
///
/// Counts of their own type, here with the cached tokens beside the input, as Anthropic counts:
///
/// ```
/// use agent_trace_runtime::{InferenceResponse, Usage};
///
/// #[derive(InferenceResponse)]
/// #[response(cached = apart)]
/// struct Tokens {
///     #[response(input_tokens)]
///     input: u32,
///     #[response(cached_input_tokens)]
///     cache_read: Option<u32>,
///     #[response(output_tokens)]
///     output: u32,
/// }
///
/// #[derive(InferenceResponse)]
/// struct Message {
///     #[response(usage)]
///     usage: Tokens,
/// }
///
/// let message = Message { usage: Tokens { input: 284, cache_read: Some(128), output: 38 } };
/// assert_eq!(message.usage(), Some(Usage::new(412, 38).cached_input(128)));
/// ```
///
/// # Becomes
///
/// An `impl` of the trait with one getter for each thing that the fields tell. An enum tells what the
/// field of its variant tells: the only one, or the one that is marked `flatten`.
///
/// # Fields
///
/// | key | the field is |
/// |---|---|
/// | `model` | the model that answered |
/// | `id` | the provider's id of the response |
/// | `finish_reason` | why the model stopped |
/// | `finish_reasons` | why it stopped, for each choice of a list |
/// | `service_tier` | the tier that served the call |
/// | `system_fingerprint` | the fingerprint of the backend that served the call |
/// | `input_tokens` | the tokens of the input |
/// | `output_tokens` | the tokens of the output |
/// | `cached_input_tokens` | the input tokens that came from the provider's cache |
/// | `cache_write_input_tokens` | the input tokens that were written to that cache |
/// | `reasoning_output_tokens` | the output tokens that were spent on reasoning |
/// | `usage` | all counts: `Usage`, or a type that implements `InferenceResponse` |
/// | `flatten` | a field that implements `InferenceResponse`, with all it tells |
///
/// A text is anything that implements `AsRef<str>`, or an `Option` of that. A count is any integer, or an
/// `Option` of one; a negative one is absent. What other fields tell goes before what a flattened one
/// tells. Fields without a key are ignored.
///
/// # The type
///
/// | key | meaning |
/// |---|---|
/// | `cached = apart` | the input count leaves out cached tokens, as Anthropic and Bedrock count; `included` where it is left out |
/// | `crate = path` | the path of agent-trace-runtime, where the dependency is renamed |
///
/// # Errors
///
/// Fails to compile on an unknown or repeated key, keys that tell the same, a cache or reasoning count
/// without the count that it is a part of, a type that tells no usage at all, and a variant of which it
/// is not clear which field tells.
#[proc_macro_derive(InferenceResponse, attributes(response))]
pub fn inference_response(item: TokenStream) -> TokenStream {
    diagnostics::guarded_derive(item.into(), derive::derive).into()
}

/// Derives `content::Capture`: the fields of a type as JSON, for `capture(arguments, result)` and the like.
///
/// A struct is an object of its fields, a tuple struct of one field is what that field is, a variant is its
/// name, or an object with its name around what it holds.
///
/// # Keys
///
/// | key | meaning |
/// |---|---|
/// | `#[capture(skip)]` above a field | the field is left out |
/// | `#[capture(mask)]` above a field | that there is a value is recorded, and not which one |
/// | `#[capture(max_bytes = 1024)]` above a field | what is longer is cut, between words and before a number in groups |
/// | `#[capture(crate = path)]` above the type | the path of agent-trace-runtime, where the dependency is renamed |
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::Capture;
/// use serde_json::json;
///
/// #[derive(Capture)]
/// struct Order {
///     id: u32,
///     #[capture(max_bytes = 8)]
///     note: String,
///     #[capture(mask)]
///     card: String,
///     #[capture(skip)]
///     session: std::time::Instant,
/// }
///
/// let order = Order {
///     id: 1042,
///     note: "leave at the door".to_owned(),
///     card: "4111 1111 1111 1111".to_owned(),
///     session: std::time::Instant::now(),
/// };
/// let expected = json!({"id": 1042, "note": "leave at…[9 bytes cut]", "card": "***"});
/// assert_eq!(order.capture(), expected);
/// ```
///
/// # Errors
///
/// Fails to compile on an unknown or repeated key, on a union, and where a field that is not skipped or
/// masked has a type that does not implement `Capture`.
#[proc_macro_derive(Capture, attributes(capture))]
pub fn capture(item: TokenStream) -> TokenStream {
    diagnostics::guarded_derive(item.into(), capture::derive).into()
}

/// The part of `attribute!` that checks the key; the runtime wraps it.
#[doc(hidden)]
#[proc_macro]
pub fn attribute(input: TokenStream) -> TokenStream {
    attribute::expand(input.into()).into()
}
