//! Which operation an attribute stands for.

use proc_macro2::TokenStream;
use quote::quote;

use crate::args::Arguments;
use crate::check::{inference_operation, memory_operation};
use crate::diagnostics::Errors;
use crate::kind::Kind;
use crate::semconv::Kinds;

/// The operation before it is known to the runtime.
pub(crate) struct Operation {
    pub(crate) variant: TokenStream,
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
    let (variant, name, target_key, kinds) = match kind {
        Kind::Agent if arguments.remote.is_some() => {
            (quote!(RemoteAgent), "invoke_agent", AGENT_NAME, Kinds::REMOTE_AGENT)
        }
        Kind::Agent => (quote!(Agent), "invoke_agent", AGENT_NAME, Kinds::AGENT),
        Kind::Workflow => {
            (quote!(Workflow), "invoke_workflow", Some("gen_ai.workflow.name"), Kinds::WORKFLOW)
        }
        Kind::LlmCall => {
            let name = inference_operation(arguments.operation.as_ref(), errors);
            let variant = quote!(Inference(#name));
            let (name, kinds) = (Some(name), Kinds::INFERENCE);
            return Some(Operation { variant, name, target_key: MODEL, kinds });
        }
        Kind::Embedding => (quote!(Embeddings), "embeddings", MODEL, Kinds::EMBEDDINGS),
        Kind::Retrieval => {
            (quote!(Retrieval), "retrieval", Some("gen_ai.data_source.id"), Kinds::RETRIEVAL)
        }
        Kind::Memory => {
            let name = memory_operation(arguments.leading.as_ref(), errors)?;
            let variant = if arguments.in_process.is_some() {
                quote!(InProcessMemory(#name))
            } else {
                quote!(Memory(#name))
            };
            (variant, name, None, Kinds::MEMORY)
        }
        Kind::Tool => (quote!(Tool), "execute_tool", Some("gen_ai.tool.name"), Kinds::TOOL),
        Kind::Plan => (quote!(Plan), "plan", AGENT_NAME, Kinds::PLAN),
        Kind::Step => {
            let kinds = Kinds::NONE;
            return Some(Operation { variant: quote!(Step), name: None, target_key: None, kinds });
        }
    };
    Some(Operation { variant, name: Some(name.to_owned()), target_key, kinds })
}
