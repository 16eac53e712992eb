//! The macros within `macro_rules!`: names, values, types and bodies come from fragments.

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{
    agent, attribute, current, embedding, llm_call, memory, plan, retrieval, step, tool, workflow,
};
use futures::executor::block_on;

/// Whole functions from parts.
macro_rules! function {
    ($(#[$attribute:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),*) -> $output:ty $body:block) => {
        $(#[$attribute])*
        $vis fn $name($($arg: $type),*) -> $output $body
    };
    ($(#[$attribute:meta])* $vis:vis async fn $name:ident($($arg:ident: $type:ty),*) -> $output:ty $body:block) => {
        $(#[$attribute])*
        $vis async fn $name($($arg: $type),*) -> $output $body
    };
}

function! {
    #[tool]
    pub(crate) fn sized(text: &str) -> usize { text.len() }
}

function! {
    #[tool(attributes("app.text" = text))]
    async fn sized_later(text: String) -> Result<usize, std::fmt::Error> {
        if text.is_empty() {
            return Err(std::fmt::Error);
        }
        Ok(text.len())
    }
}

#[test]
fn functions_from_fragments() {
    let recorder = Recorder::install();
    assert_eq!(sized("ab"), 2);
    assert_eq!(block_on(sized_later("abc".to_owned())), Ok(3));
    assert_eq!(block_on(sized_later(String::new())), Err(std::fmt::Error));
    assert_eq!(
        recorder.tree(),
        "\
execute_tool sized
execute_tool sized_later
execute_tool sized_later [error core::fmt::Error]
",
    );
}

/// The macro's own argument beside the caller's names of the same spelling.
macro_rules! hidden_names {
    ($name:ident, $call:ident, $body:expr) => {
        #[step("app.hidden", attributes("app.value" = $call, "app.own" = own))]
        fn $name($call: u8, own: u8) -> u8 {
            let site = own;
            $body + site
        }

        #[step("app.hidden_later", attributes("app.value" = $call))]
        async fn later($call: u8) -> u8 {
            let output = $call;
            output + $body
        }
    };
}

hidden_names!(plain, call, call * 10);

#[test]
fn names_of_the_caller_and_of_the_macro_stay_apart() {
    let recorder = Recorder::install();
    assert_eq!(plain(1, 2), 12);
    assert_eq!(block_on(later(3)), 33);
    assert_eq!(recorder.span("app.hidden").attribute("app.value"), Some(&1.into()));
    assert_eq!(recorder.span("app.hidden").attribute("app.own"), Some(&2.into()));
}

/// Each macro, its strings by `literal`, `expr` or `tt`.
macro_rules! values {
    ($module:ident: $fragment:ident) => {
        mod $module {
            use super::*;

            macro_rules! functions {
                ($text:$fragment, $model:$fragment, $provider:$fragment, $step:$fragment, $number:$fragment) => {
                    #[agent(name = $text)]
                    pub(super) fn an_agent() {}
                    #[workflow(name = $text)]
                    pub(super) fn a_workflow() {}
                    #[llm_call(model = $model, usage = none)]
                    pub(super) async fn an_llm_call() {}
                    #[llm_call(model = $text, provider = $provider, usage = none)]
                    pub(super) fn another_llm_call() {}
                    #[embedding(model = $model, provider = $provider, usage = none)]
                    pub(super) fn an_embedding() {}
                    #[retrieval(data_source = $text)]
                    pub(super) fn a_retrieval() {}
                    #[memory(search, store = $text)]
                    pub(super) fn a_memory() {}
                    #[tool(name = $text)]
                    pub(super) fn a_tool() {}
                    #[plan(name = $text, span_name = $step)]
                    pub(super) fn a_plan() {}
                    #[step($step, attributes("app.text" = $text, "app.number" = $number))]
                    pub(super) fn a_step() {}
                };
            }
            functions!("text", "gpt-4o", "openai", "app.step", 7);
        }

        #[test]
        fn $module() {
            let recorder = Recorder::install();
            $module::an_agent();
            $module::a_workflow();
            block_on($module::an_llm_call());
            $module::another_llm_call();
            $module::an_embedding();
            $module::a_retrieval();
            $module::a_memory();
            $module::a_tool();
            $module::a_plan();
            $module::a_step();
            assert_eq!(
                recorder.tree(),
                "\
invoke_agent text
invoke_workflow text
chat gpt-4o
chat text
embeddings gpt-4o
retrieval text
search_memory
execute_tool text
app.step
app.step
",
            );
            let call = recorder.span("chat gpt-4o");
            assert_eq!(call.attribute("gen_ai.provider.name"), Some(&"openai".into()));
            let steps = recorder.spans_named("app.step");
            let [plan, step] = steps.as_slice() else { panic!("a plan and a step") };
            assert_eq!(plan.attribute("gen_ai.agent.name"), Some(&"text".into()));
            assert_eq!(step.attribute("app.text"), Some(&"text".into()));
            assert_eq!(step.attribute("app.number"), Some(&7.into()));
        }
    };
}

values!(by_token: tt);
values!(by_literal: literal);
values!(by_expression: expr);

/// Expressions over the arguments, and keys.
macro_rules! expressions {
    ($key:literal, $value:expr, $model:expr, $operation:ident, $argument:ident) => {
        #[llm_call(model = $model, provider = "openai", attributes($key = $value), usage = none)]
        fn asks($argument: &str) -> usize {
            current().set(attribute!($key = $value + 1));
            $argument.len()
        }

        #[memory($operation, store = $argument)]
        async fn remembers($argument: &str) -> usize {
            $argument.len()
        }
    };
}

expressions!("app.length", text.len() * 2, text.to_uppercase(), search, text);

#[test]
fn expressions_from_fragments() {
    let recorder = Recorder::install();
    assert_eq!(asks("m"), 1);
    assert_eq!(block_on(remembers("notes")), 5);
    assert_eq!(recorder.tree(), "chat M\nsearch_memory\n");
    let values = recorder.span("chat M");
    assert_eq!(values.attribute("app.length"), Some(&3.into()));
    let store = recorder.span("search_memory").attribute("gen_ai.memory.store.id").cloned();
    assert_eq!(store, Some("notes".into()));
}

/// Types, items, lifetimes and visibilities.
macro_rules! shapes {
    ($output:ty, $error:ty, $life:lifetime, $item:item, $path:path) => {
        #[step("app.typed")]
        fn typed<$life>(text: &$life str) -> Result<&$life $output, $error> {
            Ok(text)
        }

        #[step("app.typed_later")]
        async fn typed_later(text: &str) -> Result<&$output, $path> {
            typed(text)
        }

        #[step("app.lazy")]
        fn lazy(text: &str) -> impl Future<Output = Result<usize, $error>> {
            async move {
                let found: Result<&str, $error> = typed_later(text).await;
                found.map(str::len)
            }
        }

        #[step("app.item")]
        $item
    };
}

shapes!(str, std::fmt::Error, 'text, fn item(value: u8) -> u8 { value }, std::fmt::Error);

#[test]
fn shapes_from_fragments() {
    let recorder = Recorder::install();
    assert_eq!(block_on(lazy("ab")), Ok(2));
    assert_eq!(item(1), 1);
    assert_eq!(recorder.tree(), "app.lazy\n└─ app.typed_later\n   └─ app.typed\napp.item\n",);
}

/// The type of a function that does not return.
macro_rules! endless {
    ($never:ty) => {
        #[step("app.endless")]
        fn endless(stop: bool) -> $never {
            loop {
                assert!(!stop, "stopped");
            }
        }

        #[step("app.endless_later")]
        async fn endless_later(stop: bool) -> $never {
            endless(stop)
        }
    };
}

endless!(!);

#[test]
fn a_never_from_a_fragment() {
    let recorder = Recorder::install();
    assert!(std::panic::catch_unwind(|| block_on(endless_later(true))).is_err());
    assert_eq!(recorder.tree(), "app.endless_later [error panic]\n└─ app.endless [error panic]\n",);
}
