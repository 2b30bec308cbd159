# Shared by the scripts: where the project is, how they speak. Sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Cargo's programs may have been installed by rustup in a shell that is long gone.
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
target_dir=${CARGO_TARGET_DIR:-$root/target}

say() { printf '%s\n' "$*" >&2; }
fail() { say "$(basename "$0"): $*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# apt_install PACKAGE…: as root on a Debian-like system; fails elsewhere.
apt_install() {
    [ "$(id -u)" = 0 ] && has apt-get || return 1
    say "installing $*"
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@" >/dev/null 2>&1 ||
        { apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@" >/dev/null; }
}
