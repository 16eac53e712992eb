//! Constants of the user's as names: of any path, of generic types, and of types of their own.

use std::borrow::Cow;

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{AttributeText, llm_call, step, tool};

const SITE: &str = "site";

#[tool(name = SITE)]
fn named_site() {}

#[step(SITE_STEP)]
fn stepped() {}

const SITE_STEP: &str = "app.site";

trait Backend {
    const MODEL: &'static str;
}

struct Fast;

impl Backend for Fast {
    const MODEL: &'static str = "fast";
}

#[llm_call(model = Served::MODEL, provider = "openai", usage = none)]
fn ask<Served: Backend>(_: Served) {}

struct Client<Served>(Served);

impl<Served: Backend> Client<Served> {
    #[llm_call(model = { Served::MODEL }, provider = "openai", usage = none)]
    fn ask(&self) -> &Served {
        &self.0
    }
}

struct Model(&'static str);

impl AttributeText for Model {
    fn to_text(&self) -> Option<Cow<'_, str>> {
        Some(self.0.into())
    }
}

const LARGE: Model = Model("large");

#[llm_call(model = { LARGE }, provider = "openai", usage = none)]
fn ask_large() {}

#[test]
fn any_constant_can_name_a_call() {
    let recorder = Recorder::install();
    named_site();
    stepped();
    ask(Fast);
    Client(Fast).ask();
    ask_large();
    assert_eq!(recorder.tree(), "execute_tool site\napp.site\nchat fast\nchat fast\nchat large\n",);
}
