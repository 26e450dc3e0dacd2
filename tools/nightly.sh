#!/usr/bin/env bash
# What takes too long for ./test: energy balance of simulated years in both step lengths, the house
# test over a year, long fuzzing, and a trace of gcc against clang over a month. Run it after ./test,
# whose build folders it uses. FUZZ_MINUTES=10 per target unless set. Ends with "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

count() {
    local name=$1 begin=$SECONDS
    shift
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        printf 'ok      %-56s %5d s\n' "$name" $((SECONDS - begin))
    else
        failed=$((failed + 1))
        printf 'FAILED  %-56s %5d s\n' "$name" $((SECONDS - begin))
        tail -n 40 "$log"
    fi
}

# Closes its balance: residual below a hundredth of a percent.
closes() {
    "$1" sim examples/house.yaml --days "$2" --step "$3" --json | tee /dev/stderr |
        jq -e '(.residual_pct | fabs) < 0.01' >/dev/null
}

same_month() { cmp <("$1/tests/sim/trace" 31) <("$2/tests/sim/trace" 31); }

say "builds"
configure build-release --buildtype=release -Dwerror=true
CC=clang configure build-clang --buildtype=release -Dwerror=true -Dweb=disabled
CC=clang configure build-fuzz -Dbuildtype=debugoptimized -Dfuzz=true -Dweb=disabled \
    -Db_sanitize=address,undefined -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link
targets=$(for source in fuzz/fuzz_*.c; do basename "$source" .c; done)
ninja -C build-release >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }
ninja -C build-clang >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }
# shellcheck disable=SC2046
ninja -C build-fuzz $(printf 'fuzz/%s ' $targets) >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }

say "years"
count "a year second by second closes its balance" closes build-release/hearth 365 1
count "ten years by quarter hours close their balance" closes build-release/hearth 3650 900
count "the house test over a year" env HEARTH_BALANCE_DAYS=365 build-release/tests/sim/test_sim_house
count "a thousand days of random houses" env HEARTH_WEEKS=143 build-release/tests/sim/test_sim_week
count "gcc and clang agree over a month, bit by bit" same_month build-release build-clang

say "fuzzing, ${FUZZ_MINUTES:=10} min each"
for target in $targets; do
    corpus=$(mktemp -d)
    [ -d "fuzz/corpus/${target#fuzz_}" ] && cp -r "fuzz/corpus/${target#fuzz_}/." "$corpus"
    count "$target" "build-fuzz/fuzz/$target" -max_total_time=$((FUZZ_MINUTES * 60)) -timeout=10 \
        -rss_limit_mb=2048 -artifact_prefix="$corpus/" "$corpus"
    find "$corpus" -regex '.*/\(crash\|timeout\|oom\|leak\)-.*' -print
done

say "done in $SECONDS s"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
