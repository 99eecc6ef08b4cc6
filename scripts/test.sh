#!/usr/bin/env bash
# Runs every test of the workspace and ends with one line for machines: "N passed, N failed[, N skipped]".
# Fails when a test failed, when a test program did not get to its end, and when no test ran at all.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# The program itself is built with the tests, for those that run it; `cargo test` alone would leave it out.
cargo build --workspace --bins --tests || status=$?
cargo test --workspace --no-fail-fast "$@" 2>&1 | tee "$log" || status=$?

read -r passed failed skipped < <(awk '
    /^test result: / {
        for (i = 2; i <= NF; i++) {
            if ($i == "passed;") passed += $(i - 1)
            if ($i == "failed;") failed += $(i - 1)
            if ($i == "ignored;") skipped += $(i - 1)
        }
    }
    END { print passed + 0, failed + 0, skipped + 0 }' "$log")

if [[ $status -ne 0 && $failed -eq 0 ]]; then
    echo 'A test program did not compile or did not get to its end; it counts as one failure.' >&2
    failed=1
fi
if [[ $passed -eq 0 && $failed -eq 0 ]]; then
    echo 'No test ran.' >&2
    status=1
fi

line="$passed passed, $failed failed"
if [[ $skipped -gt 0 ]]; then
    line+=", $skipped skipped"
fi
printf '\n%s\n' "$line"
exit "$status"
