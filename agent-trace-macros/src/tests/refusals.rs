//! What the macros refuse: each refusal says what to do, and leaves the item as it was.

use super::refusal;
use crate::kind::Kind;

#[track_caller]
fn refuses(kind: Kind, arguments: &str, item: &str, expected: &[&str]) {
    let (messages, _) = refusal(kind, arguments, item);
    assert_eq!(messages.len(), expected.len(), "{messages:#?}");
    for (message, expected) in messages.iter().zip(expected) {
        assert!(message.contains(expected), "{message}\ndoes not contain\n{expected}");
    }
}

#[test]
fn items_that_cannot_be_traced() {
    for (item, expected) in [
        ("const fn f() -> u8 { 1 }", "remove `const`"),
        ("fn f();", "annotate the methods of the `impl` blocks"),
        ("async fn f(&self) -> u8;", "annotate the methods of the `impl` blocks"),
        ("struct S;", "annotate its methods"),
        ("enum E {}", "annotate its methods"),
        ("impl S { fn f() {} }", "annotate the functions inside"),
        ("trait T { fn f() {} }", "annotate the functions inside"),
        ("mod m { fn f() {} }", "annotate the functions inside"),
        ("static S: u8 = 1;", "only functions can be traced"),
        ("const C: u8 = 1;", "only functions can be traced"),
        ("type T = u8;", "only functions can be traced"),
        ("use a::b;", "only functions can be traced"),
    ] {
        refuses(Kind::Tool, "", item, &[expected]);
    }
}

#[test]
fn unknown_and_repeated_arguments() {
    let item = "fn f() {}";
    refuses(
        Kind::Tool,
        r#"nmae = "x""#,
        item,
        &["`#[tool]` has no argument `nmae`; did you mean `name`?"],
    );
    refuses(
        Kind::Tool,
        r#"temperature = 1"#,
        item,
        &["it takes `name = value`, `capture(…)`, `tool_type"],
    );
    refuses(
        Kind::LlmCall,
        r#"model = "gpt-4o", model = "gpt-4o-mini""#,
        item,
        &["`model` is given twice"],
    );
}

#[test]
fn all_mistakes_at_once() {
    refuses(
        Kind::LlmCall,
        r#"modl = "gpt-4o", provider = "opnai", attributes("tenant" = t), span_name = "run""#,
        "async fn f(t: &str) {}",
        &[
            "did you mean `model`?",
            "a span's name has a namespace",
            "did you mean `openai`?",
            "the attribute `tenant` has no namespace",
        ],
    );
}

#[test]
fn values_of_the_wrong_form() {
    let item = "fn f() {}";
    refuses(Kind::Tool, "name", item, &["write `name = value`: the tool's name"]);
    refuses(Kind::Tool, "name =", item, &["write `name = value`: the tool's name"]);
    refuses(Kind::Tool, "name = 5", item, &["a name is a string"]);
    refuses(Kind::Tool, r#"name = "look up""#, item, &["1 to 64 of A-Z"]);
    refuses(
        Kind::Tool,
        r#"attributes = 5"#,
        item,
        &["write `attributes(\\\"namespace.key\\\" = value)`"],
    );
    refuses(Kind::Tool, r#"attributes(app = 5)"#, item, &["`\\\"namespace.key\\\" = value`"]);
    refuses(Kind::Agent, "remote = true", item, &["`remote` stands alone"]);
    refuses(Kind::Tool, r#""lookup""#, item, &["expected an argument of `#[tool]`"]);
    refuses(Kind::Tool, r#"name = "a" span_name = "a.b""#, item, &["expected `,`"]);
}

#[test]
fn required_arguments() {
    let item = "async fn f() {}";
    refuses(Kind::LlmCall, "", item, &["`#[llm_call]` needs the model"]);
    refuses(Kind::LlmCall, r#"provider = "openai""#, item, &["`#[llm_call]` needs the model"]);
    refuses(Kind::LlmCall, r#"model = "llama-3.3-70b""#, item, &["needs `provider"]);
    refuses(Kind::Embedding, "model = MODEL", item, &["needs `provider"]);
    refuses(Kind::Memory, "", item, &["`#[memory]` needs an operation"]);
    refuses(Kind::Memory, "serach", item, &["did you mean `search`?"]);
    refuses(Kind::Memory, "in_process", item, &["`#[memory]` needs an operation"]);
    refuses(Kind::Step, "", item, &["`#[step]` needs a name"]);
    refuses(Kind::Step, r#"crate = kit"#, item, &["`#[step]` needs a name"]);
    refuses(Kind::Step, r#""run""#, item, &["a span's name has a namespace"]);
}

#[test]
fn values_that_mean_something_else() {
    let item = "async fn f() {}";
    refuses(
        Kind::LlmCall,
        r#"model = "gpt-4o", provider = "az.ai.openai""#,
        item,
        &["is called `azure.ai.openai`"],
    );
    refuses(
        Kind::LlmCall,
        r#"model = "gpt-4o", operation = "embeddings""#,
        item,
        &["use `#[embedding]`"],
    );
    refuses(
        Kind::Agent,
        r#"provider = "openai""#,
        item,
        &["an agent in this process has no provider"],
    );
    refuses(
        Kind::Tool,
        r#"attributes("gen_ai.tool.name" = "x")"#,
        item,
        &["`gen_ai.tool.name` is recorded by the argument `name`"],
    );
}

#[test]
fn incomplete_input_loses_nothing() {
    for (arguments, item) in [
        ("model =", "async fn f() -> Reply { client.se }"),
        ("model = request.", "async fn f() { let x = ; }"),
        ("attributes(", "fn f() { x. }").balanced(),
        (",", "fn f() { match x { } }"),
        ("model = \"gpt-4o\", ,", "fn f() {}"),
    ] {
        let (messages, _) = refusal(Kind::LlmCall, arguments, item);
        assert!(!messages.is_empty(), "{arguments}");
    }
}

/// Editors close what the user has not closed yet.
trait Balanced {
    fn balanced(self) -> Self;
}

impl Balanced for (&'static str, &'static str) {
    fn balanced(self) -> Self {
        if self.0.ends_with('(') { ("attributes()", self.1) } else { self }
    }
}

#[test]
fn a_body_that_does_not_parse_is_left_to_the_compiler() {
    let expanded = super::tokens("async fn f() { let x = ; x. }");
    let expanded = crate::expand::annotate(Kind::Tool, super::tokens(""), expanded).to_string();
    assert!(expanded.contains("let x = ; x ."), "{expanded}");
}
