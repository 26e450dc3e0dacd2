#!/usr/bin/env bash
# Memory and processor of the daemon at 1x: starts the example house, waits, reads /proc.
# Usage: bench/daemon.sh BUILD/hearth [SECONDS]
set -euo pipefail
hearth=$1
seconds=${2:-20}
folder=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
begin=$(date +%s%N)
"$hearth" run "$(dirname "$0")/../examples/house.yaml" --port 18080 --store "$folder/bench.db" >/dev/null &
pid=$!
until curl -fs "http://127.0.0.1:18080/api/points?prefix=battery.soc" | grep -q soc; do sleep 0.01; done
ready=$(( ($(date +%s%N) - begin) / 1000000 ))
read -r _ _ _ _ _ _ _ _ _ _ _ _ _ user0 sys0 _ < "/proc/$pid/stat"
written0=$(awk '/^write_bytes/ {print $2}' "/proc/$pid/io")
sleep "$seconds"
read -r _ _ _ _ _ _ _ _ _ _ _ _ _ user1 sys1 _ < "/proc/$pid/stat"
written1=$(awk '/^write_bytes/ {print $2}' "/proc/$pid/io")
rss=$(awk '/^VmRSS/ {print $2}' "/proc/$pid/status")
row() { printf '%-52s %12s %-14s goal %s\n' "$@"; }
row "daemon, cold start to first reading" "$ready" ms 500
row "daemon, resident memory" "$(awk "BEGIN {printf \"%.1f\", $rss / 1024}")" MiB 20
row "daemon, processor at 1x" "$(awk "BEGIN {printf \"%.2f\", ($user1 + $sys1 - $user0 - $sys0) / $seconds}")" "%" 1
row "daemon, written to disk" "$(awk "BEGIN {printf \"%.1f\", ($written1 - $written0) / $seconds / 1024}")" kB/s 16
