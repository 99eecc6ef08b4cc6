#!/usr/bin/env bash
# Runs once, when the database's volume is empty. Two roles, neither of them able to bypass row-level security:
#   technician_metrics_owner   owns the schema; used by `migrate up` only
#   technician_metrics         the service: rows, no schema, and no way around the policies
set -euo pipefail

psql -X -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB" <<'SQL'
\getenv database POSTGRES_DB
\getenv migrate_password MIGRATE_PASSWORD
\getenv service_password SERVICE_PASSWORD

CREATE ROLE technician_metrics_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'migrate_password';
CREATE ROLE technician_metrics LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'service_password';

ALTER DATABASE :"database" OWNER TO technician_metrics_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO technician_metrics;

ALTER DEFAULT PRIVILEGES FOR ROLE technician_metrics_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO technician_metrics;
ALTER DEFAULT PRIVILEGES FOR ROLE technician_metrics_owner
    GRANT USAGE, SELECT ON SEQUENCES TO technician_metrics;
SQL
