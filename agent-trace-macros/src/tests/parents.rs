//! Calls with a parent of their own: what is looked at before the block has taken the arguments.

use expect_test::{Expect, expect};

use super::expansion;
use crate::kind::Kind;

#[track_caller]
fn check(arguments: &str, function: &str, expected: &Expect) {
    expected.assert_eq(&expansion(Kind::Agent, arguments, function));
}

#[test]
fn an_owned_argument_is_lent() {
    check(
        "parent = headers",
        "async fn answer(headers: HeaderMap, question: String) -> String { reply(question).await }",
        &expect![[r#"
            fn answer(
                headers: HeaderMap,
                question: String,
            ) -> impl ::core::future::Future<Output = String> {
                ::agent_trace_runtime::__private::below(|| {
                        #[allow(unused_variables)]
                        let headers = &headers;
                        ::agent_trace_runtime::__private::parent(&(headers))
                    })
                    .poll_in(
                        ::agent_trace_runtime::__private::trace(
                            {
                                static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::agent(
                                    "invoke_agent answer",
                                    "answer",
                                );
                                &__SITE
                            },
                            async move {
                                if false {
                                    return ::agent_trace_runtime::__private::output_type::<String>();
                                }
                                let headers = headers;
                                let question = question;
                                let _ = &headers;
                                reply(question).await
                            },
                            |probe| probe.inspected_value().inspected_items().inspected_ending(),
                        ),
                    )
            }
        "#]],
    );
}

#[test]
fn a_plain_function_enters_below_its_parent() {
    check(
        "parent = message.headers()",
        "fn answer(message: &Message) -> usize { message.len() }",
        &expect![[r#"
            fn answer(message: &Message) -> usize {
                let mut call = {
                    static __SITE: ::agent_trace_runtime::__private::CallSite = ::agent_trace_runtime::__private::CallSite::agent(
                        "invoke_agent answer",
                        "answer",
                    );
                    &__SITE
                }
                    .start();
                let output = ::agent_trace_runtime::__private::below(|| {
                        ::agent_trace_runtime::__private::parent(&(message.headers()))
                    })
                    .enter(|| ::agent_trace_runtime::__private::ActiveCall::enter(
                        &mut call,
                        move || -> usize { message.len() },
                    ));
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
