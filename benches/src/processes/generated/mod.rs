//! Programs that are written, built and looked at: the same one under each kit, of which only attributes differ.
//!
//! All of them depend on every kit and install it, so that what is compared is annotations, and not what cargo
//! and the linker do for a dependency.

pub(super) mod binary_size;
pub(super) mod compile_time;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::table::{FASTRACE, OURS, PLAIN};

/// What stands above the functions of a program.
#[derive(Clone, Copy, Debug)]
pub(super) enum Annotations {
    None,
    Ours,
    Tracing,
    Fastrace,
}

/// What `tracing` is called here: its spans go nowhere else.
const INSTRUMENT: &str = "tracing::instrument";

impl Annotations {
    const ALL: [Self; 4] = [Self::None, Self::Ours, Self::Tracing, Self::Fastrace];

    const fn in_table(self) -> &'static str {
        match self {
            Self::None => PLAIN,
            Self::Ours => OURS,
            Self::Tracing => INSTRUMENT,
            Self::Fastrace => FASTRACE,
        }
    }

    const fn package(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Ours => "with_agent_trace",
            Self::Tracing => "with_tracing",
            Self::Fastrace => "with_fastrace",
        }
    }

    /// The attribute for a function of which `ours` is what we say.
    fn attribute(self, ours: &str) -> String {
        match self {
            Self::None => String::new(),
            Self::Ours => format!("#[agent_trace_runtime::{ours}]"),
            Self::Tracing => "#[tracing::instrument]".to_owned(),
            Self::Fastrace => "#[fastrace::trace]".to_owned(),
        }
    }
}

/// A workspace with one program for each kit.
struct Programs {
    folder: PathBuf,
    target: PathBuf,
}

impl Programs {
    /// Writes them below `folder`, which all of them share for what they depend on.
    fn write(folder: &Path, name: &str, source: impl Fn(Annotations) -> String) -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is a member");
        let programs = Self { folder: folder.join(name), target: folder.join("target") };
        for annotations in Annotations::ALL {
            write(&programs.manifest(annotations), &manifest(annotations, repository));
            write(&programs.source(annotations), &source(annotations));
        }
        let members = Annotations::ALL.map(Annotations::package);
        let workspace = format!(
            "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n[profile.release]\nstrip = true\n"
        );
        write(&programs.folder.join("Cargo.toml"), &workspace);
        let lock = repository.join("Cargo.lock");
        fs::copy(lock, programs.folder.join("Cargo.lock")).expect("the workspace is locked");
        programs
    }

    fn manifest(&self, annotations: Annotations) -> PathBuf {
        self.folder.join(annotations.package()).join("Cargo.toml")
    }

    fn source(&self, annotations: Annotations) -> PathBuf {
        self.folder.join(annotations.package()).join("src/main.rs")
    }

    /// Runs cargo, with these arguments, for one of them.
    fn cargo(&self, arguments: &[&str], annotations: Annotations) {
        let mut cargo = Command::new("cargo");
        cargo.args(arguments).args(["--quiet", "--package", annotations.package()]);
        cargo.current_dir(&self.folder).env("CARGO_INCREMENTAL", "0");
        cargo.env("CARGO_TARGET_DIR", &self.target);
        let output = cargo.output().expect("cargo has started this");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn binary(&self, profile: &str, annotations: Annotations) -> PathBuf {
        self.target.join(profile).join(annotations.package())
    }
}

fn manifest(annotations: Annotations, repository: &Path) -> String {
    format!(
        r#"[package]
name = "{}"
edition = "2024"
[dependencies]
agent-trace-runtime = {{ path = "{}" }}
fastrace = {{ version = "0.7", features = ["enable"] }}
tracing = "0.1"
tracing-subscriber = {{ version = "0.3", default-features = false, features = ["registry"] }}
"#,
        annotations.package(),
        repository.join("agent-trace-runtime").display()
    )
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("folders can be made");
    fs::write(path, text).expect("files can be written");
}
