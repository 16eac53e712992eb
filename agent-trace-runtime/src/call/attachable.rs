//! The context of a call, and a copy of it that is made before it is attached.
//!
//! What is attached is moved twice, in wider pieces than those in which a copy is written. A copy that is as old as the
//! last poll has arrived where it is read; one that has just been made is waited for, for as long as an atomic
//! step takes.

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, ContextGuard};

#[derive(Debug, Default)]
pub(super) struct AttachableContext {
    context: Context,
    /// The same context from when it was prepared until it is attached, an empty one at other times.
    copy: Context,
}

impl AttachableContext {
    /// Of what is empty, as it is by default.
    #[inline(always)]
    pub(super) fn set(&mut self, context: Context) {
        debug_assert!(!self.copy.has_active_span(), "a copy of another context");
        self.context = context;
    }

    /// Attaches the copy, if there is one.
    #[inline(always)]
    pub(super) fn attach(&mut self) -> ContextGuard {
        if !self.copy.has_active_span() {
            return self.attach_unprepared();
        }
        std::mem::take(&mut self.copy).attach()
    }

    /// Attaches it where nothing was prepared: for the first time, say.
    #[inline(never)]
    pub(super) fn attach_unprepared(&self) -> ContextGuard {
        self.context.clone().attach()
    }

    /// Prepares the next time that it is attached. Where it has no span, there is little to prepare, and no way to see that it was.
    #[inline(always)]
    pub(super) fn prepare(&mut self) {
        if self.context.has_active_span() {
            self.copy = self.context.clone();
        }
    }
}
