//! The attribute macros of `agent-trace-runtime`, which re-exports and documents them.
//!
//! Depend on that crate, not on this one: the code that the macros write belongs to one release of
//! the runtime.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod args;
mod attribute;
mod call;
mod check;
mod diagnostics;
mod expand;
mod function;
mod kind;
#[cfg(test)]
mod tests;

use kind::Kind;
use proc_macro::TokenStream;

macro_rules! entry_points {
    ($($(#[$attribute:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$attribute])*
        #[proc_macro_attribute]
        pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
            expand::annotate(Kind::$kind, arguments.into(), item.into()).into()
        }
    )*};
}

entry_points! {
    /// Traces an agent: `invoke_agent {name}`.
    agent => Agent;
    /// Traces a composite run of agents and tools: `invoke_workflow {name}`.
    workflow => Workflow;
    /// Traces a model call: `chat {model}`.
    llm_call => LlmCall;
    /// Traces an embedding call: `embeddings {model}`.
    embedding => Embedding;
    /// Traces a search of a data source: `retrieval {data_source}`.
    retrieval => Retrieval;
    /// Traces a memory operation: `search_memory` and its like.
    memory => Memory;
    /// Traces a tool: `execute_tool {name}`.
    tool => Tool;
    /// Traces an agent's planning: `plan {agent}`.
    plan => Plan;
    /// Traces a step of the application's own: `agent.prompt_assembly`.
    step => Step;
}

/// The part of `attribute!` that checks the key; the runtime wraps it.
#[doc(hidden)]
#[proc_macro]
pub fn attribute(input: TokenStream) -> TokenStream {
    attribute::expand(input.into()).into()
}
