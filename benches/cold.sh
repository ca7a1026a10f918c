#!/bin/sh
# The cold start: from the start of the process to the last byte, the best and the median of 200 runs.
#
#   benches/cold.sh                 # builds the release first
set -eu
cd "$(dirname "$0")/.."
cargo build -q --release
python3 - <<'END'
import statistics, subprocess, time

DERIVE = "target/release/derive"
COMMANDS = [
    ["true"],
    [DERIVE, "examples/article.net", "--wrt", "theta2", "--latex"],
    [DERIVE, "check", "--net", "examples/article.net", "--claim",
     r"\frac{\partial C}{\partial b_3} = 2(\hat y - y)\hat y(1 - \hat y)"],
    [DERIVE, "check", "--net", "examples/softmax-regression.net", "--claim",
     r"\frac{\partial C}{\partial W} = \frac1b (P - Y)^\top X"],
]
for command in COMMANDS:
    times = []
    for _ in range(200):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL)
        times.append(1e3 * (time.perf_counter() - start))
    print(f"best {min(times):5.2f} ms  median {statistics.median(times):5.2f} ms  {' '.join(command)}")
END
