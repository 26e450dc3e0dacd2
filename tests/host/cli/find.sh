#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each protocol that is Modbus is found as itself, though packs of one answer questions of another;
# so are the others. find.sh HEARTH
hearth=$1
folder=$(mktemp -d)
trap 'kill $pids 2>/dev/null; rm -rf "$folder"' EXIT
pids=""
n=0
echo 1..5
for protocol in voltronic-rs485 growatt-rs485 pace-modbus pylon-rs485 pace; do
    "$hearth" emulate es51_2_100lp --bus "pty:$folder/$protocol" --protocol $protocol </dev/null 2>/dev/null &
    pids="$pids $!"
done
sleep 1
for protocol in voltronic-rs485 growatt-rs485 pace-modbus pylon-rs485 pace; do
    n=$((n + 1))
    timeout 40 "$hearth" monitor "serial:$folder/$protocol?9600" --once --json >"$folder/$protocol.json" \
        2>"$folder/$protocol.err" &
    waits="$waits $!"
done
wait $waits
n=0
for protocol in voltronic-rs485 growatt-rs485 pace-modbus pylon-rs485 pace; do
    n=$((n + 1))
    if grep -q "\"protocol\": *\"$protocol\"" "$folder/$protocol.json"; then
        echo "ok $n - $protocol is found as itself"
    else
        echo "not ok $n - $protocol is found as itself"
        sed 's/^/# /' "$folder/$protocol.json" "$folder/$protocol.err"
    fi
done
