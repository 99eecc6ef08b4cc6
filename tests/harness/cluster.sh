# The life of a throw-away PostgreSQL cluster: `cluster.rs` hands this text to `sh -c`.
# Arguments: directory of the programs, directory of the cluster, settings, superuser, owner of the databases, the
# role of the service.
# Standard output: `ready`, or what went wrong. The end of standard input is the end of the cluster.
programs=$1 directory=$2 settings=$3 superuser=$4 owner=$5 service=$6
data=$directory/data log=$directory/log

# The reader of our output may be gone before us, and a signal meant for the tests is not meant for the server.
trap '' PIPE HUP INT TERM QUIT

finish() {
    "$programs/pg_ctl" stop -D "$data" -m immediate -s >/dev/null 2>&1
    cd / && rm -rf "$directory"
}
trap finish EXIT

fail() {
    echo "$1"
    tail -n 20 "$log"
    exit 1
}

"$programs/initdb" -D "$data" -U "$superuser" -A trust -E UTF8 --no-locale --no-sync >>"$log" 2>&1 ||
    fail 'initdb failed'
printf '%s\n' "$settings" >>"$data/postgresql.conf"
"$programs/pg_ctl" start -D "$data" -l "$log" -w -t 60 -s >"$directory/start" 2>&1 </dev/null ||
    fail 'the server did not start'
port=$(sed -n 4p "$data/postmaster.pid")
# Default privileges live in a database, and every new one is a copy of template1.
"$programs/psql" -Xq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U "$superuser" -d template1 >>"$log" 2>&1 <<SQL ||
CREATE ROLE "$owner" LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS;
CREATE ROLE "$service" LOGIN NOSUPERUSER NOBYPASSRLS;
ALTER DEFAULT PRIVILEGES FOR ROLE "$owner" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "$service";
ALTER DEFAULT PRIVILEGES FOR ROLE "$owner" GRANT USAGE, SELECT ON SEQUENCES TO "$service";
SQL
    fail 'the roles could not be made'
echo ready

# Blocks until the last holder of the other end is gone.
cat >/dev/null
