#!/usr/bin/env bash
# The core stands alone: compiles it for Cortex-M4F without a C library, allows nothing undefined but
# mem* and the compiler's integer helpers, no data that changes, no double precision; and no include
# that points back up the house.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cpu="-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16"
flags="-std=c11 -Os -ffreestanding -ffunction-sections -fdata-sections -ffp-contract=off
-fno-math-errno -fno-common -Wall -Wextra -Werror -Wconversion -Wshadow -Wdouble-promotion
-Wstack-usage=512 -I. $cpu"
bad=0

printf '%-34s %8s %8s %8s\n' module text data bss
while read -r source; do
    object="$folder/$(echo "$source" | tr / _).o"
    # shellcheck disable=SC2086
    arm-none-eabi-gcc $flags -c "$source" -o "$object"
    arm-none-eabi-size "$object" | awk -v name="$source" 'NR == 2 {printf "%-34s %8d %8d %8d\n", name, $1, $2, $3}'
done < <(git ls-files 'core/*.c')

# shellcheck disable=SC2086
arm-none-eabi-gcc $cpu -nostdlib -r -o "$folder/core.o" "$folder"/*.o
arm-none-eabi-size "$folder/core.o" | awk 'NR == 2 {printf "%-34s %8d %8d %8d\n", "all", $1, $2, $3; exit ($2 + $3 > 0)}' ||
    { echo "the core has data that changes (.data or .bss)"; bad=1; }

undefined=$(arm-none-eabi-nm -u "$folder/core.o" | awk '{print $2}' |
    grep -vE '^(memcpy|memmove|memset|memcmp|__aeabi_(l|ul|i|ui|mem)[a-z0-9]*)$' || true)
if [ -n "$undefined" ]; then
    echo "the core needs what is not its own:" $undefined
    bad=1
fi

# core < plant < sim < host, and the freestanding headers only in core
upward() { git grep -nE "#include \"($2)/" -- "$1/*.c" "$1/*.h" "$1/*.def" || true; }
includes=$(
    upward core 'plant|sim|host|tests|bench'
    upward plant 'core|sim|host|tests|bench'
    upward sim 'host|tests|bench'
    upward host 'tests|bench'
    git grep -nE '#include <' -- 'core/*.c' 'core/*.h' |
        grep -vE '<(stdint|stdbool|stddef|limits|string)\.h>' || true
)
if [ -n "$includes" ]; then
    echo "includes that point the wrong way:"
    echo "$includes"
    bad=1
fi
exit $bad
