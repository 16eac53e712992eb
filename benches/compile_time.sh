#!/usr/bin/env bash
# What annotations cost the compiler: 400 async functions of eight arguments in chains of ten, plain and
# under each kit, in the dev profile without incremental compilation. Prints the median of RUNS alternating
# runs and the ratio to plain, for `cargo build` and for `cargo check`, where the macro's own share shows.
set -euo pipefail

functions=${FUNCTIONS:-400}
runs=${RUNS:-5}
repository=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$folder/target" CARGO_TERM_QUIET=true
modes=(plain agent_trace tracing fastrace)

dependency() {
    case $1 in
        plain) ;;
        agent_trace) echo "agent-trace-runtime = { path = \"$repository/agent-trace-runtime\" }" ;;
        tracing) echo 'tracing = "0.1"' ;;
        fastrace) echo 'fastrace = { version = "0.7", features = ["enable"] }' ;;
    esac
}

attribute() {
    case $1 in
        plain) ;;
        agent_trace) echo '#[agent_trace_runtime::tool]' ;;
        tracing) echo '#[tracing::instrument]' ;;
        fastrace) echo '#[fastrace::trace]' ;;
    esac
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
        dependency "$mode"
    } > "$folder/$mode/Cargo.toml"
    attribute=$(attribute "$mode")
    {
        for ((i = 0; i < functions; i++)); do
            echo "$attribute"
            echo "pub async fn f$i(a: u64, b: &str, c: bool, d: f64, e: &[u8], g: Option<u32>, h: char, i: usize) -> Result<u64, std::fmt::Error> {"
            echo "    if c && e.len() == i { return Err(std::fmt::Error); }"
            if ((i + 1 < functions && i % 10 != 9)); then
                echo "    let next = f$((i + 1))(a + 1, b, c, d, e, g, h, i).await?;"
            else
                echo "    let next = b.len() as u64;"
            fi
            echo "    Ok(next + a + d as u64 + u64::from(g.unwrap_or(0)) + u64::from(h))"
            echo "}"
        done
        echo "fn run(future: impl Future) {"
        echo "    let mut context = std::task::Context::from_waker(std::task::Waker::noop());"
        echo "    let _ = std::pin::pin!(future).poll(&mut context);"
        echo "}"
        echo "fn main() {"
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

printf '%-8s %-12s %10s %8s\n' command kit 'median ms' ratio
for command in build check; do
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
            'BEGIN { printf "%-8s %-12s %10d %8.2f\n", c, m, t, t / p }'
    done
done
