#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# For years of simulation: builds `hearth` with link-time optimisation, lets it live through days of
# both example houses, and builds it again with what the compiler saw (gcc). The same numbers come
# out, bit by bit: tools/same_trace.sh BUILD build-release. Usage: tools/fast_build.sh BUILD
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

usage="Usage: tools/fast_build.sh BUILD (a folder, for instance build-fast)"
case ${1:-} in
'') echo "$usage" >&2; exit 2 ;;
-h | --help) echo "$usage"; exit 0 ;;
esac
build=$1

configure "$build" -Dbuildtype=release -Db_lto=true -Db_pgo=generate -Dweb=disabled
ninja -C "$build" hearth
find "$build" -name '*.gcda' -delete # of a build before
for days in 20:2026-06-01 10:2026-12-20; do
    for site in examples/house.yaml examples/cabin.yaml; do
        "$build/hearth" sim "$site" --days "${days%%:*}" --from "${days#*:}" >/dev/null
    done
done
configure "$build" -Db_pgo=use
ninja -C "$build" hearth
