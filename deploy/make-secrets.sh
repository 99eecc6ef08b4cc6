#!/usr/bin/env bash
# Makes what docker-compose.yml needs and nobody else may know: database passwords and the key that signs tokens.
# Run once; what is there already is kept.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077

if [[ ! -e .env ]]; then
    # Hexadecimal, because the passwords are also parts of URLs.
    for name in POSTGRES_PASSWORD MIGRATE_PASSWORD SERVICE_PASSWORD; do
        echo "$name=$(openssl rand -hex 32)"
    done >.env
    echo 'Wrote .env'
fi

key=deploy/secrets/signing_key.pem
if [[ ! -e $key ]]; then
    openssl genpkey -algorithm ed25519 -out "$key"
    # On this host the directory guards it; in the container the service's own account has to read it.
    chmod 0700 deploy/secrets
    chmod 0444 "$key"
    echo "Wrote $key"
fi
