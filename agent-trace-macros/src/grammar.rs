// The grammar of names, one file for both crates: the macros check literals with it, and generated
// code checks constants with it while they are evaluated. Each function gives the reason for which
// a name is refused. (No inner documentation: it is a module here and a module there.)

/// The longest name of a step or span, in bytes.
const MAX_SPAN_NAME: usize = 64;

/// The longest name of a tool, in bytes: what model providers accept for a function.
const MAX_TOOL_NAME: usize = 64;

/// The first segments of names that belong to the OpenTelemetry conventions.
const RESERVED: &[&str] = &[
    "gen_ai",
    "mcp",
    "otel",
    "openai",
    "error",
    "exception",
    "http",
    "rpc",
    "db",
    "messaging",
    "faas",
];

macro_rules! operations {
    ($($name:literal => $instead:literal,)*) => {
        /// Names that operations of the conventions have, or that dashboards know them by, and what is
        /// said of a step of that name.
        const OPERATIONS: &[(&str, &str)] = &[$((
            $name,
            concat!(
                "`", $name, "` is an operation of its own: use `", $instead,
                "`, with `span_name = \"…\"` where a dashboard knows it by another name",
            ),
        )),*];
    };
}

operations! {
    "agent.run" => "#[agent]",
    "agent.invoke" => "#[agent]",
    "agent.memory_retrieval" => "#[memory(search)]",
    "agent.retrieval" => "#[retrieval]",
    "agent.llm_call" => "#[llm_call(model = \"…\")]",
    "agent.embedding" => "#[embedding(model = \"…\")]",
    "agent.tool_execution" => "#[tool]",
    "agent.tool_call" => "#[tool]",
    "agent.plan" => "#[plan]",
    "agent.planning" => "#[plan]",
    "chat" => "#[llm_call(model = \"…\")]",
    "generate_content" => "#[llm_call(operation = \"generate_content\")]",
    "text_completion" => "#[llm_call(operation = \"text_completion\")]",
    "embeddings" => "#[embedding(model = \"…\")]",
    "retrieval" => "#[retrieval]",
    "execute_tool" => "#[tool]",
    "invoke_agent" => "#[agent]",
    "invoke_workflow" => "#[workflow]",
    "plan" => "#[plan]",
    "search_memory" => "#[memory(search)]",
    "create_memory" => "#[memory(create)]",
    "update_memory" => "#[memory(update)]",
    "upsert_memory" => "#[memory(upsert)]",
    "delete_memory" => "#[memory(delete)]",
}

/// Why a step cannot be called this.
pub(crate) const fn problem_of_step_name(name: &str) -> Option<&'static str> {
    let mut index = 0;
    while index < OPERATIONS.len() {
        let (operation, problem) = OPERATIONS[index];
        if is_equal(operation.as_bytes(), name.as_bytes()) {
            return Some(problem);
        }
        index += 1;
    }
    problem_of_span_name(name)
}

/// Why this is no name for a span of the application's own.
pub(crate) const fn problem_of_span_name(name: &str) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if bytes.len() > MAX_SPAN_NAME {
        return Some(
            "a span's name has at most 64 characters; write it like \"agent.prompt_assembly\"",
        );
    }
    let (mut start, mut segments, mut index) = (0, 0, 0);
    while index <= bytes.len() {
        if index == bytes.len() || bytes[index] == b'.' {
            if !is_snake_case(bytes, start, index) {
                return Some(
                    "a span's name is made of segments of lower snake case with dots between them, like \"agent.prompt_assembly\"; what differs from call to call goes into attributes",
                );
            }
            if segments == 0 && is_reserved(bytes, index) {
                return Some(
                    "this namespace belongs to the OpenTelemetry conventions; use one of your own, like \"agent.prompt_assembly\"",
                );
            }
            segments += 1;
            start = index + 1;
        }
        index += 1;
    }
    if segments < 2 {
        return Some("a span's name has a namespace, like \"agent.prompt_assembly\"");
    }
    if holds_id(bytes) {
        return Some(
            "a span's name holds no id: each would be an operation of its own; put the id into attributes",
        );
    }
    None
}

