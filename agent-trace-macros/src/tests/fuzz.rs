//! Any tokens at all: no panic, and no function lost.

use proptest::prelude::*;

use super::KINDS;
use crate::expand::annotate;
use crate::kind::Kind;

/// Pieces of arguments: right ones, wrong ones, and nothing of the kind.
const PIECES: &[&str] = &[
    "model",
    "name",
    "provider",
    "operation",
    "attributes",
    "crate",
    "span_name",
    "remote",
    "search",
    "temperature",
    "max_tokens",
    "stop_sequences",
    "seed",
    "in_process",
    "store",
    "custom",
    "self",
    "MODEL",
    "names::X",
    "r#type",
    "=",
    ",",
    ",,",
    "==",
    "=>",
    ".",
    "::",
    "#",
    "!",
    "-",
    "&",
    "?",
    "\"gpt-4o\"",
    "\"\"",
    "\"app.tenant\"",
    "\"gen_ai.system\"",
    "\"\\n\"",
    "\"é\"",
    "b\"x\"",
    "'a",
    "'x'",
    "1",
    "-1",
    "0.5",
    "1e400",
    "18446744073709551616",
    "1u8",
    "true",
    "|x| x",
    "async",
    "{}",
    "()",
    "[]",
    "(\"app.x\" = 1)",
    "(1, 2)",
    "[\"a\", 1]",
    "{ let x = 1; x }",
    "custom(\"acme\")",
];

const ITEMS: &[&str] = &[
    "fn f() {}",
    "async fn f(x: u8) -> Result<u8, E> { Ok(x) }",
    "pub fn f<'a>(&'a self) -> impl Future<Output = u8> + use<'a> { async move { 1 } }",
    "fn f() -> ! { loop {} }",
    "const fn f() {}",
    "fn f();",
    "fn f() { let x = ; ) }",
    "struct S;",
    "fn",
    "",
    "fn f(x: impl Fn(u8) -> u8) -> (impl Sized, [u8; { 1 + 1 }]) { (1, [0; 2]) }",
    "unsafe extern \"C\" fn f() { #![allow(unused)] }",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn arguments_of_any_tokens_neither_panic_nor_lose_the_item(
        kind in prop::sample::select(&KINDS[..]),
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12),
        item in prop::sample::select(ITEMS),
    ) {
        let (Ok(arguments), Ok(item)) = (pieces.join(" ").parse(), item.parse()) else {
            return Ok(());
        };
        check(kind, arguments, item)?;
    }

    #[test]
    fn names_of_any_characters_are_taken_or_refused(
        kind in prop::sample::select(&KINDS[..]),
        name in any::<String>(),
    ) {
        let name = syn::LitStr::new(&name, proc_macro2::Span::call_site());
        for arguments in [
            quote::quote!(#name),
            quote::quote!(name = #name),
            quote::quote!(model = #name, provider = #name, operation = #name),
            quote::quote!(span_name = #name, attributes(#name = #name)),
        ] {
            check(kind, arguments, quote::quote!(fn f() {}))?;
        }
    }
}

/// Either the function is rewritten, as items that parse, or it is emitted as it was.
fn check(
    kind: Kind,
    arguments: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> Result<(), TestCaseError> {
    let before = item.to_string();
    let expanded = annotate(kind, arguments, item);
    if expanded.to_string().starts_with(&before) {
        return Ok(());
    }
    let parsed = syn::parse2::<syn::File>(expanded.clone());
    prop_assert!(parsed.is_ok(), "{expanded}");
    prop_assert!(!expanded.to_string().contains("compile_error"), "{expanded}");
    Ok(())
}
