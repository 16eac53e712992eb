//! Counts the allocations of calls on the thread that makes them, and prints them as JSON.

use agent_trace_benches::alternate::Variant;
use agent_trace_benches::calls;
use agent_trace_benches::kits::{Ours, Peers, unsampled_by_hand};
use agent_trace_benches::rows::allocations::{
    DISABLED, NOT_INSTALLED, NOT_SAMPLED, NOT_SAMPLED_MEASURED, OF_CHAT, OF_CHUNK, OF_CONSTANTS,
    OF_MEASURED_CHAT, OF_MEASURED_CHUNK, OF_POLL, OF_STEPS, OF_TOOLS,
};
use agent_trace_benches::rows::{Figures, not_installed};
use agent_trace_benches::work::SPANS_OF_TRACE;
use agent_trace_runtime::Telemetry;

/// More than what is allocated once for some calls, as in channels and lists that grow.
const RUNS: u64 = 1_000;

fn main() {
    let counted = if std::env::var_os(not_installed::DISABLED).is_some() {
        let _telemetry = Telemetry::builder().install().expect("no other is installed");
        vec![count(DISABLED, 1, calls::chat_off())]
    } else {
        counted()
    };
    println!("{}", serde_json::to_string(&counted).expect("counts are JSON"));
}

fn counted() -> Vec<Figures> {
    let mut counted = vec![count(NOT_INSTALLED, 1, calls::chat_off())];
    let (by_hand, peers) = (unsampled_by_hand(), Peers::install());
    {
        let ours = Ours::install();
        counted.extend([
            count(OF_CONSTANTS, 1, calls::chat_of_constants(&ours, &peers)),
            count(OF_CHAT, 1, calls::chat(&ours, &peers)),
            count(OF_TOOLS, SPANS_OF_TRACE, calls::trace_of_tools(&ours, &peers)),
            count(OF_STEPS, SPANS_OF_TRACE, calls::trace_of_steps(&ours, &peers)),
            count(OF_POLL, 1, calls::poll(&ours, &peers)),
            count(OF_CHUNK, 1, calls::chunk(&ours, &peers)),
        ]);
        let _attached = calls::unsampled_parent().attach();
        counted.push(count(NOT_SAMPLED, 1, calls::chat_unsampled(&by_hand)));
    }
    let ours = Ours::install_with_metrics();
    counted.extend([
        count(OF_MEASURED_CHAT, 1, calls::measured_chat(&ours, &peers)),
        count(OF_MEASURED_CHUNK, 1, calls::chunk(&ours, &peers)),
    ]);
    let _attached = calls::unsampled_parent().attach();
    counted.push(count(NOT_SAMPLED_MEASURED, 1, calls::measured_chat_unsampled(&by_hand)));
    counted
}

/// Allocations of one of the parts that each of the variants has.
fn count(what: &str, parts: u64, variants: Vec<Variant<'_>>) -> Figures {
    let figures = variants.into_iter().map(|mut variant| {
        variant.turn(RUNS / parts, |work| work());
        let runs = RUNS / parts;
        let info = variant.turn(runs, |work| allocation_counter::measure(work));
        (variant.name().to_owned(), info.count_total as f64 / (runs * parts) as f64)
    });
    Figures { what: what.to_owned(), figures: figures.collect() }
}
