#!/usr/bin/env bash
# Line, branch and MC/DC coverage of core/bms by the tests of the core and the packs' scenarios, with
# every condition that was not shown to decide alone. Ends with 1 while the protections are not whole.
# Builds in build-cov; may be run again and again.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

whole="protect.c release.c quiet.c sense.c mos.c life.c"
folder=build-cov
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Says how a command failed, and ends: quietly COMMAND...
quietly() { "$@" >"$log" 2>&1 || { tail -n 40 "$log"; echo "failed: $*"; exit 1; }; }

need_packages "$BUILD_PACKAGES libcmocka-dev $COVERAGE_PACKAGES"
CC=clang-19 quietly configure $folder -Dbuildtype=debugoptimized -Dweb=disabled \
    "-Dc_args=-fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc" \
    -Dc_link_args=-fprofile-instr-generate
quietly ninja -C $folder build.ninja # a folder of an earlier day still knows yesterday's tests
tests=$(ninja -C $folder -t targets all | grep -oE '^tests/core/test_core_[a-z0-9_]+:' | tr -d :)
export LLVM_PROFILE_FILE=$PWD/$folder/profiles/%p.profraw
# All of core/bms is compiled anew: a decision the compiler cannot follow is a warning of that moment.
rm -f $folder/core/libcore.a.p/bms_*
# shellcheck disable=SC2086
quietly ninja -C $folder hearth $tests
if grep 'core/bms/.*unsupported MC/DC' "$log"; then
    echo "a decision above would go uncounted: write it so that it can be followed"
    exit 1
fi

rm -rf $folder/profiles
objects=""
for test in $tests; do
    quietly "$folder/$test"
    objects="$objects -object $folder/$test"
done
for scenario in tests/scenarios/pack-*.yaml; do
    quietly $folder/hearth scenario "$scenario"
done

quietly llvm-profdata-19 merge -o $folder/all.profdata $folder/profiles/*.profraw
# shellcheck disable=SC2086
llvm-cov-19 export -instr-profile=$folder/all.profdata $folder/hearth $objects core/bms 2>"$log" |
    python3 tools/mcdc.py --whole $whole
