#!/usr/bin/env bash
# What annotations cost the compiler: 400 async functions of eight arguments in chains of ten, plain and
# under each kit, in the dev profile without incremental compilation. Prints the median of RUNS alternating
# runs, the ratio to plain and the milliseconds for each function, for `cargo build` and for `cargo check`,
# where the macro's own share shows. The bodies are of the size and kind that an agent's tools have: they
# check and parse their input, ask another function twice, and write a text. All of them depend on every kit
# and install telemetry: what is compared is annotations, and not what cargo and the linker do for a
# dependency.
set -euo pipefail

functions=${FUNCTIONS:-400}
runs=${RUNS:-5}
repository=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$folder/target" CARGO_TERM_QUIET=true
read -ra modes <<< "${KITS:-plain agent_trace tracing fastrace}"

attribute() {
    case $1 in
        plain) ;;
        agent_trace) echo '#[agent_trace_runtime::tool]' ;;
        tracing) echo '#[tracing::instrument]' ;;
        fastrace) echo '#[fastrace::trace]' ;;
    esac
}

function_body() {
    cat <<END
pub async fn f$1(customer: u64, query: &str, is_urgent: bool, budget: f64, history: &[u8], limit: Option<u32>, separator: char, depth: usize) -> Result<String, Error> {
    if query.trim().is_empty() || (is_urgent && history.len() == depth) {
        return Err(Error::Empty);
    }
    let mut wanted = std::collections::BTreeMap::new();
    for (index, word) in query.split(separator).enumerate() {
        match word.split_once(':') {
            Some(("order", number)) => {
                wanted.insert(number.parse::<u64>()?, format!("order of {customer}"));
            }
            Some((kind, _)) => return Err(Error::Unknown(kind.to_owned())),
            None => {
                wanted.insert(index as u64, word.to_lowercase());
            }
        }
    }
    let mut lines = Vec::new();
    for (number, text) in wanted.into_iter().take(limit.map_or(10, |limit| limit as usize)) {
        lines.push(format!("{number}: {text}"));
    }
    let first = f$2(customer, query, is_urgent, budget, history, limit, separator, depth + 1).await?;
    let rest = match lines.last() {
        Some(line) => f$2(customer, line, false, budget / 2.0, &[], None, ' ', depth + 1).await,
        None => Ok(String::new()),
    };
    let cost = budget * lines.iter().map(String::len).sum::<usize>() as f64;
    lines.push(first);
    lines.extend(rest.ok());
    Ok(format!("{} at {cost:.2}", lines.join("\\n")))
}
END
}

members=""
for mode in "${modes[@]}"; do
    members="$members\"$mode\", "
    mkdir -p "$folder/$mode/src"
    {
        echo "[package]"
        echo "name = \"with_$mode\""
        echo "edition = \"2024\""
        echo "[dependencies]"
        echo "agent-trace-runtime = { path = \"$repository/agent-trace-runtime\" }"
        echo 'tracing = "0.1"'
        echo 'fastrace = { version = "0.7", features = ["enable"] }'
    } > "$folder/$mode/Cargo.toml"
    attribute=$(attribute "$mode")
    {
        for ((i = 0; i < functions; i++)); do
            echo "$attribute"
            if ((i + 1 < functions && i % 10 != 9)); then next=$((i + 1)); else next=last; fi
            function_body "$i" "$next"
        done
        cat <<'END'
async fn flast(_: u64, query: &str, _: bool, _: f64, _: &[u8], _: Option<u32>, _: char, _: usize) -> Result<String, Error> {
    Ok(query.to_owned())
}
#[derive(Debug)]
pub enum Error { Empty, NoNumber(std::num::ParseIntError), Unknown(String) }
impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{self:?}")
    }
}
impl From<std::num::ParseIntError> for Error {
    fn from(error: std::num::ParseIntError) -> Self { Self::NoNumber(error) }
}
END
        echo "fn run(future: impl Future) {"
        echo "    let mut context = std::task::Context::from_waker(std::task::Waker::noop());"
        echo "    let _ = std::pin::pin!(future).poll(&mut context);"
        echo "}"
        echo "fn main() {"
        echo "    let _telemetry = agent_trace_runtime::init();"
        for ((i = 0; i < functions; i += 10)); do
            echo "    run(f$i(1, \"\", true, 0.5, &[], None, 'x', 0));"
        done
        echo "}"
    } > "$folder/$mode/src/main.rs"
done
printf '[workspace]\nresolver = "3"\nmembers = [%s]\n' "$members" > "$folder/Cargo.toml"
cp "$repository/Cargo.lock" "$folder/Cargo.lock"

milliseconds() {
    touch "$folder/$2/src/main.rs"
    local start end
    start=$(date +%s%N)
    (cd "$folder" && cargo "$1" -p "with_$2")
    end=$(date +%s%N)
    echo $(((end - start) / 1000000))
}

median() { sort -n | sed -n "$(((runs + 1) / 2))p"; }

printf '%-8s %-12s %10s %8s %12s\n' command kit 'median ms' ratio 'ms/function'
for command in ${COMMANDS:-build check}; do
    for mode in "${modes[@]}"; do
        (cd "$folder" && cargo "$command" -p "with_$mode")
        : > "$folder/$mode.times"
    done
    for ((run = 0; run < runs; run++)); do
        for mode in "${modes[@]}"; do
            milliseconds "$command" "$mode" >> "$folder/$mode.times"
        done
    done
    plain=$(median < "$folder/plain.times")
    for mode in "${modes[@]}"; do
        time=$(median < "$folder/$mode.times")
        awk -v c="$command" -v m="$mode" -v t="$time" -v p="$plain" \
            -v n="$functions" \
            'BEGIN { printf "%-8s %-12s %10d %8.2f %12.2f\n", c, m, t, t / p, (t - p) / n }'
    done
done
