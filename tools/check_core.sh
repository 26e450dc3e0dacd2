#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The core stays freestanding: compiles every source of core/ for a Cortex-M4F, links them
# relocatably and fails on any undefined symbol but mem* and the integer helpers of the ABI, on
# double precision, on data that changes, on a header that is not the core's, and on an include that
# points back up (core <- plant <- sim <- host). Prints the flash each module takes.
set -euo pipefail
cd "$(dirname "$0")/.."

cc=${CROSS:-arm-none-eabi-}gcc
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0
complain() { echo "check_core: $*"; failed=$((failed + 1)); }

flags=(-std=c11 -ffreestanding -Os -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16
       -ffunction-sections -fdata-sections -fno-common -ffp-contract=off -fno-math-errno
       -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wdouble-promotion -Wfloat-conversion
       -Wshadow -Wvla -Wundef -Wcast-align=strict -Wstack-usage=512 -Werror -I.)

# 1. compile, by module
modules=$(find core -mindepth 2 -name '*.c' -printf '%h\n' | cut -d/ -f2 | sort -u)
printf '%-10s %8s %8s %8s\n' module flash data bss
for module in $modules core; do
    objects=()
    if [ "$module" != core ]; then
        while IFS= read -r source; do
            object="$out/${source//\//_}.o"
            "$cc" "${flags[@]}" -c "$source" -o "$object" || complain "$source does not compile"
            objects+=("$object")
        done < <(find "core/$module" -name '*.c' | sort)
        cp "${objects[@]}" "$out"/ 2>/dev/null || true
    else
        objects=("$out"/*.c.o)
    fi
    "$cc" -mcpu=cortex-m4 -mthumb -nostdlib -r "${objects[@]}" -o "$out/$module.elf"
    read -r text data bss _ < <("${cc%gcc}size" "$out/$module.elf" | tail -1)
    printf '%-10s %8d %8d %8d\n' "$module" "$text" "$data" "$bss"
    if [ "$module" = core ] && [ "$((data + bss))" -ne 0 ]; then
        complain "core has $data bytes of .data and $bss of .bss: state belongs to the caller"
    fi
done

# 2. symbols the core leans on
undefined=$("${cc%gcc}nm" -u "$out/core.elf" | awk '{print $2}' | sort -u)
for symbol in $undefined; do
    case $symbol in
        memcpy | memmove | memset | memcmp) ;;
        __aeabi_d* | __aeabi_*2d) complain "double precision: $symbol" ;;
        __aeabi_*) ;;
        *) complain "undefined symbol $symbol" ;;
    esac
done
echo "leans on: $(echo $undefined)"

# 3. includes: the core's own and the freestanding headers; arrows only point down
allowed='stdint.h|stdbool.h|stddef.h|limits.h|string.h'
bad=$(grep -rnE '^#include' core --include='*.[ch]' --include='*.def' |
      grep -vE "#include (\"core/|<($allowed)>)" || true)
[ -z "$bad" ] || { echo "$bad"; complain "core/ includes what it may not"; }
back_up() { # folder, folders it must not know
    local found
    found=$(grep -rnE "^#include \"($2)/" "$1" --include='*.[ch]' || true)
    [ -z "$found" ] || { echo "$found"; complain "$1/ looks up"; }
}
back_up core 'plant|sim|host|web|firmware'
back_up plant 'core|sim|host|web|firmware'
back_up sim 'host|web|firmware'
if grep -rnE '\bdouble\b' core --include='*.[ch]' | grep -vE '^\S+:\s*(/?\*|//)|/\*.*double.*\*/' |
    grep -E '\bdouble [a-z_]+[ ;,)=]'; then
    complain "core/ uses double"
fi

if [ "$failed" -gt 0 ]; then
    echo "check_core: $failed complaints"
    exit 1
fi
echo "check_core: the core is freestanding"
