//! Hot paths under valgrind: the table shows their instructions, and `cargo test` holds them.
//!
//! Spans are queued for a thread that is not in a count. Each path is run before it is counted, and then often: what random ids and hash seeds change is less than a hundredth.

use std::mem::forget;

use agent_trace_benches::calls;
use agent_trace_benches::destination::Discard;
use agent_trace_benches::once;
use agent_trace_benches::rows::instructions::RUNS;
use agent_trace_benches::work::by_hand::Instruments;
use agent_trace_benches::work::{agent_trace, plain, ready};
use agent_trace_runtime::Telemetry;
use gungraun::{library_benchmark, library_benchmark_group, main};
use opentelemetry::Context;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;

/// Does something so many times.
type Work = Box<dyn FnMut(u64)>;

#[library_benchmark]
#[bench::not_installed_llm_call_plain(repeated(once::chat(plain::chat)))]
#[bench::not_installed_llm_call_ours(repeated(once::chat(agent_trace::chat)))]
#[bench::not_installed_tool_plain(repeated(once::tool(plain::tool)))]
#[bench::not_installed_tool_ours(repeated(once::tool(agent_trace::tool)))]
#[bench::unsampled_llm_call_ours(unsampled_llm_call())]
#[bench::unsampled_llm_call_by_hand(unsampled_llm_call_by_hand())]
#[bench::llm_call_ours(llm_call())]
#[bench::llm_call_by_hand(llm_call_by_hand())]
#[bench::measured_llm_call_ours(measured_llm_call())]
#[bench::measured_llm_call_by_hand(measured_llm_call_by_hand())]
#[bench::tool_ours(tool())]
#[bench::tool_by_hand(tool_by_hand())]
#[bench::step_ours(step())]
#[bench::step_by_hand(step_by_hand())]
#[bench::measured_tool_below_agent_ours(measured_tool_below_agent())]
#[bench::failing_tool_ours(failing_tool())]
#[bench::failing_tool_by_hand(failing_tool_by_hand())]
#[bench::poll_ours(poll())]
#[bench::poll_by_hand(poll_by_hand())]
#[bench::chunk_ours(chunk())]
#[bench::chunk_by_hand(chunk_by_hand())]
fn instructions(mut work: Work) -> Work {
    work(RUNS);
    work
}

library_benchmark_group!(name = hot_paths, benchmarks = instructions);
main!(library_benchmark_groups = hot_paths);

/// Has run before.
fn repeated(mut once: impl FnMut() + 'static) -> Work {
    let mut work = move |times| (0..times).for_each(|_| once());
    work(RUNS);
    Box::new(work)
}

fn unsampled_llm_call() -> Work {
    install();
    forget(calls::unsampled_parent().attach());
    repeated(once::chat(agent_trace::chat))
}

fn unsampled_llm_call_by_hand() -> Work {
    let kit = by_hand();
    forget(calls::unsampled_parent().attach());
    repeated(once::chat(|model, request| kit.chat(model, request)))
}

fn llm_call() -> Work {
    install();
    repeated(once::chat(agent_trace::chat))
}

fn llm_call_by_hand() -> Work {
    let kit = by_hand();
    repeated(once::chat(|model, request| kit.chat(model, request)))
}

fn measured_llm_call() -> Work {
    install_with_metrics();
    repeated(once::chat(agent_trace::chat))
}

fn measured_llm_call_by_hand() -> Work {
    let kit = by_hand();
    repeated(once::chat(|model, request| kit.measured_chat(model, request)))
}

fn tool() -> Work {
    install();
    repeated(once::tool(agent_trace::tool))
}

fn tool_by_hand() -> Work {
    let kit = by_hand();
    repeated(once::tool(|number| kit.tool(number)))
}

fn step() -> Work {
    install();
    repeated(once::tool(agent_trace::step))
}

fn step_by_hand() -> Work {
    let kit = by_hand();
    repeated(once::tool(|number| kit.step(number)))
}

fn measured_tool_below_agent() -> Work {
    install_with_metrics();
    // The context of an agent, in which tools run that it never waits for.
    let context = ready(agent_trace::agent(async { Context::current() }));
    forget(context.attach());
    repeated(once::tool(agent_trace::tool))
}

fn failing_tool() -> Work {
    install();
    repeated(once::tool(agent_trace::failing_tool))
}

fn failing_tool_by_hand() -> Work {
    let kit = by_hand();
    repeated(once::tool(|number| kit.failing_tool(number)))
}

fn poll() -> Work {
    install();
    repeated(once::poll(agent_trace::forever()))
}

fn poll_by_hand() -> Work {
    repeated(once::poll(by_hand().forever()))
}

fn chunk() -> Work {
    install();
    repeated(once::chunk(agent_trace::chunks()))
}

fn chunk_by_hand() -> Work {
    repeated(once::chunk(by_hand().chunks()))
}

/// Until the process ends, which is that of one path.
fn install() {
    let telemetry = Telemetry::builder().span_processor(Discard::default().batched()).install();
    forget(telemetry.expect("no other is installed"));
}

fn install_with_metrics() {
    let telemetry = Telemetry::builder().span_processor(Discard::default().batched());
    let telemetry = telemetry.metric_reader(ManualReader::default()).install();
    forget(telemetry.expect("no other is installed"));
}

fn by_hand() -> &'static Instruments {
    let spans =
        SdkTracerProvider::builder().with_span_processor(Discard::default().batched()).build();
    let meters = SdkMeterProvider::builder().with_reader(ManualReader::default()).build();
    Box::leak(Box::new(Instruments::new(spans.tracer("by hand"), meters)))
}
