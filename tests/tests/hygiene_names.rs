//! User code with the names that the macros' output uses, for everything that can have a name.

use agent_trace_runtime::testing::Recorder;
use futures::executor::block_on;

/// Items and locals named like those in the output of the macros, and like what these refer to.
mod shadowed {
    use ::agent_trace_runtime::{llm_call, step, tool};

    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod agent_trace_runtime {
        pub(crate) mod __private {}
    }

    #[derive(Debug, PartialEq)]
    pub(crate) enum Result<T, E = Fault> {
        Fine(T),
        Bad(E),
    }

    #[derive(Debug, PartialEq)]
    pub(crate) struct Fault;

    pub(crate) struct Inspect;
    pub(crate) struct CallSite;
    pub(crate) struct Constant;
    pub(crate) struct Operation;
    pub(crate) struct Returned;
    pub(crate) struct Outcome;
    pub(crate) struct Future;
    pub(crate) static SITE: u8 = 3;
    pub(crate) mod key {
        pub(crate) const TOOL_NAME: u8 = 4;
    }

    #[expect(non_snake_case, reason = "shadows the variant")]
    pub(crate) fn Ok(value: u8) -> u8 {
        value
    }

    #[expect(non_snake_case, reason = "shadows the variant")]
    pub(crate) fn Err(value: u8) -> u8 {
        value
    }

    pub(crate) fn returned(value: u8) -> u8 {
        value
    }

    pub(crate) fn output_type(value: u8) -> u8 {
        value
    }

    macro_rules! unreachable {
        () => {
            5
        };
    }

    #[tool(attributes("app.site" = SITE, "app.key" = key::TOOL_NAME, "app.sum" = returned(1) + Ok(2)))]
    pub(crate) fn items() -> u8 {
        let _: (Inspect, CallSite, Constant, Operation, Returned, Outcome, Future) =
            (Inspect, CallSite, Constant, Operation, Returned, Outcome, Future);
        SITE + key::TOOL_NAME + returned(1) + output_type(1) + Ok(1) + Err(1) + unreachable!()
    }

    #[tool(
        name = call,
        attributes("app.site" = site, "app.attributes" = attributes, "app.output" = output)
    )]
    pub(crate) fn arguments(call: &str, site: u8, attributes: u8, output: u8) -> usize {
        call.len() + usize::from(site + attributes + output)
    }

    #[llm_call(model = call, provider = site, attributes("app.output" = output), usage = none)]
    pub(crate) async fn arguments_later(call: &str, site: &str, output: [u8; 2]) -> usize {
        let attributes = call.len();
        let length = site.len();
        attributes + length + output.len()
    }

    #[step("app.own_result", attributes("app.unreachable" = unreachable!()))]
    pub(crate) async fn own_result(fail: bool) -> Result<u8> {
        if fail {
            return Result::Bad(Fault);
        }
        Result::Fine(1)
    }

    #[step("app.inner_items")]
    pub(crate) fn inner_items() -> u8 {
        static SITE: u8 = 6;
        struct CallSite(u8);
        use self::key as __private;
        fn call(site: u8) -> u8 {
            site
        }
        call(SITE) + CallSite(1).0 + __private::TOOL_NAME
    }
}

#[test]
fn items_of_the_same_names() {
    let recorder = Recorder::install();
    assert_eq!(shadowed::items(), 16);
    assert_eq!(shadowed::inner_items(), 11);
    let span = recorder.span("execute_tool items");
    assert_eq!(span.attribute("app.site"), Some(&3.into()));
    assert_eq!(span.attribute("app.key"), Some(&4.into()));
    assert_eq!(span.attribute("app.sum"), Some(&3.into()));
    assert_eq!(recorder.tree(), "execute_tool items\napp.inner_items\n");
}

#[test]
fn arguments_of_the_same_names() {
    let recorder = Recorder::install();
    assert_eq!(shadowed::arguments("name", 1, 2, 3), 10);
    let span = recorder.span("execute_tool name");
    for (key, value) in [("app.site", 1), ("app.attributes", 2), ("app.output", 3)] {
        assert_eq!(span.attribute(key), Some(&value.into()), "{key}");
    }
    assert_eq!(block_on(shadowed::arguments_later("m", "p", [1, 2])), 4);
    let span = recorder.span("chat m");
    assert_eq!(span.attribute("gen_ai.provider.name"), Some(&"p".into()));
}

#[test]
fn a_result_of_their_own_is_a_value() {
    let recorder = Recorder::install();
    assert_eq!(block_on(shadowed::own_result(false)), shadowed::Result::Fine(1));
    assert_eq!(block_on(shadowed::own_result(true)), shadowed::Result::Bad(shadowed::Fault));
    assert_eq!(recorder.tree(), "app.own_result\napp.own_result\n");
}

/// Methods named like those that the output calls, on everything.
mod methods {
    use agent_trace_runtime::tool;

    pub(crate) trait Everything: Sized {
        fn start(self, _: u8) -> u8 {
            1
        }
        fn run(self) -> u8 {
            2
        }
        fn enter(self) -> u8 {
            3
        }
        fn finish(self) -> u8 {
            4
        }
        fn outcome(&self) -> u8 {
            5
        }
        fn response(&self) -> u8 {
            6
        }
        fn with_response(self) -> u8 {
            7
        }
        fn set(&self) -> u8 {
            8
        }
        fn text(&self) -> u8 {
            9
        }
        fn target(&self) -> u8 {
            10
        }
    }

    impl<T> Everything for T {}

    #[tool(name = name, attributes("app.outcome" = name.outcome(), "app.set" = 1_i64.set()))]
    pub(crate) fn plain(name: &str) -> Result<u8, String> {
        Ok(name.outcome() + name.response() + name.start(0) + name.run() + name.enter())
    }

    #[tool(name = name, attributes("app.target" = name.target()))]
    pub(crate) async fn later(name: &str) -> Result<u8, String> {
        Err(format!("{}{}{}", name.finish(), name.text(), name.with_response()))
    }
}

#[test]
fn methods_of_the_same_names() {
    let recorder = Recorder::install();
    assert_eq!(methods::plain("plain"), Ok(17));
    assert_eq!(block_on(methods::later("later")), Err("497".to_owned()));
    assert_eq!(recorder.tree(), "execute_tool plain\nexecute_tool later [error _OTHER]\n",);
    assert_eq!(recorder.span("execute_tool plain").attribute("app.outcome"), Some(&5.into()),);
}

/// The macros by their full paths, and under other names.
mod paths {
    use agent_trace_runtime::tool as instrument;

    #[agent_trace_runtime::agent(crate = agent_trace_runtime)]
    pub(crate) fn by_path() -> u8 {
        by_other_name()
    }

    #[instrument(crate = ::agent_trace_runtime)]
    fn by_other_name() -> u8 {
        agent_trace_runtime::current().set(agent_trace_runtime::attribute!("app.path" = "by path"));
        1
    }
}

#[test]
fn macros_by_path_and_by_another_name() {
    let recorder = Recorder::install();
    assert_eq!(paths::by_path(), 1);
    assert_eq!(recorder.tree(), "invoke_agent by_path\n└─ execute_tool by_other_name\n");
}
