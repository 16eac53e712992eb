//! How a call starts: sampled first, then with its ids, its moment, its span in the context and its record.

use std::mem::ManuallyDrop;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::trace::SpanLimits;

use super::active::{Observed, Running, State};
use super::agent_run::{self, AgentRun};
use super::context_attributes::ContextAttributes;
use super::covered;
use super::current::{self, is_running};
use super::dispatch;
use super::moment::Moment;
use super::site::CallSite;
use super::span::{ContextSpan, Open, Sampled, Spans, give_back, new_call};
use super::start_rules::StartRules;

impl CallSite {
    /// Starts the call whose state this is, here; it stays off where it cannot.
    pub(super) fn start_here(&'static self, state: &mut State) {
        *state = State::Off;
        if !current::thread_is_alive() {
            return;
        }
        // What takes room is not handed back through closures: to copy it takes as long as to start.
        let is_done = Context::map_current(|parent| {
            let rules = dispatch::rules_to_begin(parent);
            if let Some(rules) = rules.filter(|rules| rules.suffice_below(parent)) {
                self.start_in(rules, None, parent, state);
                if dispatch::hold(rules) {
                    return Some(true);
                }
                take_back(state);
            }
            dispatch::with_pipeline_to_begin(parent, |pipeline| {
                // The code of others may not run while the current context is borrowed.
                let is_ours = !pipeline.spans.runs_code_of_others(parent);
                if is_ours {
                    self.start_in(pipeline.rules, Some(&pipeline.spans), parent, state);
                }
                is_ours
            })
        });
        if is_done == Some(false) {
            let parent = Context::current();
            dispatch::with_pipeline_to_begin(&parent, |pipeline| {
                self.start_in(pipeline.rules, Some(&pipeline.spans), &parent, state);
            });
        }
    }

    /// Where the rules do not say all, `spans` do.
    fn start_in(
        &'static self,
        rules: StartRules,
        spans: Option<&Spans>,
        parent: &Context,
        state: &mut State,
    ) {
        if parent.is_telemetry_suppressed() {
            return;
        }
        // To look into the context's values takes as long as a look at the clock.
        let seeks_agent =
            agent_run::are_named() && (rules.has_metrics() || self.operation.concerns_agent());
        let around = seeks_agent.then(|| AgentRun::around(parent)).flatten();
        if let Some(run) = around {
            run.count(self.operation);
        }
        if rules.drop_alike(parent) && !self.observed(rules, false).is_any() && !is_running() {
            return;
        }
        let (mut running, mut open) = new_call(self);
        let sampled = if covered::is_covered(self, parent) {
            open.join(parent)
        } else {
            match spans.filter(|_| rules.asks_sampler(parent.span().span_context())) {
                Some(spans) => spans.ask_sampler(&mut open, parent),
                None => rules.sample(&mut open, parent),
            }
        };
        let records = matches!(sampled, Sampled::Recorded | Sampled::Joined);
        let observed = self.observed(rules, records);
        if !observed.is_any() {
            hide(&open, sampled, parent, state);
            return give_back(running, open);
        }
        // Made before the looks at the clock, and moved after: what has just been written stalls.
        let record = running.record().filter(|_| sampled == Sampled::Recorded);
        let span = record.map(|record| ContextSpan::new(&open.span_context, record));
        open.started = Moment::now();
        open.start_time = open.started.time();
        open.observed = observed;
        open.limits = spans.map_or_else(SpanLimits::default, Spans::limits);
        open.scope = dispatch::scope_of(parent).cloned();
        let begun = AgentRun::begun_by(self);
        // To share it costs an atomic count, at which all calls of the agent meet.
        let names_its_agent =
            observed.metrics || self.operation.is_of_agent() && rules.names_agents();
        open.run = begun.clone().or_else(|| around.filter(|_| names_its_agent).cloned());
        if observed.is_recording() {
            open.around = ContextAttributes::of(parent).cloned();
        }
        if observed.details && !observed.span {
            self.start_attributes(&mut open.attributes);
        }
        open.constants = open.attributes.len();
        match sampled {
            Sampled::Recorded => {
                if let Some(spans) = spans {
                    spans.tell_start(&mut open, parent);
                }
            }
            Sampled::Joined => open.joined = Some(parent.clone()),
            Sampled::Alike | Sampled::Apart => {}
        }
        running.observed = observed;
        let mut context = match span {
            Some(span) => parent.with_span(span),
            None if sampled == Sampled::Apart => {
                parent.with_remote_span_context(open.span_context.clone())
            }
            None => parent.clone(),
        };
        if let Some(run) = begun {
            context = context.with_value(run);
        }
        running.begin(open);
        // Not as soon as it is made: to copy what has just been written stalls.
        running.context.set(context);
        *state = State::Running(ManuallyDrop::new(running));
    }

    fn observed(&self, rules: StartRules, is_sampled: bool) -> Observed {
        let details = self.operation.is_inference() && rules.has_details();
        Observed {
            span: is_sampled,
            metrics: rules.has_metrics(),
            errors: rules.has_events() && self.tells_of_errors(),
            details,
            content: is_sampled && rules.captures_on_spans()
                || details && rules.captures_on_events(),
        }
    }
}

/// Makes a call that has begun as if it had not: its telemetry has ended meanwhile.
#[cold]
fn take_back(state: &mut State) {
    if let State::Running(running) = std::mem::replace(state, State::Off) {
        let mut running = ManuallyDrop::into_inner(running);
        if let Some(open) = running.close() {
            give_back(running, open);
        }
    }
}

/// A call of which nobody is told. What is below has to see that it is not sampled, and no call around it.
fn hide(open: &Open, sampled: Sampled, parent: &Context, state: &mut State) {
    let mut running = Box::new(Running::new(open.site));
    running.context.set(match sampled {
        Sampled::Apart => parent.with_remote_span_context(open.span_context.clone()),
        Sampled::Recorded | Sampled::Joined | Sampled::Alike => parent.clone(),
    });
    *state = State::Running(ManuallyDrop::new(running));
}
