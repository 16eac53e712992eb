//! A traced program that ends with calls in flight, run by tests as a process of its own.
//!
//! `endings RUNTIME ENDING`: starts an agent under RUNTIME (`current_thread`, `default`) that waits for two
//! model calls, prints `started`, and ends by ENDING: `return` or `panic` of `main`, `panic_inside` of the
//! agent, `runtime` that is dropped with the agent in a task, `return_tasks` or `panic_tasks` with the calls in
//! tasks of a runtime that outlives telemetry, `signal`, `signal_tasks` with the calls in tasks,
//! `signal_blocked` in a future that hears nothing, `signal_later` when the future has finished, or `finish`,
//! which ends in time. The last five run under `run_until_signal`, and print what came of it.

use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::mpsc;
use std::task::Poll;

use agent_trace_runtime::{Run, Usage, agent, llm_call, tool};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

#[tool]
fn look_up() -> u32 {
    42
}

#[llm_call(model = "gpt-4o", usage = manual, attributes("app.finishes" = finishes))]
async fn ask(finishes: bool) {
    if finishes {
        agent_trace_runtime::current().record_usage(Usage::new(7, 2));
        return;
    }
    pending().await
}

/// Calls `started` when both model calls have.
#[agent(name = "ended")]
async fn run(finishes: bool, started: impl FnOnce()) {
    look_up();
    let (mut first, mut second) = (pin!(ask(finishes)), pin!(ask(finishes)));
    let mut started = Some(started);
    poll_fn(|context| {
        let (first, second) = (first.as_mut().poll(context), second.as_mut().poll(context));
        if let Some(started) = started.take() {
            started();
        }
        if first.is_ready() && second.is_ready() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// The same with the model calls in tasks.
#[agent(name = "ended")]
async fn run_with_tasks(say: impl FnOnce()) {
    look_up();
    let (sender, mut started) = tokio::sync::mpsc::channel(2);
    let mut tasks = JoinSet::new();
    for _ in 0..2 {
        let sender = sender.clone();
        let task = async move {
            let mut call = pin!(ask(false));
            let mut sender = Some(sender);
            poll_fn(|context| {
                let poll = call.as_mut().poll(context);
                if let Some(sender) = sender.take() {
                    let _ = sender.try_send(());
                }
                poll
            })
            .await
        };
        tasks.spawn(agent_trace_runtime::FutureExt::with_current_context(task));
    }
    started.recv().await;
    started.recv().await;
    say();
    while tasks.join_next().await.is_some() {}
}

fn say_started() {
    println!("started");
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let runtime = arguments.next().unwrap_or_default();
    let ending = arguments.next().unwrap_or_default();
    let telemetry = agent_trace_runtime::init().expect("telemetry");
    let runtime = build(&runtime);
    match ending.as_str() {
        "return" | "panic" => {
            let mut run = Box::pin(run(false, say_started));
            runtime.block_on(poll_fn(|context| {
                let poll = run.as_mut().poll(context);
                assert!(poll.is_pending(), "it waits");
                Poll::Ready(())
            }));
            assert_eq!(ending, "return", "main panics");
            ExitCode::SUCCESS
        }
        "panic_inside" => {
            runtime.block_on(run(false, || panic!("the agent panics")));
            ExitCode::SUCCESS
        }
        "runtime" => {
            let (sender, started) = mpsc::channel();
            runtime.spawn(run(false, move || sender.send(()).expect("main waits")));
            match wait(&runtime, &started) {
                true => say_started(),
                false => return ExitCode::FAILURE,
            }
            drop(runtime);
            ExitCode::SUCCESS
        }
        "return_tasks" | "panic_tasks" => {
            let (sender, started) = mpsc::channel();
            let sender = sender.clone();
            runtime.spawn(run_with_tasks(move || sender.send(()).expect("main waits")));
            assert!(wait(&runtime, &started));
            let telemetry = telemetry;
            assert_eq!(ending, "return_tasks", "main panics");
            drop(telemetry);
            std::mem::forget(runtime);
            ExitCode::SUCCESS
        }
        "signal_blocked" => report(runtime.block_on(telemetry.run_until_signal(async {
            say_started();
            loop {
                std::thread::park();
            }
        }))),
        "signal_later" => {
            let run = runtime.block_on(telemetry.run_until_signal(run(true, || {})));
            assert_eq!(run, Run::Finished(()));
            say_started();
            loop {
                std::thread::park();
            }
        }
        "signal_tasks" => {
            report(runtime.block_on(telemetry.run_until_signal(run_with_tasks(say_started))))
        }
        "signal" | "finish" => {
            let run = run(ending == "finish", say_started);
            report(runtime.block_on(telemetry.run_until_signal(run)))
        }
        other => panic!("no ending is called {other}"),
    }
}

fn build(name: &str) -> Runtime {
    let mut builder = match name {
        "current_thread" => Builder::new_current_thread(),
        "default" => Builder::new_multi_thread(),
        other => panic!("no runtime is called {other}"),
    };
    builder.enable_all().build().expect("a runtime")
}

/// Drives the runtime until the agent in its task has started.
fn wait(runtime: &Runtime, started: &mpsc::Receiver<()>) -> bool {
    runtime.block_on(async {
        loop {
            match started.try_recv() {
                Ok(()) => return true,
                Err(mpsc::TryRecvError::Disconnected) => return false,
                Err(mpsc::TryRecvError::Empty) => tokio::task::yield_now().await,
            }
        }
    })
}

fn report(run: Run<()>) -> ExitCode {
    match run {
        Run::Finished(()) => {
            println!("finished");
            ExitCode::SUCCESS
        }
        Run::Stopped(signal) => {
            println!("stopped by {signal}");
            signal.exit_code()
        }
    }
}
