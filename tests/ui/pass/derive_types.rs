//! Derived responses of every form.
#![deny(warnings)]

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use agent_trace_runtime::{InferenceResponse, Usage, llm_call};

pub struct Name(String);

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[derive(InferenceResponse)]
pub struct Texts<'a> {
    #[response(model)]
    pub model: Name,
    #[response(id)]
    pub id: Option<&'a Name>,
    #[response(service_tier)]
    pub tier: Arc<str>,
    #[response(system_fingerprint)]
    pub fingerprint: Option<Cow<'a, str>>,
    #[response(finish_reasons)]
    pub finish: &'a [Rc<str>],
    #[response(usage)]
    pub usage: Option<Box<Usage>>,
}

#[derive(InferenceResponse)]
pub struct Generic<'a, T, U: Clone, const N: usize>
where
    T: 'a,
{
    #[response(model)]
    pub model: &'a T,
    #[response(finish_reasons)]
    pub finish: [Option<T>; N],
    #[response(input_tokens)]
    pub input: U,
    #[response(output_tokens)]
    pub output: Option<U>,
}

#[derive(InferenceResponse)]
pub struct Reply(#[response(flatten)] Texts<'static>, pub u8);

#[derive(InferenceResponse)]
pub enum Any<'a, T> {
    Texts(Texts<'a>),
    Generic { inner: Generic<'a, String, u8, 1> },
    Other(#[response(flatten)] T, u8),
}

#[llm_call(model = "gpt-4o", usage = required)]
pub fn ask() -> Option<Any<'static, Reply>> {
    None
}

fn main() {
    assert!(ask().is_none());
}
