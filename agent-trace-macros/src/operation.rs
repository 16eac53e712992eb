//! Which operation an attribute stands for.

use crate::args::Arguments;
use crate::check::{inference_operation, memory_operation};
use crate::diagnostics::Errors;
use crate::kind::Kind;
use crate::semconv::Kinds;

/// The operation before it is known to the runtime.
pub(crate) struct Operation {
    /// The runtime's constructor of a site for it.
    pub(crate) constructor: &'static str,
    /// Whether the constructor is told which of several operations it is.
    pub(crate) is_one_of_several: bool,
    /// The first word of the span's name; a step has none.
    pub(crate) name: Option<String>,
    pub(crate) target_key: Option<&'static str>,
    pub(crate) kinds: Kinds,
}

/// The operation that `kind` and its arguments name, or `None` where they name none.
pub(crate) fn operation(
    kind: Kind,
    arguments: &Arguments,
    errors: &mut Errors,
) -> Option<Operation> {
    const AGENT_NAME: Option<&str> = Some("gen_ai.agent.name");
    const MODEL: Option<&str> = Some("gen_ai.request.model");
    let is_remote = arguments.remote.is_some();
    let (constructor, name, target_key, kinds) = match kind {
        Kind::Agent if is_remote => {
            ("remote_agent", Some("invoke_agent".to_owned()), AGENT_NAME, Kinds::REMOTE_AGENT)
        }
        Kind::Agent => ("agent", Some("invoke_agent".to_owned()), AGENT_NAME, Kinds::AGENT),
        Kind::Workflow => (
            "workflow",
            Some("invoke_workflow".to_owned()),
            Some("gen_ai.workflow.name"),
            Kinds::WORKFLOW,
        ),
        Kind::LlmCall => {
            let name = inference_operation(arguments.operation.as_ref(), errors);
            ("inference", Some(name), MODEL, Kinds::INFERENCE)
        }
        Kind::Embedding => ("embeddings", Some("embeddings".to_owned()), MODEL, Kinds::EMBEDDINGS),
        Kind::Retrieval => (
            "retrieval",
            Some("retrieval".to_owned()),
            Some("gen_ai.data_source.id"),
            Kinds::RETRIEVAL,
        ),
        Kind::Memory => {
            let name = memory_operation(arguments.leading.as_ref(), errors)?;
            let is_here = arguments.in_process.is_some();
            let constructor = if is_here { "in_process_memory" } else { "memory" };
            (constructor, Some(name.to_owned()), None, Kinds::MEMORY)
        }
        Kind::Tool => {
            ("tool", Some("execute_tool".to_owned()), Some("gen_ai.tool.name"), Kinds::TOOL)
        }
        Kind::Plan => ("plan", Some("plan".to_owned()), AGENT_NAME, Kinds::PLAN),
        Kind::Step => ("step", None, None, Kinds::NONE),
    };
    let is_one_of_several = matches!(kind, Kind::LlmCall | Kind::Memory);
    Some(Operation { constructor, is_one_of_several, name, target_key, kinds })
}
