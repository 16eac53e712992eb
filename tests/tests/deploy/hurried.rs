//! The shipped files with a second for each minute in them, so that an alert fires while a test waits.

use std::fs;
use std::path::Path;

use regex::{Captures, Regex};

use crate::files;

/// Durations after all: `5m` in `[5m]`, and not in the name `ratio_rate5m`.
fn hurried(text: &str) -> String {
    let duration = Regex::new(r"\b([0-9]+)([smhd])\b").unwrap();
    let shorten = |found: &Captures<'_>| {
        let number: u64 = found[1].parse().unwrap();
        match &found[2] {
            "s" => format!("{}ms", (number * 1000).div_ceil(60)),
            "m" => format!("{number}s"),
            "h" => format!("{number}m"),
            _ => format!("{}m", number * 24),
        }
    };
    duration.replace_all(text, shorten).into_owned()
}

/// Copies a file of `deploy/` into `folder`, hurried and with these changes, each of which has to be one.
pub(crate) fn copy(path: &str, folder: &Path, changes: &[(&str, &str)]) {
    let mut text = hurried(&files::text(path));
    for (shipped, changed) in changes {
        assert!(text.contains(shipped), "{path} has no {shipped}");
        text = text.replace(shipped, changed);
    }
    let name = Path::new(path).file_name().unwrap();
    fs::write(folder.join(name), text).unwrap();
}

#[test]
fn durations_are_shortened_and_names_are_not() {
    assert_eq!(hurried("rate(x_seconds[5m] offset 1h)"), "rate(x_seconds[5s] offset 1m)");
    assert_eq!(hurried("job:x:ratio_rate5m > 14.4 * 0.01"), "job:x:ratio_rate5m > 14.4 * 0.01");
    assert_eq!(hurried("interval: 15s, for: 2m, age: 1d"), "interval: 250ms, for: 2s, age: 24m");
}
