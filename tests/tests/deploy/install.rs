//! Finds the real software, and installs what can be installed for a target folder alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Programs of Debian's packages, which `.ci/run` installs: a program that tells the version, and what it has to tell.
const PROMETHEUS: (&str, &str) = ("promtool", "promtool, version 2.42.");
const ALERTMANAGER: (&str, &str) = ("amtool", "amtool, version 0.25.");

/// Whether Prometheus is here, in the version that is meant.
pub(crate) fn has_prometheus() -> bool {
    static FOUND: OnceLock<Result<(), String>> = OnceLock::new();
    is_found(FOUND.get_or_init(|| version(PROMETHEUS)), "Prometheus 2.42")
}

/// Whether Alertmanager is here, in the version that is meant.
pub(crate) fn has_alertmanager() -> bool {
    static FOUND: OnceLock<Result<(), String>> = OnceLock::new();
    is_found(FOUND.get_or_init(|| version(ALERTMANAGER)), "Alertmanager 0.25")
}

/// A folder with TypeScript and Grafana's schema; `None` where they cannot be had.
pub(crate) fn grafana_schema() -> Option<PathBuf> {
    static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy").join("grafana");
    let installed = INSTALLED.get_or_init(|| install_schema(&folder));
    is_found(installed, "Grafana's schema").then_some(folder)
}

fn install_schema(folder: &Path) -> Result<(), String> {
    run(Command::new("node").arg("--version"))?;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deploy/grafana");
    let lock = read(&source.join("package-lock.json"))?;
    let installed = folder.join("installed");
    if fs::read_to_string(&installed).is_ok_and(|known| known == lock) {
        return Ok(());
    }
    let told = |error: std::io::Error| error.to_string();
    fs::create_dir_all(folder).map_err(told)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(source.join(name), folder.join(name)).map_err(told)?;
    }
    let mut npm = Command::new("npm");
    run(npm.args(["ci", "--no-audit", "--no-fund", "--silent", "--prefix"]).arg(folder))?;
    fs::write(installed, lock).map_err(told)
}

fn version((program, expected): (&str, &str)) -> Result<(), String> {
    let output = run(Command::new(program).arg("--version"))?;
    // Go's flag packages do not agree on where it is printed.
    let told =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    if told.iter().any(|text| text.starts_with(expected)) {
        return Ok(());
    }
    Err(format!("not `{expected}`, but {told:?}"))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Runs to the end, which has to be a good one.
pub(crate) fn run(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let [told, complained] =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    Err(format!("{command:?}: {told}{complained}"))
}

fn is_found(found: &Result<(), String>, what: &str) -> bool {
    match found {
        Ok(()) => true,
        Err(reason) if std::env::var_os("AGENT_TRACE_REQUIRE_INTEROP").is_some() => {
            panic!("{what} is not here: {reason}")
        }
        Err(reason) => {
            println!("skipped: {what} is not here: {reason}");
            false
        }
    }
}
