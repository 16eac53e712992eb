//! The run of an agent in this process, as the calls below it see it: a value in their context.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use opentelemetry::{Context, KeyValue, Value};

use super::site::{CallSite, Operation};
use crate::semconv;

/// How many pipelines name agents or count for them. While none does, no agent is in a context: a context with a value
/// costs each call below it two atomic counts and a search.
static NAMING: AtomicUsize = AtomicUsize::new(0);

/// A pipeline that names agents, as long as it is there.
#[derive(Debug)]
pub(super) struct Naming(());

impl Naming {
    pub(super) fn begin() -> Self {
        NAMING.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Naming {
    fn drop(&mut self) {
        NAMING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether somebody names agents.
#[inline]
pub(super) fn are_named() -> bool {
    NAMING.load(Ordering::Relaxed) > 0
}

/// Who runs, and what it has called itself: the calls of an agent below it are that one's.
#[derive(Debug, Default)]
pub(crate) struct AgentRun {
    /// Empty until the arguments have told it.
    name: OnceLock<Cow<'static, str>>,
    inference_calls: AtomicU64,
    tool_calls: AtomicU64,
}

impl AgentRun {
    /// The run that a call at `site` begins.
    pub(super) fn begun_by(site: &'static CallSite) -> Option<Arc<Self>> {
        if site.operation != Operation::Agent || !are_named() {
            return None;
        }
        let run = Self::default();
        if let Some(name) = site.target() {
            let _ = run.name.set(Cow::Borrowed(name));
        }
        Some(Arc::new(run))
    }

    /// The run that a call in `context` belongs to.
    pub(crate) fn around(context: &Context) -> Option<&Arc<Self>> {
        context.get::<Arc<Self>>()
    }

    pub(crate) fn name(&self) -> Option<&Cow<'static, str>> {
        self.name.get()
    }

    /// Takes the name from what the arguments have told.
    pub(super) fn read_name(&self, attributes: &[KeyValue]) {
        let named = attributes.iter().find(|known| known.key.as_str() == semconv::AGENT_NAME);
        if let Some(Value::String(name)) = named.map(|named| &named.value) {
            let _ = self.name.set(Cow::Owned(name.to_string()));
        }
    }

    /// Notes a call that the agent makes.
    pub(super) fn count(&self, operation: Operation) {
        match operation {
            Operation::Inference(_) => self.inference_calls.fetch_add(1, Ordering::Relaxed),
            Operation::Tool => self.tool_calls.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
    }

    pub(super) fn inference_calls(&self) -> u64 {
        self.inference_calls.load(Ordering::Relaxed)
    }

    pub(super) fn tool_calls(&self) -> u64 {
        self.tool_calls.load(Ordering::Relaxed)
    }
}
