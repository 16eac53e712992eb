//! The keys of the attributes that hold content, by the conventions as of
//! [`semconv`](crate::semconv).

pub(super) const SYSTEM_INSTRUCTIONS: &str = "gen_ai.system_instructions";
pub(super) const INPUT_MESSAGES: &str = "gen_ai.input.messages";
pub(super) const OUTPUT_MESSAGES: &str = "gen_ai.output.messages";
pub(super) const TOOL_DEFINITIONS: &str = "gen_ai.tool.definitions";
pub(super) const TOOL_CALL_ARGUMENTS: &str = "gen_ai.tool.call.arguments";
pub(super) const TOOL_CALL_RESULT: &str = "gen_ai.tool.call.result";
pub(super) const RETRIEVAL_QUERY_TEXT: &str = "gen_ai.retrieval.query.text";
pub(super) const RETRIEVAL_DOCUMENTS: &str = "gen_ai.retrieval.documents";
pub(super) const MEMORY_QUERY_TEXT: &str = "gen_ai.memory.query.text";
pub(super) const MEMORY_RECORDS: &str = "gen_ai.memory.records";
