#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the page into OUT_FOLDER and embeds it: build.sh WEB_FOLDER OUT_FOLDER EMBED_PY OUT.c MODE
# MODE "auto": without npm, or when npm fails, the built-in page that says how to build the real one.
set -eu
web=$1 out=$2 embed=$3 c=$4 mode=$5
build() (
    cd "$web"
    if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
        npm ci --no-audit --no-fund --loglevel=error || return 1
    fi
    node_modules/.bin/vite build --logLevel warn --emptyOutDir --outDir "$out"
)
case "$out" in /*) ;; *) out=$PWD/$out ;; esac
if [ "$mode" = none ]; then
    out=$web/fallback
elif ! build; then
    [ "$mode" = auto ] || exit 1
    echo "The page could not be built with npm; a small one takes its place." >&2
    out=$web/fallback
fi
python3 "$embed" "$out" "$c"
