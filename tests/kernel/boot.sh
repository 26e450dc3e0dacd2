#!/bin/bash
# Boots Debian's own kernel in a virtual machine (software emulation, some seconds), with busybox and
# virtual CAN buses, and runs our programs there: this kernel here may have no SocketCAN.
# Usage: tests/kernel/boot.sh FOLDER HEARTH      prints TAP.
set -eu
folder=$1
hearth=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# Debian's kernel, unpacked and not installed.
if [ ! -f "$folder/vmlinuz" ]; then
    package=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ {print $2; exit}')
    (cd "$folder" && rm -f ./*.deb && apt-get download -qq "$package" 2>/dev/null)
    rm -rf "$folder/unpacked"
    dpkg-deb -x "$folder"/linux-image-*.deb "$folder/unpacked"
    cp "$folder"/unpacked/boot/vmlinuz-* "$folder/vmlinuz.new"
    mkdir -p "$folder/modules"
    for module in can can-raw can-dev vcan; do
        find "$folder/unpacked" -name "$module.ko" -exec cp {} "$folder/modules/" \;
    done
    rm -rf "$folder/unpacked" "$folder"/*.deb
    mv "$folder/vmlinuz.new" "$folder/vmlinuz"
fi

image=$folder/image
rm -rf "$image"
mkdir -p "$image"/{bin,proc,sys,dev,tmp,lib/modules}
cp /bin/busybox "$image/bin/busybox"
cp "$folder"/modules/*.ko "$image/lib/modules/"
cc -std=c11 -O1 -D_GNU_SOURCE -I"$root" -static -o "$image/bin/socketcan" \
    "$root/tests/kernel/socketcan.c" "$root"/host/bus/*.c "$root/core/proto/slcan.c" \
    "$root/core/proto/modbus_rtu.c" 2>/dev/null
cp "$hearth" "$image/bin/hearth"
ldd "$hearth" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$image$(dirname "$library")"
    cp -L "$library" "$image$library"
done
cp "$root/tests/kernel/init" "$image/init"
cp "$root/tests/kernel/wires.sh" "$image/bin/wires.sh"
chmod +x "$image/init" "$image/bin/wires.sh"
(cd "$image" && find . | cpio -o -H newc --quiet | gzip -1) >"$folder/initramfs.gz"

timeout 240 qemu-system-x86_64 -accel tcg -cpu max -m 512 -nographic -no-reboot -nic none \
    -kernel "$folder/vmlinuz" -initrd "$folder/initramfs.gz" \
    -append "console=ttyS0 quiet loglevel=0 panic=-1" </dev/null | tr -d '\r' |
    sed 's/.*TAP version/TAP version/' | sed -n '/^TAP version/,/^END/p' | sed '/^END/d' >"$folder/tap"
cat "$folder/tap"
grep -q '^1\.\.' "$folder/tap" || { echo "Bail out! the machine did not end its run"; exit 1; }
