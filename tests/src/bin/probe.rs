//! A small traced program, run by tests as a process of its own.
//!
//! `probe RUNTIME ENDING`: runs an agent under RUNTIME (`none`, `current_thread`, `one_worker`,
//! `default`), then ends telemetry by ENDING (`drop`, `flush`, `shutdown`, `inside`: shut down
//! within the runtime, `task`: dropped by a task of it, `describe`: none, it says what is in force). Prints the error of an install or an ending
//! to stdout. ENDING `doctor` installs nothing: it prints a diagnosis, and fails where there are problems.

use std::process::ExitCode;

use agent_trace_runtime::{
    Backend, Evaluation, Telemetry, TelemetryBuilder, Usage, agent, current, llm_call, tool,
};

#[agent(name = "probe")]
async fn run() -> u32 {
    let answer = ask().await.len() as u32 + double(20);
    current().record_evaluation(Evaluation::new("correctness").score(1.0));
    answer
}

#[llm_call(model = "gpt-4o", usage = manual)]
async fn ask() -> &'static str {
    tokio_free_yield().await;
    current().record_usage(Usage::new(7, 2));
    "42"
}

#[tool]
fn double(number: u32) -> u32 {
    number * 2
}

/// Returns to the executor once, whatever executor that is.
async fn tokio_free_yield() {
    let mut is_ready = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut is_ready, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let runtime = arguments.next().unwrap_or_default();
    let ending = arguments.next().unwrap_or_default();
    if ending == "doctor" {
        let diagnosis = builder().doctor();
        print!("{diagnosis}");
        return if diagnosis.is_healthy() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let telemetry = match builder().install() {
        Ok(telemetry) => telemetry,
        Err(error) => {
            println!("{error}");
            return ExitCode::from(2);
        }
    };
    if ending == "describe" {
        print!("{}", telemetry.describe());
        std::mem::forget(telemetry);
        return ExitCode::SUCCESS;
    }
    let mut builder = match runtime.as_str() {
        "none" => {
            block_on(run());
            return end(telemetry, &ending);
        }
        "current_thread" => tokio::runtime::Builder::new_current_thread(),
        "one_worker" | "default" => tokio::runtime::Builder::new_multi_thread(),
        other => panic!("no runtime is called {other}"),
    };
    if runtime == "one_worker" {
        builder.worker_threads(1);
    }
    let executor = builder.enable_all().build().expect("a runtime");
    executor.block_on(async move {
        run().await;
        match ending.as_str() {
            "inside" => end(telemetry, "shutdown"),
            "task" => tokio::spawn(async move { end(telemetry, "drop") }).await.expect("the task"),
            _ => end(telemetry, &ending),
        }
    })
}

/// As the environment says, and to back ends of the code's: Langfuse at `PROBE_LANGFUSE`, a collector at each address of
/// `PROBE_COLLECTORS`, the last of them with a header of its own.
fn builder() -> TelemetryBuilder {
    let mut builder = Telemetry::builder();
    if let Ok(host) = std::env::var("PROBE_LANGFUSE") {
        builder = builder.backend(Backend::langfuse(host, "pk-lf-1", "sk-lf-1"));
    }
    if let Ok(collectors) = std::env::var("PROBE_COLLECTORS") {
        let mut collectors: Vec<Backend> = collectors.split(' ').map(Backend::collector).collect();
        let last = collectors.pop().map(|last| last.header("x-own", "1"));
        builder = collectors.into_iter().chain(last).fold(builder, TelemetryBuilder::backend);
    }
    builder
}

fn end(telemetry: Telemetry, ending: &str) -> ExitCode {
    let result = match ending {
        "drop" => {
            drop(telemetry);
            return ExitCode::SUCCESS;
        }
        "flush" => {
            let result = telemetry.flush();
            // What drop does is not what is tested here.
            std::mem::forget(telemetry);
            result
        }
        _ => telemetry.shutdown(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// An executor of a few lines: polls until ready.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