/// Why no model can be called this.
pub(crate) const fn problem_of_model(name: &str) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        return Some("the model's name is empty");
    }
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index].is_ascii_whitespace() || is_blank_or_control(bytes, index) {
            return Some("a model's name has no white space");
        }
        index += 1;
    }
    None
}

/// Why no model provider would accept a function of this name.
pub(crate) const fn problem_of_tool(name: &str) -> Option<&'static str> {
    let bytes = name.as_bytes();
    let mut is_allowed = !bytes.is_empty() && bytes.len() <= MAX_TOOL_NAME;
    let mut index = 0;
    while index < bytes.len() {
        let byte = bytes[index];
        is_allowed = is_allowed && (byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        index += 1;
    }
    if is_allowed {
        return None;
    }
    Some(
        "a tool's name is what model providers accept as the name of a function: 1 to 64 of A-Z, a-z, 0-9, `_` and `-`",
    )
}

/// Why this names no agent, workflow, data source or memory store.
pub(crate) const fn problem_of_name(name: &str) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        return Some("the name is empty");
    }
    let mut index = 0;
    while index < bytes.len() {
        match bytes[index] {
            b'{' | b'}' => {
                return Some(
                    "a constant name has no placeholders; give an expression instead, like `name = self.name`",
                );
            }
            b'%' if index + 1 < bytes.len() && bytes[index + 1].is_ascii_alphabetic() => {
                return Some(
                    "a constant name has no placeholders; give an expression instead, like `name = self.name`",
                );
            }
            _ if is_blank_or_control(bytes, index) => {
                return Some("a name has no control characters");
            }
            b' ' if index == 0 || index + 1 == bytes.len() => {
                return Some("a name neither begins nor ends with white space");
            }
            _ => {}
        }
        index += 1;
    }
    if holds_id(bytes) {
        return Some(
            "a name holds no id: each would be a series of its own in every metric; put the id into attributes",
        );
    }
    None
}

/// Whether a control character begins here, or white space outside of ASCII.
const fn is_blank_or_control(bytes: &[u8], index: usize) -> bool {
    let next = if index + 1 < bytes.len() { bytes[index + 1] } else { 0 };
    let third = if index + 2 < bytes.len() { bytes[index + 2] } else { 0 };
    match bytes[index] {
        // U+0080 to U+00A0
        0xc2 => next <= 0xa0,
        // U+2000 to U+200F, U+2028 to U+202F
        0xe2 => next == 0x80 && (third <= 0x8f || (third >= 0xa8 && third <= 0xaf)),
        // U+3000
        0xe3 => next == 0x80 && third == 0x80,
        byte => byte.is_ascii_control(),
    }
}

/// A letter first, then letters, digits and single underscores between them.
const fn is_snake_case(bytes: &[u8], start: usize, end: usize) -> bool {
    if start >= end || !bytes[start].is_ascii_lowercase() || bytes[end - 1] == b'_' {
        return false;
    }
    let mut index = start;
    while index < end {
        let byte = bytes[index];
        let is_double = byte == b'_' && bytes[index - 1] == b'_';
        if is_double || !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            return false;
        }
        index += 1;
    }
    true
}

/// Whether the first `length` bytes are a reserved namespace.
const fn is_reserved(bytes: &[u8], length: usize) -> bool {
    let (namespace, _) = bytes.split_at(length);
    let mut candidate = 0;
    while candidate < RESERVED.len() {
        if is_equal(RESERVED[candidate].as_bytes(), namespace) {
            return true;
        }
        candidate += 1;
    }
    false
}

/// Equality, which `==` does not give to constants.
const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}

/// Whether a part is six digits or more, or eight or more hexadecimal characters with two digits or
/// more among them, as in a UUID or a hash.
const fn holds_id(bytes: &[u8]) -> bool {
    let (mut digits, mut hexadecimals, mut digits_of_hexadecimals) = (0, 0, 0);
    let mut index = 0;
    while index < bytes.len() {
        let byte = bytes[index];
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        if byte.is_ascii_hexdigit() {
            hexadecimals += 1;
            digits_of_hexadecimals += byte.is_ascii_digit() as usize;
        } else {
            (hexadecimals, digits_of_hexadecimals) = (0, 0);
        }
        if digits >= 6 || (hexadecimals >= 8 && digits_of_hexadecimals >= 2) {
            return true;
        }
        index += 1;
    }
    false
}
