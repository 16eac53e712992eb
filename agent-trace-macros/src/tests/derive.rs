//! What `#[derive(InferenceResponse)]` writes, and what it refuses.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::tokens;
use crate::derive::derive;

fn expansion(item: &str) -> String {
    let file = syn::parse2(derive(tokens(item))).expect("the expansion is a list of items");
    prettyplease::unparse(&file)
}

#[track_caller]
fn check(item: &str, expected: &Expect) {
    expected.assert_eq(&expansion(item));
}

#[track_caller]
fn refuses(item: &str, expected: &[&str]) {
    let expanded = expansion(item);
    let messages: Vec<&str> = expanded.split("compile_error!").skip(1).collect();
    assert_eq!(messages.len(), expected.len(), "{expanded}");
    for (message, expected) in messages.iter().zip(expected) {
        assert!(message.contains(expected), "{message}\ndoes not contain\n{expected}");
    }
    assert!(expanded.contains("InferenceResponse for"), "{expanded}");
}

#[test]
fn counts_and_texts() {
    check(
        "struct Reply {
            text: String,
            #[response(model)] model: String,
            #[response(finish_reason)] finish: Option<String>,
            #[response(input_tokens)] prompt_tokens: u64,
            #[response(output_tokens)] completion_tokens: u64,
        }",
        &expect![[r#"
            #[automatically_derived]
            impl ::agent_trace_runtime::InferenceResponse for Reply {
                fn usage(&self) -> ::core::option::Option<::agent_trace_runtime::Usage> {
                    <::agent_trace_runtime::__private::derived::CountedUsage as ::core::default::Default>::default()
                        .input(&self.prompt_tokens)
                        .output(&self.completion_tokens)
                        .told()
                }
                fn response_model(&self) -> ::core::option::Option<&::core::primitive::str> {
                    ::agent_trace_runtime::__private::derived::text(&self.model)
                }
                fn finish_reasons(
                    &self,
                ) -> ::std::vec::Vec<::std::borrow::Cow<'_, ::core::primitive::str>> {
                    ::agent_trace_runtime::__private::derived::finish_reason(&self.finish)
                }
            }
        "#]],
    );
}

#[test]
fn cached_apart_generic_and_renamed() {
    check(
        "#[response(cached = apart, crate = kit)]
        struct Reply<C, T: Copy> where C: Send {
            #[response(finish_reasons)] finish: Vec<Option<T>>,
            #[response(input_tokens)] input: C,
            #[response(cached_input_tokens)] cached: u32,
        }",
        &expect![[r#"
            #[automatically_derived]
            impl<C, T: Copy> kit::InferenceResponse for Reply<C, T>
            where
                C: Send,
                T: ::core::convert::AsRef<::core::primitive::str>,
                C: kit::response::TokenCount,
            {
                fn usage(&self) -> ::core::option::Option<kit::Usage> {
                    <kit::__private::derived::CountedUsage as ::core::default::Default>::default()
                        .uncached_input(&self.input)
                        .cached_input(&self.cached)
                        .told()
                }
                fn finish_reasons(
                    &self,
                ) -> ::std::vec::Vec<::std::borrow::Cow<'_, ::core::primitive::str>> {
                    kit::__private::derived::finish_reasons(&self.finish).all()
                }
                fn finished_choices(&self) -> ::std::vec::Vec<kit::response::FinishReason<'_>> {
                    kit::__private::derived::finish_reasons(&self.finish).finished()
                }
                fn choice_count(&self) -> ::core::primitive::usize {
                    kit::__private::derived::finish_reasons(&self.finish).count()
                }
            }
        "#]],
    );
}

