#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ./run and ./test tell what they do without installing, configuring or building: here they are
# alone in a folder. scripts_help.sh ROOT
root=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$root/run" "$root/test" "$folder"
n=0
echo 1..6
check() { # check NAME COMMAND...
    n=$((n + 1))
    name=$1
    shift
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}
helps() { # helps SCRIPT WORDS...
    script=$1
    shift
    text=$("$folder/$script" "$@" 2>&1) && echo "$text" | grep -q "^Usage: ./$script"
}
check "run --help" helps run --help
check "run -h" helps run -h
check "run FILE --help" helps run examples/house.yaml --help
check "test --help" helps test --help
check "test -h" helps test -h
check "nothing was made" test "$(ls "$folder")" = "run
test"
