//! Installs pinned versions from package registries; a second run finds them and installs nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Installs the packages of a list of pinned versions, for Python. It comes from the registry by itself.
const UV: &str = "uv==0.13.9";

type Install = fn(folder: &Path, target: &Path, versions: &str) -> Result<(), String>;

/// Packages of a registry, in a folder of their own below that of cargo's target.
#[derive(Debug)]
pub struct Software {
    title: &'static str,
    folder: &'static str,
    versions: &'static str,
    install: Install,
    outcome: OnceLock<Result<PathBuf, String>>,
}

impl Software {
    /// A virtual environment with what a requirements file lists: every package, at one version.
    pub const fn python(
        title: &'static str,
        folder: &'static str,
        requirements: &'static str,
    ) -> Self {
        Self { title, folder, versions: requirements, install: python, outcome: OnceLock::new() }
    }

    /// A folder with this package of npm, `name@version`.
    pub const fn npm(title: &'static str, folder: &'static str, package: &'static str) -> Self {
        Self { title, folder, versions: package, install: npm, outcome: OnceLock::new() }
    }

    /// The folder that it is installed in, below `target`: a test's `CARGO_TARGET_TMPDIR`. `None` where it cannot be
    /// had, which is said.
    ///
    /// # Panics
    ///
    /// Where it cannot be had although `AGENT_TRACE_REQUIRE_INTEROP` is set.
    pub fn installed(&self, target: &str) -> Option<PathBuf> {
        let outcome = self.outcome.get_or_init(|| {
            let target = Path::new(target).join("software");
            let folder = target.join(self.folder);
            once(&folder, self.versions, || (self.install)(&folder, &target, self.versions))
                .map(|()| folder)
        });
        match outcome {
            Ok(folder) => Some(folder.clone()),
            Err(reason) if std::env::var_os("AGENT_TRACE_REQUIRE_INTEROP").is_some() => {
                panic!("{} could not be installed: {reason}", self.title)
            }
            Err(reason) => {
                println!("skipped: {} could not be installed: {reason}", self.title);
                None
            }
        }
    }
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

fn python(folder: &Path, target: &Path, requirements: &str) -> Result<(), String> {
    let uv = uv(target)?;
    run(Command::new(&uv)
        .args(["venv", "--quiet", "--no-python-downloads", "--clear"])
        .arg(folder))?;
    let list = folder.join("requirements.txt");
    fs::write(&list, requirements).map_err(|error| error.to_string())?;
    // What the list has not, is not needed; and what there is no wheel of would be compiled for minutes.
    let options = ["--quiet", "--no-cache", "--no-deps", "--only-binary", ":all:"];
    let mut install = Command::new(&uv);
    install.args(["pip", "install"]).args(options).arg("--python").arg(folder.join("bin/python"));
    run(install.arg("--requirements").arg(list))
}

/// The installer's program.
fn uv(target: &Path) -> Result<PathBuf, String> {
    static OUTCOME: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let outcome = OUTCOME.get_or_init(|| {
        let folder = target.join("uv");
        once(&folder, UV, || {
            let options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--upgrade"];
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "install"]).args(options).arg("--target").arg(&folder);
            run(pip.arg(UV))
        })
        .map(|()| folder.join("bin/uv"))
    });
    outcome.clone()
}

fn npm(folder: &Path, _: &Path, package: &str) -> Result<(), String> {
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]);
    run(npm.arg(folder).arg(package))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
}
