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
    #[inline(always)]
    pub(super) fn set(&mut self, context: Context) {
        self.context = context;
    }

    /// Attaches it for the first time.
    #[inline(always)]
    pub(super) fn attach_first(&self) -> ContextGuard {
        self.context.clone().attach()
    }

    /// Attaches it again: the copy, if it was prepared.
    #[inline(always)]
    pub(super) fn attach(&mut self) -> ContextGuard {
        if !self.copy.has_active_span() {
            self.prepare_late();
        }
        std::mem::take(&mut self.copy).attach()
    }

    /// Prepares the next time that it is attached.
    #[inline(always)]
    pub(super) fn prepare(&mut self) {
        self.copy = self.context.clone();
    }

    #[cold]
    #[inline(never)]
    fn prepare_late(&mut self) {
        self.prepare();
    }
}
