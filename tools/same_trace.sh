#!/usr/bin/env bash
# Two builds of the same code must compute the same numbers: compares what both print of simulated
# days, and the results of all scenarios. Usage: tools/same_trace.sh BUILD BUILD
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for build in "$1" "$2"; do
    name=$(basename "$build")
    "$build/hearth" sim examples/house.yaml --days 40 --every 60 --out "$folder/$name.csv" >/dev/null
    "$build/hearth" scenario tests/scenarios/*.yaml >"$folder/$name.tap"
    if [ -x "$build/tests/sim/trace" ]; then
        "$build/tests/sim/trace" >"$folder/$name.trace"
    fi
done
for kind in csv tap trace; do
    if [ -e "$folder/$(basename "$1").$kind" ]; then
        cmp "$folder/$(basename "$1").$kind" "$folder/$(basename "$2").$kind"
        echo "$kind: $(wc -l <"$folder/$(basename "$1").$kind") lines alike"
    fi
done
