#!/usr/bin/env bash
# Bundles the GraphiQL page into api/assets/graphiql/dist, which the binary embeds. Does nothing when the bundle is newer
# than what it is made from, and goes on without the page when npm is missing or cannot reach its packages.
set -euo pipefail
cd "$(dirname "$0")/../api/assets/graphiql" 2>/dev/null || exit 0
[[ -f package-lock.json ]] || exit 0

mkdir -p dist
stamp=node_modules/.bundled
if [[ -f $stamp && -n "$(ls dist)" ]] &&
    [[ -z "$(find . \( -name dist -o -name node_modules \) -prune -o -type f -newer "$stamp" -print -quit)" ]]; then
    exit 0
fi

if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    echo 'npm is not installed: going on without the GraphiQL page (/graphiql). Everything else works.' >&2
    exit 0
fi
if npm ci --no-audit --no-fund --loglevel=error >&2 && node build.mjs >&2; then
    mkdir -p node_modules && touch "$stamp"
else
    echo 'The GraphiQL page could not be bundled: going on without it. Everything else works.' >&2
fi
