# Shared by ./run and ./test: packages, builds, words. Source it from the project's root.

BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config git libuv1-dev libmicrohttpd-dev libsqlite3-dev
libjansson-dev libfyaml-dev libsodium-dev libncurses-dev zlib1g-dev tzdata ca-certificates python3"
TEST_PACKAGES="libcmocka-dev clang lld libclang-rt-14-dev clang-format clang-tidy gcc-arm-none-eabi
libnewlib-arm-none-eabi chromium curl jq sqlite3 procps tmux"
KERNEL_PACKAGES="qemu-system-x86 busybox-static cpio"
COVERAGE_PACKAGES="clang-19 llvm-19 libclang-rt-19-dev"

say() { printf '\n== %s\n' "$*"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "This needs root once, to install packages: $*" >&2
        return 1
    fi
}

# Installs the Debian packages of a list that are not there yet. Node and npm may also come from
# elsewhere than Debian; then they are left alone.
need_packages() {
    local missing="" package
    for package in $1; do
        if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed"; then
            missing="$missing $package"
        fi
    done
    command -v node >/dev/null || missing="$missing nodejs"
    command -v npm >/dev/null || missing="$missing npm"
    if [ -n "$missing" ]; then
        say "installing$missing"
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
    fi
}

# Configures a build folder, or takes it up again.
configure() {
    local folder=$1
    shift
    if [ -f "$folder/build.ninja" ]; then
        meson configure "$folder" "$@" >/dev/null
    else
        meson setup "$folder" "$@"
    fi
}
