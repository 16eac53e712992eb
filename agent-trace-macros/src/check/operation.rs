//! The operations of the GenAI semantic conventions (development, 2026-10-09).

use proc_macro2::Span;
use syn::{Expr, ExprLit, ExprPath, Lit};

use super::{custom, is_low_cardinality};
use crate::diagnostics::Errors;
use crate::nearest::nearest;

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

/// All operations that the macros record, custom ones aside.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static str> {
    let own =
        ["embeddings", "retrieval", "execute_tool", "invoke_agent", "invoke_workflow", "plan"];
    INFERENCE.iter().copied().chain(MEMORY.iter().map(|(_, name)| *name)).chain(own).collect()
}

/// Operations that have a macro of their own, and what other kits call them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("embeddings", "use `#[embedding]`"),
    ("embedding", "use `#[embedding]`"),
    ("execute_tool", "use `#[tool]`"),
    ("invoke_agent", "use `#[agent]`"),
    ("invoke_workflow", "use `#[workflow]`"),
    ("retrieval", "use `#[retrieval]`"),
    ("plan", "use `#[plan]`"),
    ("search_memory", "use `#[memory(search)]`"),
    ("completion", "it is called `text_completion` now"),
    ("chat_completion", "it is called `chat`"),
];

/// The operation of `#[llm_call]`; `chat` where none is given or a wrong one.
pub(crate) fn inference_operation(given: Option<&Expr>, errors: &mut Errors) -> String {
    let chat = "chat".to_owned();
    let Some(given) = given else { return chat };
    if let Some(name) = custom(given) {
        let text = name.value();
        if INFERENCE.contains(&text.as_str()) {
            let message = format!(
                "`{text}` is an operation of the conventions: write `operation = \"{text}\"`"
            );
            errors.push(name.span(), message);
            return text;
        }
        if let Some((_, hint)) = ELSEWHERE.iter().find(|(other, _)| *other == text) {
            errors.push(name.span(), format!("`{text}` is no operation of a model call; {hint}"));
            return chat;
        }
        if is_low_cardinality(&text) {
            return text;
        }
        errors.push(name.span(), "an operation is lower snake case, like \"chat\"");
        return chat;
    }
    let Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) = given else {
        let message = "an operation is a literal, like \"chat\", or `custom(\"…\")`";
        errors.push_error(syn::Error::new_spanned(given, message));
        return chat;
    };
    let name = literal.value();
    if INFERENCE.contains(&name.as_str()) {
        return name;
    }
    let hint = match ELSEWHERE.iter().find(|(other, _)| *other == name) {
        Some((_, hint)) => (*hint).to_owned(),
        None => match nearest(&name, INFERENCE).as_slice() {
            [] => format!("it is one of {}, or `custom(\"{name}\")`", INFERENCE.join(", ")),
            near => format!("did you mean {}?", near.join(" or ")),
        },
    };
    errors.push(literal.span(), format!("`{name}` is no operation of a model call; {hint}"));
    chat
}

/// The operation of `#[memory(…)]`, or `None` where it is missing or wrong.
pub(crate) fn memory_operation(given: Option<&Expr>, errors: &mut Errors) -> Option<&'static str> {
    let names: Vec<&str> = MEMORY.iter().map(|(name, _)| *name).collect();
    let Some(given) = given else {
        if errors.mentions_target() {
            return None;
        }
        let names = names.join(", ");
        let message = format!("`#[memory]` needs an operation, like `#[memory(search)]`: {names}");
        errors.push(Span::call_site(), message);
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
