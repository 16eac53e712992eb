//! The macros in a crate that denies every lint it can: the code they write warns of nothing.
#![deny(
    warnings,
    future_incompatible,
    keyword_idents,
    let_underscore,
    missing_docs,
    nonstandard_style,
    refining_impl_trait,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unused,
    ambiguous_negative_literals,
    closure_returning_async_block,
    deprecated_in_future,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    ffi_unwind_calls,
    if_let_rescope,
    impl_trait_redundant_captures,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_abi,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_unsafe_on_extern,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    tail_expr_drop_order,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_code,
    unreachable_pub,
    unsafe_attr_outside_unsafe,
    unsafe_op_in_unsafe_fn,
    unused_crate_dependencies,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::absolute_paths,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::as_underscore,
    clippy::default_numeric_fallback,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::if_then_some_else_none,
    clippy::indexing_slicing,
    clippy::infinite_loop,
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::map_err_ignore,
    clippy::mem_forget,
    clippy::missing_inline_in_public_items,
    clippy::mixed_read_write_in_expression,
    clippy::multiple_inherent_impl,
    clippy::needless_raw_strings,
    clippy::panic,
    clippy::redundant_type_annotations,
    clippy::same_name_method,
    clippy::self_named_module_files,
    clippy::semicolon_inside_block,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::str_to_string,
    clippy::todo,
    clippy::undocumented_unsafe_blocks,
    clippy::unnecessary_self_imports,
    clippy::unneeded_field_pattern,
    clippy::unreachable,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    clippy::use_debug,
    clippy::verbose_file_reads,
    clippy::wildcard_enum_match_arm
)]
#![expect(unused_crate_dependencies, reason = "the package's other tests use them")]

pub mod functions;

use std::panic::catch_unwind;

use agent_trace_runtime::testing::Recorder;
use futures::executor::block_on;

use crate::functions::*;

#[test]
fn every_macro_and_shape_is_free_of_warnings() {
    let recorder = Recorder::install();
    block_on(async {
        assert_eq!(answer("why").await.as_deref(), Ok("why"));
        assert_eq!(answer("").await, Err(Fault));
        digest().await;
        assert_eq!(lazy(1).await, 1);
        assert_eq!(eager("ab").await, 2);
        assert_eq!(boxed("ab").await, 2);
        assert_eq!(alias("ab").await, 2);
        assert_eq!(returns(3).await, 3);
        assert_eq!(nested("ab").await.await, 2);
        let mut desk = Desk::default();
        desk.rename("desk").await.push('!');
        assert_eq!(desk.run("in").await.as_deref(), Ok("in"));
        assert_eq!((desk.name(), desk.clone().into_name().len()), ("desk!", 5));
    });
    assert_eq!(complete("m").text, "m");
    assert_eq!(embed("ab").len(), 2);
    touch();
    assert_eq!(first(&[1]), Some(1));
    assert_eq!(parse::<u8>("1"), Ok(1));
    assert_eq!(items("ab").count(), 2);
    unused("", 0, 0);
    assert_eq!(patterns((1, 2), 3), 6);
    assert!(catch_unwind(|| block_on(forever_later(true))).is_err());
    let fault = concat!(module_path!(), "::functions::Fault");
    let expected = format!(
        "\
invoke_agent support
├─ chat gpt-4o [2→1 tokens]
└─ retrieval handbook
invoke_agent support [error {fault}]
└─ chat gpt-4o [error {fault}]
invoke_workflow digest
├─ upsert_memory
└─ plan support
app.lazy
app.eager
app.boxed
app.alias
app.returns
app.nested
└─ app.alias
app.rename
execute_tool desk!
app.name
app.into_name
text_completion m [2→1 tokens]
embeddings text-embedding-3-small
execute_tool touch
execute_tool first
app.parse
app.items
app.unused
app.patterns
app.forever_later [error panic]
└─ app.forever [error panic]
"
    );
    assert_eq!(recorder.tree(), expected);
}
