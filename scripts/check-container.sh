#!/usr/bin/env bash
# Checks the container files as far as that goes without a container engine. Says what it could not check.
set -euo pipefail
cd "$(dirname "$0")/.."

faults=0
fault() { echo "FAULT  $*" >&2; faults=$((faults + 1)); }
done_() { echo "ok     $*"; }
left_out() { echo "-      $*"; }

# docker-compose.yml: read as a whole, with stand-ins for the secrets.
export POSTGRES_PASSWORD=x MIGRATE_PASSWORD=x SERVICE_PASSWORD=x
if docker compose version >/dev/null 2>&1; then
    if docker compose config -q; then done_ 'docker compose config'; else fault 'docker compose config'; fi
    if env -u SERVICE_PASSWORD docker compose --env-file /dev/null config -q 2>/dev/null; then
        fault 'docker-compose.yml: starts without a password'
    fi
elif python3 -c 'import yaml' 2>/dev/null; then
    if python3 -c 'import sys, yaml; yaml.safe_load(open("docker-compose.yml"))'; then
        done_ 'docker-compose.yml is YAML'
    else
        fault 'docker-compose.yml is not YAML'
    fi
    left_out 'docker compose is not here: the composition was read as YAML only'
else
    left_out 'neither docker compose nor a YAML reader is here: docker-compose.yml was not read'
fi

# Every file it mounts is there, except the secrets, which deploy/make-secrets.sh makes.
while read -r file; do
    [[ -e $file || $file == ./deploy/secrets/* ]] || fault "docker-compose.yml names $file, which does not exist"
done < <(grep -oE '\./deploy/[A-Za-z0-9_./-]+' docker-compose.yml)
done_ 'mounted files'

# Nothing floats: an image without a tag is another one tomorrow.
while read -r image; do
    case $image in
    technician-metrics | page | build | *:latest*) [[ $image != *:latest* ]] || fault "image $image floats" ;;
    *:*) ;;
    *) fault "image $image has no tag" ;;
    esac
done < <(sed -nE 's/^ *image: *([^ ]+).*/\1/p' docker-compose.yml; sed -nE 's/^FROM ([^ ]+).*/\1/p' Dockerfile)
done_ 'tags of images'

# The image: the workspace's compiler, no root, a probe, and sources that .dockerignore lets in.
compiler=$(sed -nE 's/^rust-version = "(.*)"/\1/p' Cargo.toml)
grep -q "^FROM rust:$compiler-" Dockerfile || fault "Dockerfile does not build with Rust $compiler, as Cargo.toml says"
user=$(sed -nE 's/^USER (.*)/\1/p' Dockerfile | tail -n 1)
[[ -n $user && $user != root* && $user != 0* ]] || fault 'Dockerfile: runs as root'
grep -q '^HEALTHCHECK .*"technician-metrics", "healthcheck"' Dockerfile || fault 'Dockerfile: no health check by the binary'
while read -r member; do
    grep -qx "!$member" .dockerignore || fault ".dockerignore keeps out $member, a member of the workspace"
done < <(sed -nE 's/^members = \[(.*)\]/\1/p' Cargo.toml | tr -d '" ' | tr ',' '\n')
done_ 'Dockerfile'

for script in deploy/*.sh deploy/postgres/*.sh scripts/*.sh .ci/run; do
    bash -n "$script" || fault "$script is not a script"
    [[ -x $script ]] || fault "$script is not executable"
done
if command -v shellcheck >/dev/null; then
    if shellcheck deploy/*.sh deploy/postgres/*.sh scripts/*.sh .ci/run; then done_ shellcheck; else fault shellcheck; fi
else
    left_out 'shellcheck is not here: scripts were read for syntax only'
fi

if command -v caddy >/dev/null; then
    if caddy validate --adapter caddyfile --config deploy/Caddyfile >/dev/null 2>&1; then
        done_ 'caddy validate'
    else
        fault 'caddy does not accept deploy/Caddyfile'
    fi
else
    left_out 'caddy is not here: deploy/Caddyfile was not checked'
fi

left_out 'the image is not built here: that takes a container engine'
if [[ $faults -gt 0 ]]; then
    echo "$faults faults" >&2
    exit 1
fi
