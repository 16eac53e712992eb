//! The context of a call, and a copy of it that is made before it is attached.
//!
//! What is attached is moved twice, in wider pieces than those in which a copy is written. A copy that is as old as the
//! last poll has arrived where it is read; one that has just been made is waited for, for as long as an atomic
//! step takes.

use opentelemetry::{Context, ContextGuard};

#[derive(Debug, Default)]
pub(super) struct AttachableContext {
    context: Context,
    /// The same context, from [`renew`](Self::renew) until it is attached; an empty one before and after.
    copy: Context,
}

impl AttachableContext {
    #[inline(always)]
    pub(super) fn set(&mut self, context: Context) {
        self.context = context;
    }

    /// Attaches it for the first time.
    ///
    /// # Panics
    ///
    /// Where the current context is borrowed.
    #[inline(always)]
    pub(super) fn attach_new(&self) -> ContextGuard {
        self.context.clone().attach()
    }

    /// Attaches it again, after it was renewed.
    ///
    /// # Panics
    ///
    /// Where the current context is borrowed. It can be attached later on, then.
    #[inline(always)]
    pub(super) fn attach(&mut self) -> ContextGuard {
        let copy = std::mem::take(&mut self.copy);
        let unattached = Unattached(self);
        let guard = copy.attach();
        std::mem::forget(unattached);
        guard
    }

    /// Prepares the next time that it is attached.
    #[inline(always)]
    pub(super) fn renew(&mut self) {
        self.copy = self.context.clone();
    }
}

/// Gives the copy back where what attaches it unwinds.
struct Unattached<'a>(&'a mut AttachableContext);

impl Drop for Unattached<'_> {
    #[cold]
    fn drop(&mut self) {
        self.0.renew();
    }
}
