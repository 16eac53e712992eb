//! The program whose telemetry the back ends get.

use std::process::Command;

use agent_trace_tests::software::Process;

/// The assistant, with these variables and no others.
pub(crate) struct Assistant(Process);

impl Assistant {
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assistant"));
        command.env_clear().env("OTEL_SERVICE_NAME", "shop").envs(variables.iter().copied());
        Self(Process::start(&mut command))
    }

    /// Asks it something, and gives the trace in which it has answered.
    pub(crate) fn ask(&mut self, question: &str) -> String {
        let line = self.line_after(question);
        let trace = line.strip_prefix("answered ").and_then(|answer| answer.split(' ').next());
        trace.unwrap_or_else(|| panic!("{line}")).to_owned()
    }

    /// Lets it send what waits, and gives what it says of that.
    pub(crate) fn flush(&mut self) -> String {
        self.line_after("flush")
    }

    /// Lets it end, and gives what else it has printed.
    #[track_caller]
    pub(crate) fn finish(self) -> String {
        let printed = self.0.finish();
        let is_reply = |line: &&str| line.starts_with("answered ") || line.starts_with("sent");
        printed.lines().filter(|line| !is_reply(line)).collect()
    }

    fn line_after(&mut self, told: &str) -> String {
        let is_reply = |line: &&str| {
            ["answered ", "sent", "not sent"].iter().any(|start| line.starts_with(start))
        };
        let replies = |printed: &str| printed.lines().filter(is_reply).count();
        let before = replies(&self.0.printed());
        self.0.tell(told);
        self.0.wait_for("reply", |printed| {
            let whole_lines = &printed[..printed.rfind('\n')?];
            whole_lines.lines().filter(is_reply).nth(before).map(str::to_owned)
        })
    }
}
