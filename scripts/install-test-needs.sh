#!/usr/bin/env bash
# Installs what `make test` and `make bench` need beyond the Rust toolchain: the server programs of PostgreSQL, and what the
# pages of docs/ ask their readers to have, which the tests follow: curl and jq.
# Quiet and quick when everything is there. The tests start a throw-away server of their own; the one that Debian's
# package would start is neither wanted nor made.
set -euo pipefail

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

for component in fmt clippy; do
    if ! command -v "cargo-$component" >/dev/null; then
        rustup component add "${component/fmt/rustfmt}"
    fi
done
