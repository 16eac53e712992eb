//! The expansion of every macro. `UPDATE_EXPECT=1 cargo test` rewrites what is expected.

use expect_test::{Expect, expect};

use super::expansion;
use crate::kind::Kind;

#[track_caller]
fn check(kind: Kind, arguments: &str, function: &str, expected: &Expect) {
    expected.assert_eq(&expansion(kind, arguments, function));
}

#[test]
fn llm_call() {
    check(
        Kind::LlmCall,
        r#"model = "gpt-4o", attributes("app.tenant" = tenant.name, "app.tier" = 1)"#,
        r#"
            /// Asks the model.
            pub async fn ask(question: &str, tenant: &Tenant) -> Result<Reply, ApiError> {
                client().send(question).await
            }
        "#,
        &expect![[r#"
            /// Asks the model.
            pub async fn ask(question: &str, tenant: &Tenant) -> Result<Reply, ApiError> {
                ::agent_trace_runtime::__private::trace(
                        async move {
                            if false {
                                return ::agent_trace_runtime::__private::output_type::<
                                    Result<Reply, ApiError>,
                                >();
                            }
                            let site = {
                                use ::agent_trace_runtime::__private::{
                                    CallSite, Constant, Operation,
                                };
                                static __SITE: CallSite = CallSite::new(
                                    Operation::Inference("chat"),
                                    "chat gpt-4o",
                                    &[
                                        ("gen_ai.provider.name", Constant::Str("openai")),
                                        ("gen_ai.request.model", Constant::Str("gpt-4o")),
                                    ],
                                );
                                &__SITE
                            };
                            if let ::core::option::Option::Some(attributes) = &mut site
                                .begin_with_attributes()
                            {
                                attributes.set("app.tenant", &(tenant.name));
                                attributes
                                    .constant(
                                        "app.tier",
                                        ::agent_trace_runtime::__private::Constant::Int(1),
                                    );
                            }
                            client().send(question).await
                        },
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                                .with_response(
                                    ::agent_trace_runtime::__private::Inspect::new(output)
                                        .inspected_response(),
                                )
                        },
                    )
                    .await
            }
        "#]],
    );
}

#[test]
fn llm_call_with_a_model_of_the_request() {
    check(
        Kind::LlmCall,
        r#"provider = "aws.bedrock", model = request.model, operation = "text_completion""#,
        "async fn ask(request: Request) -> Reply { send(request).await }",
        &expect![[r#"
            async fn ask(request: Request) -> Reply {
                ::agent_trace_runtime::__private::trace(
                        async move {
                            if false {
                                return ::agent_trace_runtime::__private::output_type::<Reply>();
                            }
                            let site = {
                                use ::agent_trace_runtime::__private::{
                                    CallSite, Constant, Operation,
                                };
                                static __SITE: CallSite = CallSite::new(
                                    Operation::Inference("text_completion"),
                                    "text_completion",
                                    &[("gen_ai.provider.name", Constant::Str("aws.bedrock"))],
                                );
                                &__SITE
                            };
                            if let ::core::option::Option::Some(attributes) = &mut site
                                .begin_with_attributes()
                            {
                                attributes.target(&(request.model));
                            }
                            send(request).await
                        },
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                                .with_response(
                                    ::agent_trace_runtime::__private::Inspect::new(output)
                                        .inspected_response(),
                                )
                        },
                    )
                    .await
            }
        "#]],
    );
}

#[test]
fn agent() {
    check(
        Kind::Agent,
        r#"name = "support""#,
        "async fn answer<'a>(&mut self, question: &'a str) -> &'a str { question }",
        &expect![[r#"
            async fn answer<'a>(&mut self, question: &'a str) -> &'a str {
                ::agent_trace_runtime::__private::trace(
                        async move {
                            if false {
                                return ::agent_trace_runtime::__private::output_type::<&'a str>();
                            }
                            let site = {
                                use ::agent_trace_runtime::__private::{
                                    CallSite, Constant, Operation,
                                };
                                static __SITE: CallSite = CallSite::new(
                                    Operation::Agent,
                                    "invoke_agent support",
                                    &[("gen_ai.agent.name", Constant::Str("support"))],
                                );
                                &__SITE
                            };
                            site.begin();
                            question
                        },
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                        },
                    )
                    .await
            }
        "#]],
    );
}

#[test]
fn remote_agent() {
    check(
        Kind::Agent,
        r#"remote, provider = "openai", name = self.name, span_name = "agent.run""#,
        "async fn answer(self) -> Answer { self.ask().await }",
        &expect![[r#"
            async fn answer(self) -> Answer {
                ::agent_trace_runtime::__private::trace(
                        async move {
                            if false {
                                return ::agent_trace_runtime::__private::output_type::<Answer>();
                            }
                            let site = {
                                use ::agent_trace_runtime::__private::{
                                    CallSite, Constant, Operation,
                                };
                                static __SITE: CallSite = CallSite::new(
                                    Operation::RemoteAgent,
                                    "agent.run",
                                    &[("gen_ai.provider.name", Constant::Str("openai"))],
                                );
                                &__SITE
                            };
                            if let ::core::option::Option::Some(attributes) = &mut site
                                .begin_with_attributes()
                            {
                                attributes.text("gen_ai.agent.name", &(self.name));
                            }
                            self.ask().await
                        },
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                        },
                    )
                    .await
            }
        "#]],
    );
}

#[test]
fn workflow() {
    check(
        Kind::Workflow,
        "",
        "fn nightly_digest() -> impl Iterator<Item = Digest> { digests() }",
        &expect![[r#"
            fn nightly_digest() -> impl Iterator<Item = Digest> {
                let site = {
                    use ::agent_trace_runtime::__private::{CallSite, Constant, Operation};
                    static __SITE: CallSite = CallSite::new(
                        Operation::Workflow,
                        "invoke_workflow nightly_digest",
                        &[("gen_ai.workflow.name", Constant::Str("nightly_digest"))],
                    );
                    &__SITE
                };
                let mut call = site.start();
                let output = ::agent_trace_runtime::__private::ActiveCall::enter(
                    &mut call,
                    move || -> _ { digests() },
                );
                ::agent_trace_runtime::__private::returned_opaque(&output)
                    .finish_call(
                        call,
                        output,
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                        },
                    )
            }
        "#]],
    );
}

#[test]
fn embedding() {
    check(
        Kind::Embedding,
        r#"model = "text-embedding-3-small""#,
        "async fn embed(text: String) -> Vec<f32> { vector(text).await }",
        &expect![[r#"
            async fn embed(text: String) -> Vec<f32> {
                ::agent_trace_runtime::__private::trace(
                        async move {
                            if false {
                                return ::agent_trace_runtime::__private::output_type::<Vec<f32>>();
                            }
                            let site = {
                                use ::agent_trace_runtime::__private::{
                                    CallSite, Constant, Operation,
                                };
                                static __SITE: CallSite = CallSite::new(
                                    Operation::Embeddings,
                                    "embeddings text-embedding-3-small",
                                    &[
                                        ("gen_ai.provider.name", Constant::Str("openai")),
                                        (
                                            "gen_ai.request.model",
                                            Constant::Str("text-embedding-3-small"),
                                        ),
                                    ],
                                );
                                &__SITE
                            };
                            site.begin();
                            vector(text).await
                        },
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                                .with_response(
                                    ::agent_trace_runtime::__private::Inspect::new(output)
                                        .inspected_response(),
                                )
                        },
                    )
                    .await
            }
        "#]],
    );
}

#[test]
fn retrieval() {
    check(
        Kind::Retrieval,
        r#"data_source = "handbook""#,
        "async fn search(query: &str) -> Vec<Document> { index().search(query).await }",
        &expect![[r#"
            async fn search(query: &str) -> Vec<Document> {
                ::agent_trace_runtime::__private::trace(
                        async move {
                            if false {
                                return ::agent_trace_runtime::__private::output_type::<
                                    Vec<Document>,
                                >();
                            }
                            let site = {
                                use ::agent_trace_runtime::__private::{
                                    CallSite, Constant, Operation,
                                };
                                static __SITE: CallSite = CallSite::new(
                                    Operation::Retrieval,
                                    "retrieval handbook",
                                    &[("gen_ai.data_source.id", Constant::Str("handbook"))],
                                );
                                &__SITE
                            };
                            site.begin();
                            index().search(query).await
                        },
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                        },
                    )
                    .await
            }
        "#]],
    );
}

#[test]
fn memory() {
    check(
        Kind::Memory,
        "upsert, in_process, store = store_id",
        "fn remember(store_id: &str, note: Note) { STORE.put(store_id, note) }",
        &expect![[r#"
            fn remember(store_id: &str, note: Note) {
                let site = {
                    use ::agent_trace_runtime::__private::{CallSite, Operation};
                    static __SITE: CallSite = CallSite::new(
                        Operation::InProcessMemory("upsert_memory"),
                        "upsert_memory",
                        &[],
                    );
                    &__SITE
                };
                let mut call = site.start();
                if let ::core::option::Option::Some(attributes) = &mut call.attributes() {
                    attributes.text("gen_ai.memory.store.id", &(store_id));
                }
                let output = ::agent_trace_runtime::__private::ActiveCall::enter(
                    &mut call,
                    move || -> () {
                        if false {
                            let _ = (&note, &store_id);
                        }
                        STORE.put(store_id, note)
                    },
                );
                ::agent_trace_runtime::__private::returned(&output)
                    .finish_call(
                        call,
                        output,
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                        },
                    )
            }
        "#]],
    );
}

#[test]
fn tool() {
    check(
        Kind::Tool,
        "",
        "#[must_use] pub(crate) fn lookup_order(id: u32) -> Option<Order> { ORDERS.get(id) }",
        &expect![[r##"
            #[must_use]
            pub(crate) fn lookup_order(id: u32) -> Option<Order> {
                let site = {
                    use ::agent_trace_runtime::__private::{CallSite, Constant, Operation};
                    static __SITE: CallSite = CallSite::new(
                        Operation::Tool,
                        "execute_tool lookup_order",
                        &[("gen_ai.tool.name", Constant::Str("lookup_order"))],
                    );
                    &__SITE
                };
                let mut call = site.start();
                let output = ::agent_trace_runtime::__private::ActiveCall::enter(
                    &mut call,
                    move || -> Option<Order> { ORDERS.get(id) },
                );
                ::agent_trace_runtime::__private::returned(&output)
                    .finish_call(
                        call,
                        output,
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                        },
                    )
            }
        "##]],
    );
}

#[test]
fn plan() {
    check(
        Kind::Plan,
        r#"name = "support", crate = telemetry_kit"#,
        "async fn next(&self) -> ! { loop { self.work().await } }",
        &expect![[r#"
            async fn next(&self) -> ! {
                match telemetry_kit::__private::trace(
                        async move {
                            if false {
                                return telemetry_kit::__private::output_type::<
                                    ::core::convert::Infallible,
                                >();
                            }
                            let site = {
                                use telemetry_kit::__private::{CallSite, Constant, Operation};
                                static __SITE: CallSite = CallSite::new(
                                    Operation::Plan,
                                    "plan support",
                                    &[("gen_ai.agent.name", Constant::Str("support"))],
                                );
                                &__SITE
                            };
                            site.begin();
                            loop {
                                self.work().await
                            }
                        },
                        |output| telemetry_kit::__private::Inspect::new(output).inspected_outcome(),
                    )
                    .await
                {}
            }
        "#]],
    );
}

#[test]
fn step() {
    check(
        Kind::Step,
        r#""agent.prompt_assembly""#,
        "fn assemble(parts: &[Part]) -> Result<String, Error> { parts.iter().collect() }",
        &expect![[r#"
            fn assemble(parts: &[Part]) -> Result<String, Error> {
                let site = {
                    use ::agent_trace_runtime::__private::{CallSite, Operation};
                    static __SITE: CallSite = CallSite::new(
                        Operation::Step,
                        "agent.prompt_assembly",
                        &[],
                    );
                    &__SITE
                };
                let mut call = site.start();
                let output = ::agent_trace_runtime::__private::ActiveCall::enter(
                    &mut call,
                    move || -> Result<String, Error> { parts.iter().collect() },
                );
                ::agent_trace_runtime::__private::returned(&output)
                    .finish_call(
                        call,
                        output,
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                        },
                    )
            }
        "#]],
    );
}

#[test]
fn a_function_that_async_trait_has_rewritten() {
    check(
        Kind::Tool,
        "",
        "fn lookup<'life0, 'async_trait>(
            &'life0 self,
        ) -> Pin<Box<dyn Future<Output = u32> + Send + 'async_trait>> {
            Box::pin(async move { let __self = self; __self.orders().await })
        }",
        &expect![[r#"
            fn lookup<'life0, 'async_trait>(
                &'life0 self,
            ) -> Pin<Box<dyn Future<Output = u32> + Send + 'async_trait>> {
                Box::pin(
                    ::agent_trace_runtime::__private::trace(
                        async move {
                            if false {
                                return ::agent_trace_runtime::__private::output_type::<
                                    <Pin<
                                        Box<dyn Future<Output = u32> + Send + 'async_trait>,
                                    > as ::core::future::Future>::Output,
                                >();
                            }
                            let site = {
                                use ::agent_trace_runtime::__private::{
                                    CallSite, Constant, Operation,
                                };
                                static __SITE: CallSite = CallSite::new(
                                    Operation::Tool,
                                    "execute_tool lookup",
                                    &[("gen_ai.tool.name", Constant::Str("lookup"))],
                                );
                                &__SITE
                            };
                            site.begin();
                            let __self = self;
                            __self.orders().await
                        },
                        |output| {
                            ::agent_trace_runtime::__private::Inspect::new(output)
                                .inspected_outcome()
                        },
                    ),
                )
            }
        "#]],
    );
}

#[test]
fn a_function_that_is_one_async_block() {
    check(
        Kind::Tool,
        "",
        "fn lookup(&self) -> impl Future<Output = u32> + use<'_> { async { 7 } }",
        &expect![[r#"
            fn lookup(&self) -> impl Future<Output = u32> + use<'_> {
                ::agent_trace_runtime::__private::trace(
                    async {
                        if false {
                            return ::agent_trace_runtime::__private::output_type::<u32>();
                        }
                        let site = {
                            use ::agent_trace_runtime::__private::{CallSite, Constant, Operation};
                            static __SITE: CallSite = CallSite::new(
                                Operation::Tool,
                                "execute_tool lookup",
                                &[("gen_ai.tool.name", Constant::Str("lookup"))],
                            );
                            &__SITE
                        };
                        site.begin();
                        7
                    },
                    |output| {
                        ::agent_trace_runtime::__private::Inspect::new(output).inspected_outcome()
                    },
                )
            }
        "#]],
    );
}

#[test]
fn the_readme_shows_a_real_expansion() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = std::fs::read_to_string(path).expect("the README of the repository");
    let blocks: Vec<&str> = readme
        .split("```rust,ignore\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect();
    let [annotated, expanded] = blocks.as_slice() else {
        panic!("the README shows one function and its expansion")
    };
    let function = annotated.strip_prefix("#[tool]\n").expect("a tool");
    assert_eq!(*expanded, expansion(Kind::Tool, "", function));
}
