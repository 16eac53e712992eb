//! What the marked fields of a type may say together.

use proc_macro2::Ident;

use super::keys::{Count, EXCLUSIVE, Meaning};
use super::{Marked, Options};
use crate::diagnostics::Errors;

pub(super) fn check_fields(
    name: &Ident,
    fields: &[Marked],
    options: &Options,
    errors: &mut Errors,
) {
    check_repetition(fields, errors);
    let find = |key: &str| fields.iter().find(|field| field.key.name == key);
    for (one, other, hint) in EXCLUSIVE {
        if let (Some(_), Some(second)) = (find(one), find(other)) {
            let message = format!("`{one}` and `{other}` tell the same; {hint}");
            errors.push(second.name.span(), message);
        }
    }
    let usage = find("usage");
    for field in fields {
        let Meaning::Count(count) = field.key.meaning else { continue };
        if usage.is_some() {
            let message = format!(
                "`usage` and `{}` tell the same tokens, which would be two truths; mark the field of \
                 all counts or each count, not both",
                field.key.name
            );
            errors.push(field.name.span(), message);
        } else if let Some(whole) = count.whole().filter(|whole| find(whole).is_none()) {
            errors.push(field.name.span(), part_without_whole(field, count, whole));
        }
    }
    check_cached_apart(fields, options, errors);
    let tells = |field: &Marked| {
        matches!(field.key.meaning, Meaning::Count(_) | Meaning::Usage | Meaning::Flatten)
    };
    if !fields.iter().any(tells) && !errors.mentions_target() {
        let message = format!(
            "`{name}` tells no token usage: mark the counts by `#[response(input_tokens)]` and \
             `#[response(output_tokens)]`, a field that has all of them by `#[response(usage)]`, or \
             the provider's response by `#[response(flatten)]`"
        );
        errors.push(name.span(), message);
    }
}

fn part_without_whole(field: &Marked, count: Count, whole: &str) -> String {
    let apart = if count.is_cached() {
        "; where that count leaves out cached tokens, add `#[response(cached = apart)]` above the \
         type"
    } else {
        ""
    };
    format!(
        "`{}` is a part of the {} tokens: mark the field that counts those by \
         `#[response({whole})]`{apart}",
        field.key.name,
        whole.trim_end_matches("_tokens"),
    )
}

fn check_repetition(fields: &[Marked], errors: &mut Errors) {
    for (index, field) in fields.iter().enumerate() {
        if fields[..index].iter().any(|earlier| earlier.key.name == field.key.name) {
            let message = match field.key.meaning {
                Meaning::Flatten => {
                    "two fields are flattened, and it would not be clear which one tells; flatten \
                     one of them"
                        .to_owned()
                }
                _ => format!("two fields are marked as `{0}`; a response has one", field.key.name),
            };
            errors.push(field.name.span(), message);
        }
    }
}

/// Says of a count how it is counted: there has to be one.
fn check_cached_apart(fields: &[Marked], options: &Options, errors: &mut Errors) {
    let Some(apart) = &options.cached_apart else { return };
    let is_cache_count =
        |field: &Marked| matches!(field.key.meaning, Meaning::Count(count) if count.is_cached());
    if !fields.iter().any(is_cache_count) && !errors.mentions_target() {
        let message = "`cached = apart` is about counts of cached tokens, and no field has one: mark \
                       it by `#[response(cached_input_tokens)]`, or by \
                       `#[response(cache_write_input_tokens)]`";
        errors.push(apart.span(), message);
    }
}

pub(super) fn check_enum(item: &syn::ItemEnum, options: &Options, errors: &mut Errors) {
    if let Some(apart) = &options.cached_apart {
        let message = "`cached = apart` goes above the struct that has the counts";
        errors.push(apart.span(), message);
    }
    if item.variants.is_empty() {
        let message = format!("`{}` has no variants, so there is no response to read", item.ident);
        errors.push(item.ident.span(), message);
    }
}

/// Why it is not clear which field tells for a variant.
pub(super) fn variant_problem(variant: &Ident, fields: usize, flattened: usize) -> String {
    let problem = match (fields, flattened) {
        (0, _) => "has no field, so it cannot tell what a call used",
        (_, 0) => "has several fields, and it is not clear which one tells",
        _ => "has several flattened fields, and it is not clear which one tells",
    };
    let remedy = match fields {
        0 => {
            "give it one of a type that implements `InferenceResponse`, or implement the trait for \
             the enum by hand"
        }
        _ => "mark the one that implements `InferenceResponse` by `#[response(flatten)]`",
    };
    format!("`{variant}` {problem}: {remedy}")
}
