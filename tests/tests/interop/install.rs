//! Installs what the tests talk to, once for a target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const PYTHON: [&str; 2] =
    ["opentelemetry-sdk==1.45.2", "opentelemetry-exporter-otlp-proto-http==1.45.2"];
const MCP_SERVER: &str = "@modelcontextprotocol/server-everything@2026.8.31";

/// A Python with OpenTelemetry's SDK; `None` where it cannot be had.
pub(crate) fn python() -> Option<PathBuf> {
    static INSTALLED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        let folder = folder("python");
        let python = folder.join("bin/python");
        once(&folder, &PYTHON.join(" "), || {
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
            let mut pip = Command::new(&python);
            run(pip
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .args(PYTHON))
        })
        .map(|()| python)
    });
    found(installed, "Python with OpenTelemetry's SDK")
}

/// The script of the reference server of MCP; `None` where it cannot be had.
pub(crate) fn mcp_server() -> Option<PathBuf> {
    static INSTALLED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        let folder = folder("npm");
        once(&folder, MCP_SERVER, || {
            let mut npm = Command::new("npm");
            run(npm
                .args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"])
                .arg(&folder)
                .arg(MCP_SERVER))
        })
        .map(|()| folder.join("node_modules/@modelcontextprotocol/server-everything/dist/index.js"))
    });
    found(installed, "the reference server of MCP")
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("interop").join(name)
}

/// Installs where these versions are not there yet.
fn once(
    folder: &Path,
    versions: &str,
    install: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    let installed = folder.join("installed");
    if fs::read_to_string(&installed).is_ok_and(|known| known == versions) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    install()?;
    fs::write(installed, versions).map_err(|error| error.to_string())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn found(installed: &Result<PathBuf, String>, what: &str) -> Option<PathBuf> {
    match installed {
        Ok(path) => Some(path.clone()),
        Err(reason) if std::env::var_os("AGENT_TRACE_REQUIRE_INTEROP").is_some() => {
            panic!("{what} could not be installed: {reason}")
        }
        Err(reason) => {
            println!("skipped: {what} could not be installed: {reason}");
            None
        }
    }
}
