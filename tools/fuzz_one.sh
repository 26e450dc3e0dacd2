#!/usr/bin/env bash
# Runs one fuzz target for FUZZ_SECONDS on a copy of its corpus: fuzz_one.sh TARGET FOLDER.
# Leaves FOLDER/NAME.ok or FOLDER/NAME.failed, and says how many runs it made.
set -u
target=$1 folder=$2
name=$(basename "$target")
# codecs of battery wires get the whole time; what reads files and touches, host links and meters a third
case $name in
fuzz_ddsu666 | fuzz_dtsu666 | fuzz_input | fuzz_lcd | fuzz_manifest | fuzz_panel | fuzz_pi30 | fuzz_scenario | fuzz_setting | fuzz_srne) FUZZ_SECONDS=$(((FUZZ_SECONDS + 2) / 3)) ;;
esac
corpus=$(mktemp -d)
trap 'rm -rf "$corpus"' EXIT
[ -d "fuzz/corpus/${name#fuzz_}" ] && cp -r "fuzz/corpus/${name#fuzz_}/." "$corpus"
if timeout 600 "$target" -max_total_time="$FUZZ_SECONDS" -timeout=10 -rss_limit_mb=2048 "$corpus" \
    >"$folder/$name.log" 2>&1; then
    runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$folder/$name.log")
    mv "$folder/$name.log" "$folder/$name.ok"
    printf 'ok      %-40s %12s runs\n' "$name" "${runs:-?}"
else
    mv "$folder/$name.log" "$folder/$name.failed"
    printf 'FAILED  %s\n' "$name"
fi