#[test]
fn a_flattened_field_fills_the_gaps() {
    check(
        "struct Reply(#[response(flatten)] Inner, #[response(id)] String);",
        &expect![[r#"
            #[automatically_derived]
            impl ::agent_trace_runtime::InferenceResponse for Reply {
                fn usage(&self) -> ::core::option::Option<::agent_trace_runtime::Usage> {
                    ::agent_trace_runtime::InferenceResponse::usage(&self.0)
                }
                fn response_model(&self) -> ::core::option::Option<&::core::primitive::str> {
                    ::agent_trace_runtime::InferenceResponse::response_model(&self.0)
                }
                fn response_id(&self) -> ::core::option::Option<&::core::primitive::str> {
                    ::agent_trace_runtime::__private::derived::text(&self.1)
                        .or_else(|| ::agent_trace_runtime::InferenceResponse::response_id(&self.0))
                }
                fn finish_reasons(
                    &self,
                ) -> ::std::vec::Vec<::std::borrow::Cow<'_, ::core::primitive::str>> {
                    ::agent_trace_runtime::InferenceResponse::finish_reasons(&self.0)
                }
                fn finished_choices(
                    &self,
                ) -> ::std::vec::Vec<::agent_trace_runtime::response::FinishReason<'_>> {
                    ::agent_trace_runtime::InferenceResponse::finished_choices(&self.0)
                }
                fn choice_count(&self) -> ::core::primitive::usize {
                    ::agent_trace_runtime::InferenceResponse::choice_count(&self.0)
                }
                fn service_tier(&self) -> ::core::option::Option<&::core::primitive::str> {
                    ::agent_trace_runtime::InferenceResponse::service_tier(&self.0)
                }
                fn system_fingerprint(&self) -> ::core::option::Option<&::core::primitive::str> {
                    ::agent_trace_runtime::InferenceResponse::system_fingerprint(&self.0)
                }
                fn error_type(
                    &self,
                ) -> ::core::option::Option<::std::borrow::Cow<'_, ::core::primitive::str>> {
                    ::agent_trace_runtime::InferenceResponse::error_type(&self.0)
                }
                fn output_messages(
                    &self,
                ) -> ::std::vec::Vec<::agent_trace_runtime::content::OutputMessage> {
                    ::agent_trace_runtime::InferenceResponse::output_messages(&self.0)
                }
            }
        "#]],
    );
}

#[test]
fn an_enum_is_its_variants_field() {
    check(
        "enum Reply<'a, T> {
            Chat(Chat<'a>),
            Other { at: u64, #[response(flatten)] inner: T },
        }",
        &expect![[r#"
            const _: () = {
                fn told<'inference_response, 'a, T>(
                    response: &'inference_response Reply<'a, T>,
                ) -> &'inference_response dyn ::agent_trace_runtime::InferenceResponse
                where
                    T: ::agent_trace_runtime::InferenceResponse,
                {
                    match response {
                        Reply::Chat { 0: field, .. } => field,
                        Reply::Other { inner: field, .. } => field,
                    }
                }
                #[automatically_derived]
                impl<'a, T> ::agent_trace_runtime::InferenceResponse for Reply<'a, T>
                where
                    T: ::agent_trace_runtime::InferenceResponse,
                {
                    fn usage(&self) -> ::core::option::Option<::agent_trace_runtime::Usage> {
                        ::agent_trace_runtime::InferenceResponse::usage(told(self))
                    }
                    fn response_model(&self) -> ::core::option::Option<&::core::primitive::str> {
                        ::agent_trace_runtime::InferenceResponse::response_model(told(self))
                    }
                    fn response_id(&self) -> ::core::option::Option<&::core::primitive::str> {
                        ::agent_trace_runtime::InferenceResponse::response_id(told(self))
                    }
                    fn finish_reasons(
                        &self,
                    ) -> ::std::vec::Vec<::std::borrow::Cow<'_, ::core::primitive::str>> {
                        ::agent_trace_runtime::InferenceResponse::finish_reasons(told(self))
                    }
                    fn finished_choices(
                        &self,
                    ) -> ::std::vec::Vec<::agent_trace_runtime::response::FinishReason<'_>> {
                        ::agent_trace_runtime::InferenceResponse::finished_choices(told(self))
                    }
                    fn choice_count(&self) -> ::core::primitive::usize {
                        ::agent_trace_runtime::InferenceResponse::choice_count(told(self))
                    }
                    fn service_tier(&self) -> ::core::option::Option<&::core::primitive::str> {
                        ::agent_trace_runtime::InferenceResponse::service_tier(told(self))
                    }
                    fn system_fingerprint(&self) -> ::core::option::Option<&::core::primitive::str> {
                        ::agent_trace_runtime::InferenceResponse::system_fingerprint(told(self))
                    }
                    fn error_type(
                        &self,
                    ) -> ::core::option::Option<::std::borrow::Cow<'_, ::core::primitive::str>> {
                        ::agent_trace_runtime::InferenceResponse::error_type(told(self))
                    }
                    fn is_absent(&self) -> ::core::primitive::bool {
                        ::agent_trace_runtime::InferenceResponse::is_absent(told(self))
                    }
                    fn body_piece(&self) -> ::core::option::Option<&[::core::primitive::u8]> {
                        ::agent_trace_runtime::InferenceResponse::body_piece(told(self))
                    }
                    fn output_messages(
                        &self,
                    ) -> ::std::vec::Vec<::agent_trace_runtime::content::OutputMessage> {
                        ::agent_trace_runtime::InferenceResponse::output_messages(told(self))
                    }
                    fn tell(&self, response: &mut ::agent_trace_runtime::response::Response) {
                        ::agent_trace_runtime::InferenceResponse::tell(told(self), response);
                    }
                }
            };
        "#]],
    );
}

