//! A program that a test runs, reads and ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for what a program should print, where it says nothing else.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program. What it prints is kept; it is killed when this is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    printed: Arc<Printed>,
    patience: Duration,
}

/// What came from stdout and stderr so far, and whether more can come.
#[derive(Debug, Default)]
struct Printed {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    text: String,
    open_pipes: usize,
}

impl Process {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// Where there is no such program.
    pub fn start(command: &mut Command) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap_or_else(|error| panic!("{piped:?}: {error}"));
        let printed = Arc::new(Printed::default());
        printed.lock().open_pipes = 2;
        printed.keep(child.stdout.take().expect("its stdout"));
        printed.keep(child.stderr.take().expect("its stderr"));
        Self { stdin: child.stdin.take(), child, printed, patience: PATIENCE }
    }

    /// Waits that long for what it should print, and for its end.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// What it has printed so far.
    pub fn printed(&self) -> String {
        self.printed.lock().text.clone()
    }

    /// Writes a line to its stdin.
    ///
    /// # Panics
    ///
    /// Where it no longer reads.
    pub fn tell(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("its stdin is open");
        writeln!(stdin, "{line}").expect("it reads");
    }

    /// Waits until something is found in what it has printed.
    ///
    /// # Panics
    ///
    /// Where it ends before, or is too slow.
    pub fn wait_for<T>(&self, what: &str, mut find: impl FnMut(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + self.patience;
        let mut state = self.printed.lock();
        loop {
            if let Some(found) = find(&state.text) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let can_come = state.open_pipes > 0 && !left.is_zero();
            assert!(can_come, "no {what} in what was printed:\n{}", state.text);
            let waited = self.printed.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Closes its stdin, waits for its end and gives all that it has printed.
    ///
    /// # Panics
    ///
    /// Where it fails, or is too slow.
    pub fn finish(mut self) -> String {
        drop(self.stdin.take());
        let deadline = Instant::now() + self.patience;
        let mut state = self.printed.lock();
        while state.open_pipes > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it does not end:\n{}", state.text);
            let waited = self.printed.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let text = state.text.clone();
        drop(state);
        let status = self.child.wait().expect("its end");
        assert!(status.success(), "{status}:\n{text}");
        text
    }

    /// Asks it to end, and gives all that it has printed.
    ///
    /// # Panics
    ///
    /// Where it fails, or is too slow.
    #[cfg(unix)]
    pub fn terminate(self) -> String {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("`kill`");
        assert!(sent.success(), "it has ended by itself:\n{}", self.printed());
        self.finish()
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Printed {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up whole lines, so that those of the two pipes do not mix.
    fn keep(self: &Arc<Self>, pipe: impl Read + Send + 'static) {
        let printed = Arc::clone(self);
        thread::spawn(move || {
            let mut lines = BufReader::new(pipe);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                printed.lock().text.push_str(&String::from_utf8_lossy(&line));
                printed.changed.notify_all();
                line.clear();
            }
            printed.lock().open_pipes -= 1;
            printed.changed.notify_all();
        });
    }
}
