#!/bin/sh
# What backup.sh made, into the empty store of a service that is stopped:
#   restore.sh <file>
# Into the empty database that CORRELATION_DATABASE_URL names, else as the SQLite store in CORRELATION_DATA (by default ./data).
# Nothing that is there is written over. The service then starts on hold: nobody is paged for ten minutes, or until you release it
# (docs/BACKUP.md).
set -eu
umask 077
hold='CREATE TABLE IF NOT EXISTS hold (id INTEGER PRIMARY KEY CHECK (id = 1), since BIGINT);
  DELETE FROM hold; INSERT INTO hold (id) VALUES (1);'
if [ $# -ne 1 ] || [ ! -f "$1" ]; then
  echo "usage: restore.sh <file that backup.sh made>" >&2
  exit 2
fi

if [ -n "${CORRELATION_DATABASE_URL:-}" ]; then
  tables=$(psql --no-psqlrc --tuples-only --no-align "$CORRELATION_DATABASE_URL" \
    --command="SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'")
  if [ "$tables" != 0 ]; then
    echo "The database is not empty: restore into a new one." >&2
    exit 1
  fi

  pg_restore --exit-on-error --single-transaction --no-owner --dbname="$CORRELATION_DATABASE_URL" "$1"
  psql --no-psqlrc --quiet --single-transaction --set=ON_ERROR_STOP=1 "$CORRELATION_DATABASE_URL" --command="SET client_min_messages = warning; $hold"
else
  folder="${CORRELATION_DATA:-./data}"
  database="$folder/correlation.db"
  for file in "$database" "$database-wal"; do
    if [ -e "$file" ]; then
      echo "There is a $file: move the old store away first." >&2
      exit 1
    fi
  done

  if [ "$(sqlite3 "$1" 'PRAGMA quick_check' 2>/dev/null)" != ok ]; then
    echo "$1 is damaged, or no backup of an SQLite store." >&2
    exit 1
  fi

  mkdir -p "$folder"
  cp "$1" "$database.part"
  sqlite3 "$database.part" "$hold"
  sync "$database.part"
  mv "$database.part" "$database"
fi

echo "Restored, on hold. Start the service, look at GET /api/v1/hold, and POST /api/v1/hold/release."