#[test]
fn a_flattened_field_alone_tells_all_that_the_trait_has() {
    let source = include_str!("../../../agent-trace-runtime/src/response/mod.rs");
    let (_, source) = source.split_once("pub trait InferenceResponse {").expect("the trait");
    let (source, _) = source.split_once("\n}\n").expect("its end");
    let methods: Vec<&str> =
        source.split("    fn ").skip(1).filter_map(|method| method.split('(').next()).collect();
    assert!(methods.len() > 5, "{methods:?}");
    for item in ["struct Reply(#[response(flatten)] Inner);", "enum Reply { One(Inner) }"] {
        let expanded = expansion(item);
        for method in &methods {
            assert!(expanded.contains(&format!("fn {method}(")), "{method} of {item}");
        }
    }
}

#[test]
fn keys_that_are_unknown_or_misplaced() {
    let with = |key: &str| {
        format!("struct R {{ #[response(usage)] u: Usage, #[response({key})] f: String }}")
    };
    for (key, expected) in [
        ("modle", "`#[response]` has no key `modle`; did you mean `model`?"),
        ("prompt_tokens", "did you mean `input_tokens`?"),
        ("total_tokens", "a total is not recorded"),
        ("temperature", "it takes `model`, `id`, `finish_reason`"),
        ("cached = apart", "write `#[response(cached = apart)]` above it"),
        ("model = \"x\"", "`model` stands alone"),
        ("model(x)", "`model` stands alone"),
        ("model, id", "a field has one key"),
        ("\"model\"", "write `#[response(model)]`"),
        ("", "write `#[response(model)]`"),
        ("model id", "`model` stands alone"),
    ] {
        refuses(&with(key), &[expected]);
    }
    refuses(
        "struct R { #[response] f: u8, #[response(usage)] u: Usage }",
        &["write `#[response(model)]`"],
    );
    for (key, expected) in [
        ("cached = aprt", "did you mean `apart`?"),
        ("cached = 5", "it is `apart` or `included`"),
        ("cached", "write `cached = apart`"),
        ("cache = apart", "did you mean `cached`?"),
        ("model", "write `#[response(model)]` above that field"),
        ("rename", "above a type it takes `cached = apart` and `crate = path`"),
        ("crate = kit, crate = kit", "`crate` is given twice"),
    ] {
        refuses(&format!("#[response({key})] struct R(#[response(usage)] Usage);"), &[expected]);
    }
}

