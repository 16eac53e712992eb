//! The operations of the GenAI semantic conventions (development, 2026-10-09).

use syn::{Expr, ExprPath, LitStr};

use crate::diagnostics::{Errors, nearest};

/// The operations of a model call.
const INFERENCE: &[&str] = &["chat", "generate_content", "text_completion"];

/// The memory operations: as the macro takes them, and as they are recorded.
const MEMORY: &[(&str, &str)] = &[
    ("search", "search_memory"),
    ("create", "create_memory"),
    ("update", "update_memory"),
    ("upsert", "upsert_memory"),
    ("delete", "delete_memory"),
    ("create_store", "create_memory_store"),
    ("delete_store", "delete_memory_store"),
];

/// The operation of `#[llm_call]`; `chat` where none is given or a wrong one.
pub(crate) fn inference_operation(given: Option<&LitStr>, errors: &mut Errors) -> &'static str {
    let Some(given) = given else { return "chat" };
    let name = given.value();
    if let Some(known) = INFERENCE.iter().find(|known| **known == name) {
        return known;
    }
    let hint = match name.as_str() {
        "embeddings" => "use `#[embedding]`".to_owned(),
        "execute_tool" => "use `#[tool]`".to_owned(),
        "invoke_agent" => "use `#[agent]`".to_owned(),
        "invoke_workflow" => "use `#[workflow]`".to_owned(),
        "retrieval" => "use `#[retrieval]`".to_owned(),
        "plan" => "use `#[plan]`".to_owned(),
        _ => format!("it is one of {}", INFERENCE.join(", ")),
    };
    errors.push(given.span(), format!("`{name}` is no operation of a model call; {hint}"));
    "chat"
}

/// The operation of `#[memory(…)]`, or `None` where it is missing or wrong.
pub(crate) fn memory_operation(given: Option<&Expr>, errors: &mut Errors) -> Option<&'static str> {
    let names: Vec<&str> = MEMORY.iter().map(|(name, _)| *name).collect();
    let Some(given) = given else {
        let message = format!(
            "`#[memory]` needs an operation, like `#[memory(search)]`: {}",
            names.join(", ")
        );
        errors.push(proc_macro2::Span::call_site(), message);
        return None;
    };
    let name = match given {
        Expr::Path(ExprPath { path, .. }) => path.get_ident().map(ToString::to_string),
        _ => None,
    };
    let known = name.as_ref().and_then(|name| MEMORY.iter().find(|(known, _)| known == name));
    if let Some((_, recorded)) = known {
        return Some(recorded);
    }
    let hint = match nearest(name.as_deref().unwrap_or_default(), &names).as_slice() {
        [] => format!("it is one of {}", names.join(", ")),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    let error = syn::Error::new_spanned(given, format!("this is no memory operation; {hint}"));
    errors.push_error(error);
    None
}
