//! The macros of this crate, and what each of them stands for.

use crate::args::Argument;
use crate::args::table;

/// One of the attribute macros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Agent,
    Workflow,
    LlmCall,
    Embedding,
    Retrieval,
    Memory,
    Tool,
    Plan,
    Step,
}

impl Kind {
    /// The macro's name, as users write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Workflow => "workflow",
            Self::LlmCall => "llm_call",
            Self::Embedding => "embedding",
            Self::Retrieval => "retrieval",
            Self::Memory => "memory",
            Self::Tool => "tool",
            Self::Plan => "plan",
            Self::Step => "step",
        }
    }

    /// The arguments that this macro takes besides those that all take.
    pub(crate) const fn arguments(self) -> &'static [Argument] {
        match self {
            Self::Agent => table::AGENT,
            Self::Workflow => table::WORKFLOW,
            Self::LlmCall => table::LLM_CALL,
            Self::Embedding => table::EMBEDDING,
            Self::Retrieval => table::RETRIEVAL,
            Self::Memory => table::MEMORY,
            Self::Tool => table::TOOL,
            Self::Plan => table::PLAN,
            Self::Step => &[],
        }
    }

    /// What the first argument is where it stands without a name.
    pub(crate) const fn leading(self) -> Option<&'static str> {
        match self {
            Self::Memory => Some("the operation, like `search`"),
            Self::Step => Some("the step's name, like \"agent.prompt_assembly\""),
            _ => None,
        }
    }

    /// Whether the function's own name names the target where no argument does.
    pub(crate) const fn is_named_by_function(self) -> bool {
        matches!(self, Self::Agent | Self::Workflow | Self::Tool)
    }

    /// Whether the function's result is a model's response.
    pub(crate) const fn returns_response(self) -> bool {
        matches!(self, Self::LlmCall | Self::Embedding)
    }
}
