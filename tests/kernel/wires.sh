#!/bin/sh
# The C checks of the bus, then our program on it: a virtual pack on vcan0 that another of our
# programs reads, names and hands on to a second bus.
/bin/socketcan >/tmp/checks
grep -v '^1\.\.' /tmp/checks
n=$(sed -n 's/^1\.\.//p' /tmp/checks)

check() { # check NAME COMMAND...: the command's status says how it went
    name=$1
    shift
    n=$((n + 1))
    if "$@" >/tmp/out 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        sed 's/^/# /' /tmp/out
    fi
}

reads() { # reads BUS PROTOCOL WORDS
    /bin/hearth monitor "can:$1" --protocol "$2" --once --json >/tmp/read 2>&1
    grep -q "$3" /tmp/read || { cat /tmp/read; return 1; }
}

finds() {
    /bin/hearth monitor can:vcan0 --once --json >/tmp/read 2>&1
    grep -q '"protocol":"victron-can"' /tmp/read || { cat /tmp/read; return 1; }
}

ip link add dev vcan1 type vcan
ip link set vcan1 up
/bin/hearth emulate es51_2_100lp --packs 2 --soc 60 --bus can:vcan0 --protocol victron-can \
    </dev/null >/tmp/emulate 2>&1 &
emulator=$!
check "a virtual pack is read over SocketCAN" reads vcan0 victron-can '"battery.soc_pct":60'
check "its dialect is found by itself" finds
/bin/hearth bridge --from victron-can:can:vcan0 --to growatt-can:can:vcan1 \
    </dev/null >/tmp/bridge 2>&1 &
bridge=$!
check "a bridge hands it on in another dialect" reads vcan1 growatt-can '"battery.soc_pct":60'
kill "$emulator" "$bridge"
wait
echo "1..$n"
