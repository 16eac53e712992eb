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
            pub fn ask(
                question: &str,
                tenant: &Tenant,
            ) -> impl ::core::future::Future<Output = Result<Reply, ApiError>> {
                ::agent_trace_runtime::__private::trace(
                    {
                        static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::inference(
                                "chat",
                                "chat gpt-4o",
                                "gpt-4o",
                            )
                            .attributes(
                                &[
                                    (
                                        "gen_ai.provider.name",
                                        ::agent_trace_runtime::__private::Constant::Str("openai"),
                                    ),
                                ],
                            )
                            .of_function(::core::concat!(::core::module_path!(), "::ask"));
                        &__SITE
                    },
                    async move {
                        if false {
                            return ::agent_trace_runtime::__private::output_type::<
                                Result<Reply, ApiError>,
                            >();
                        }
                        ::agent_trace_runtime::__private::arguments(|arguments| {
                            if arguments.is_recording() {
                                arguments.set("app.tenant", &(tenant.name));
                                arguments
                                    .constant(
                                        "app.tier",
                                        ::agent_trace_runtime::__private::Constant::Int(1),
                                    );
                            }
                        });
                        client().send(question).await
                    },
                    |probe| (
                        probe.inspected_value().inspected_items().inspected_ending(),
                        probe.inspected_response().inspected_usage(),
                    ),
                )
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
            fn ask(request: Request) -> impl ::core::future::Future<Output = Reply> {
                ::agent_trace_runtime::__private::trace(
                    {
                        static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::inference(
                                "text_completion",
                                "text_completion",
                                "",
                            )
                            .attributes(
                                &[
                                    (
                                        "gen_ai.provider.name",
                                        ::agent_trace_runtime::__private::Constant::Str(
                                            "aws.bedrock",
                                        ),
                                    ),
                                ],
                            )
                            .of_function(::core::concat!(::core::module_path!(), "::ask"));
                        &__SITE
                    },
                    async move {
                        if false {
                            return ::agent_trace_runtime::__private::output_type::<Reply>();
                        }
                        let request = request;
                        ::agent_trace_runtime::__private::arguments(|arguments| {
                            arguments.target(&(request.model));
                        });
                        send(request).await
                    },
                    |probe| (
                        probe.inspected_value().inspected_items().inspected_ending(),
                        probe.inspected_response().inspected_usage(),
                    ),
                )
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
            fn answer<'a>(
                &mut self,
                question: &'a str,
            ) -> impl ::core::future::Future<Output = &'a str> {
                ::agent_trace_runtime::__private::trace(
                    {
                        static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::agent(
                            "invoke_agent support",
                            "support",
                        );
                        &__SITE
                    },
                    async move {
                        if false {
                            return ::agent_trace_runtime::__private::output_type::<&'a str>();
                        }
                        question
                    },
                    |probe| probe.inspected_value().inspected_items().inspected_ending(),
                )
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
            fn answer(self) -> impl ::core::future::Future<Output = Answer> {
                ::agent_trace_runtime::__private::trace(
                    {
                        static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::remote_agent(
                                "agent.run",
                                "",
                            )
                            .attributes(
                                &[
                                    (
                                        "gen_ai.provider.name",
                                        ::agent_trace_runtime::__private::Constant::Str("openai"),
                                    ),
                                ],
                            );
                        &__SITE
                    },
                    async move {
                        if false {
                            let _ = &self;
                            return ::agent_trace_runtime::__private::output_type::<Answer>();
                        }
                        ::agent_trace_runtime::__private::arguments(|arguments| {
                            arguments.text("gen_ai.agent.name", &(self.name));
                        });
                        self.ask().await
                    },
                    |probe| probe.inspected_value().inspected_items().inspected_ending(),
                )
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
                let mut call = {
                    static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::workflow(
                        "invoke_workflow nightly_digest",
                        "nightly_digest",
                    );
                    &__SITE
                }
                    .start();
                let output = ::agent_trace_runtime::__private::ActiveCall::enter(
                    &mut call,
                    move || -> _ { digests() },
                );
                ::agent_trace_runtime::__private::returned_opaque(&output)
                    .finish_call(
                        call,
                        output,
                        |probe| probe.inspected_value().inspected_opaque_items().inspected_ending(),
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
            fn embed(text: String) -> impl ::core::future::Future<Output = Vec<f32>> {
                ::agent_trace_runtime::__private::trace(
                    {
                        static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::embeddings(
                                "embeddings text-embedding-3-small",
                                "text-embedding-3-small",
                            )
                            .attributes(
                                &[
                                    (
                                        "gen_ai.provider.name",
                                        ::agent_trace_runtime::__private::Constant::Str("openai"),
                                    ),
                                ],
                            )
                            .of_function(::core::concat!(::core::module_path!(), "::embed"));
                        &__SITE
                    },
                    async move {
                        if false {
                            return ::agent_trace_runtime::__private::output_type::<Vec<f32>>();
                        }
                        let text = text;
                        vector(text).await
                    },
                    |probe| (
                        probe.inspected_value().inspected_items().inspected_ending(),
                        probe.inspected_response().inspected_usage(),
                    ),
                )
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
            fn search(query: &str) -> impl ::core::future::Future<Output = Vec<Document>> {
                ::agent_trace_runtime::__private::trace_reading(
                    {
                        static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::retrieval(
                            "retrieval handbook",
                            "handbook",
                        );
                        &__SITE
                    },
                    async move {
                        if false {
                            return ::agent_trace_runtime::__private::output_type::<Vec<Document>>();
                        }
                        index().search(query).await
                    },
                    |output| {
                        ::agent_trace_runtime::__private::count_of(
                            ::agent_trace_runtime::__private::look(output).inspected_count(),
                        );
                        ::core::option::Option::None::<()>
                    },
                    |probe| probe.inspected_value().inspected_items().inspected_ending(),
                )
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
                let mut call = {
                    static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::in_process_memory(
                        "upsert_memory",
                        "upsert_memory",
                        "",
                    );
                    &__SITE
                }
                    .start();
                let output = ::agent_trace_runtime::__private::ActiveCall::enter(
                    &mut call,
                    move || -> () {
                        let note = note;
                        ::agent_trace_runtime::__private::arguments(|arguments| {
                            if arguments.is_recording() {
                                arguments.text("gen_ai.memory.store.id", &(store_id));
                            }
                        });
                        STORE.put(store_id, note)
                    },
                );
                ::agent_trace_runtime::__private::returned(&output)
                    .finish_call(
                        call,
                        output,
                        |probe| probe.inspected_value().inspected_items().inspected_ending(),
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
                let mut call = {
                    static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::tool(
                        "execute_tool lookup_order",
                        "lookup_order",
                    );
                    &__SITE
                }
                    .start();
                let output = ::agent_trace_runtime::__private::ActiveCall::enter(
                    &mut call,
                    move || -> Option<Order> { ORDERS.get(id) },
                );
                ::agent_trace_runtime::__private::returned(&output)
                    .finish_call(
                        call,
                        output,
                        |probe| probe.inspected_value().inspected_items().inspected_ending(),
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
                        {
                            static __SITE: telemetry_kit::__private::CallSite = telemetry_kit::__private::CallSite::plan(
                                "plan support",
                                "support",
                            );
                            &__SITE
                        },
                        async move {
                            if false {
                                return telemetry_kit::__private::output_type::<
                                    ::core::convert::Infallible,
                                >();
                            }
                            loop {
                                self.work().await
                            }
                        },
                        |probe| probe.inspected_value().inspected_items().inspected_ending(),
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
                let mut call = {
                    static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::step(
                        "agent.prompt_assembly",
                        "",
                    );
                    &__SITE
                }
                    .start();
                let output = ::agent_trace_runtime::__private::ActiveCall::enter(
                    &mut call,
                    move || -> Result<String, Error> { parts.iter().collect() },
                );
                ::agent_trace_runtime::__private::returned(&output)
                    .finish_call(
                        call,
                        output,
                        |probe| probe.inspected_value().inspected_items().inspected_ending(),
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
                        {
                            static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::tool(
                                "execute_tool lookup",
                                "lookup",
                            );
                            &__SITE
                        },
                        async move {
                            if false {
                                return ::agent_trace_runtime::__private::output_type::<
                                    <Pin<
                                        Box<dyn Future<Output = u32> + Send + 'async_trait>,
                                    > as ::core::future::Future>::Output,
                                >();
                            }
                            let __self = self;
                            __self.orders().await
                        },
                        |probe| probe.inspected_value().inspected_items().inspected_ending(),
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
                    {
                        static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::tool(
                            "execute_tool lookup",
                            "lookup",
                        );
                        &__SITE
                    },
                    async {
                        if false {
                            return ::agent_trace_runtime::__private::output_type::<u32>();
                        }
                        7
                    },
                    |probe| probe.inspected_value().inspected_items().inspected_ending(),
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