#[test]
fn fields_that_contradict_each_other() {
    for (fields, expected) in [
        ("#[response(usage)] a: U, #[response(input_tokens)] b: u8", "tell the same tokens"),
        (
            "#[response(usage)] u: U, #[response(finish_reason)] a: S, #[response(finish_reasons)] b: V",
            "`finish_reason` and `finish_reasons` tell the same",
        ),
        ("#[response(usage)] u: U, #[response(id)] a: S, #[response(id)] b: S", "as `id`"),
        ("#[response(flatten)] a: A, #[response(flatten)] b: B", "two fields are flattened"),
        (
            "#[response(output_tokens)] a: u8, #[response(cached_input_tokens)] b: u8",
            "`cached_input_tokens` is a part of the input tokens",
        ),
        ("#[response(reasoning_output_tokens)] a: u8", "is a part of the output tokens"),
        ("#[response(model)] a: String", "`R` tells no token usage"),
        ("", "`R` tells no token usage"),
    ] {
        refuses(&format!("struct R {{ {fields} }}"), &[expected]);
    }
    refuses(
        "#[response(cached = apart)] struct R { #[response(input_tokens)] a: u8 }",
        &["`cached = apart` is about counts of cached tokens"],
    );
    refuses("union R { a: u8 }", &["a union does not say"]);
}

#[test]
fn enums_of_which_it_is_not_clear_what_tells() {
    for (variants, expected) in [
        ("", "`R` has no variants"),
        ("A", "`A` has no field"),
        ("A {}", "`A` has no field"),
        ("A(B, C)", "`A` has several fields"),
        ("A(#[response(flatten)] B, #[response(flatten)] C)", "several flattened fields"),
        ("#[response(flatten)] A(B)", "a variant has no keys"),
        ("A(#[response(model)] B)", "a variant tells what one of its fields tells"),
    ] {
        refuses(&format!("enum R {{ {variants} }}"), &[expected]);
    }
    refuses("#[response(cached = apart)] enum R { A(B) }", &["goes above the struct"]);
}

#[test]
fn all_mistakes_at_once() {
    refuses(
        "#[response(cashed = apart)] struct R {
            #[response(modle)] a: String,
            #[response(input_tokens, crate = x)] b: u8,
            #[response(reasoning_output_tokens)] c: u8,
        }",
        &["did you mean `cached`?", "did you mean `model`?", "above it", "part of the output"],
    );
}

const PIECES: &[&str] = &[
    "model",
    "id",
    "usage",
    "flatten",
    "input_tokens",
    "cached_input_tokens",
    "cached",
    "apart",
    "crate",
    "kit",
    "=",
    ",",
    "::",
    "\"x\"",
    "5",
    "(model)",
    "[]",
    "'a",
    "self",
    "r#type",
    "-",
    "#",
];

const TYPES: &[&str] = &["String", "u64", "Vec<T>", "Option<&'a str>", "[T; N]", "dyn Fn(T)", "_"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn keys_of_any_tokens_neither_panic_nor_write_what_does_not_parse(
        above in prop::collection::vec(prop::sample::select(PIECES), 0..6),
        first in prop::collection::vec(prop::sample::select(PIECES), 0..6),
        second in prop::collection::vec(prop::sample::select(PIECES), 0..3),
        ty in prop::sample::select(TYPES),
    ) {
        let (above, first, second) = (above.join(" "), first.join(" "), second.join(" "));
        for item in [
            format!("#[response({above})] struct R<'a, T, const N: usize> {{ #[response({first})] a: {ty}, #[response({second})] b: T }}"),
            format!("#[response({above})] struct R<T>(#[response({first})] {ty}, #[response {second}] T);"),
            format!("#[response({above})] enum R<T> {{ A(#[response({first})] {ty}), #[response({second})] B {{ b: T }} }}"),
        ] {
            let Ok(item) = item.parse() else { continue };
            let expanded = derive(item);
            prop_assert!(syn::parse2::<syn::File>(expanded.clone()).is_ok(), "{expanded}");
        }
    }
}
