#!/usr/bin/env bash
# Installs what `make test` and `make bench` need beyond the Rust toolchain: the server programs of PostgreSQL; what the
# pages of docs/ ask their readers to have, which the tests follow: curl and jq; and, unless called with --no-readers, the
# programs of others that the tests read our files with (tests/readers), into target/readers.
# Quiet and quick when everything is there. The tests start a throw-away server of their own; the one that Debian's
# package would start is neither wanted nor made.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# The same search as tests/harness/cluster.rs.
has_postgresql() {
    local initdb directory
    for initdb in "$(command -v initdb || true)" /usr/lib/postgresql/*/bin/initdb; do
        [[ -x "$initdb" ]] || continue
        directory=$(dirname "$(readlink -f "$initdb")")
        if [[ -x "$directory/pg_ctl" && -x "$directory/postgres" && -x "$directory/psql" ]]; then
            return 0
        fi
    done
    return 1
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "Not root, and there is no sudo to run: $*"
        return 1
    fi
}

install_packages() {
    local settings=/etc/postgresql-common/createcluster.d/technician-metrics.conf
    local log status=0
    log=$(mktemp)
    say "Installing $* ..."
    as_root mkdir -p "$(dirname "$settings")"
    # Only while installing: a later, deliberate installation makes its cluster as usual.
    echo 'create_main_cluster = false' | as_root tee "$settings" >/dev/null
    {
        as_root apt-get update -q &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"
    } >"$log" 2>&1 || status=$?
    as_root rm -f "$settings"
    [[ $status -eq 0 ]] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

if ! has_postgresql; then
    if ! command -v apt-get >/dev/null; then
        say 'The tests need the server programs of PostgreSQL 15 or later (initdb, pg_ctl, postgres, psql).'
        say 'Install them with the package manager of this system and put their directory on the PATH.'
        exit 1
    fi
    install_packages postgresql
    has_postgresql || { say 'PostgreSQL was installed, but its programs were not found.'; exit 1; }
fi

for program in curl jq; do
    if ! command -v "$program" >/dev/null; then
        command -v apt-get >/dev/null || { say "The tests follow pages that need $program; install it."; exit 1; }
        install_packages "$program"
    fi
done

# Python and npm packages, pinned, in a folder of their own: nothing of the system's or the user's is touched. The stamp
# holds what was installed, so a changed list is installed anew, and one that was cut off is not taken for whole.
install_readers() {
    local lists=tests/readers home=target/readers wanted
    wanted=$(cat "$lists/requirements.txt" "$lists/package.json" "$lists/package-lock.json")
    if [[ -f $home/stamp && "$(<"$home/stamp")" == "$wanted" ]] && "$home/venv/bin/python" -c '' 2>/dev/null; then
        return 0
    fi
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        command -v apt-get >/dev/null || { say 'The tests need Python 3.11 or later with venv; install it.'; return 1; }
        install_packages python3 python3-venv
    fi
    if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
        command -v apt-get >/dev/null || { say 'The tests need Node.js with npm; install it.'; return 1; }
        install_packages nodejs npm
    fi
    say 'Installing the programs that read our files (target/readers) ...'
    rm -rf "$home"
    mkdir -p "$home"
    python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --disable-pip-version-check --no-input -r "$lists/requirements.txt" >&2
    cp "$lists/package.json" "$lists/package-lock.json" "$home/"
    npm ci --prefix "$home" --no-audit --no-fund --loglevel=error >&2
    printf '%s\n' "$wanted" >"$home/stamp"
}

if [[ ${1:-} != --no-readers ]]; then
    install_readers
fi

for component in fmt clippy; do
    if ! command -v "cargo-$component" >/dev/null; then
        rustup component add "${component/fmt/rustfmt}"
    fi
done
