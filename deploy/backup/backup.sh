#!/bin/sh
# A backup of all that the service keeps in its store, taken while it runs:
#   backup.sh <file>
# of the database that CORRELATION_DATABASE_URL names (postgresql://user@host/correlation; needs pg_dump of its version or
# newer), else of the SQLite store in CORRELATION_DATA (by default ./data; needs sqlite3). The file is whole or is not there.
set -eu
umask 077
if [ $# -ne 1 ]; then
  echo "usage: backup.sh <file>" >&2
  exit 2
fi

part="$1.part"
trap 'rm -f "$part"' EXIT
rm -f "$part"
if [ -n "${CORRELATION_DATABASE_URL:-}" ]; then
  pg_dump --format=custom --no-owner --file="$part" "$CORRELATION_DATABASE_URL"
  pg_restore --list "$part" >/dev/null
else
  database="${CORRELATION_DATA:-./data}/correlation.db"
  if [ ! -f "$database" ]; then
    echo "There is no $database: CORRELATION_DATA names the service's data folder." >&2
    exit 1
  fi

  # One snapshot, beside the writer; no page of the original changes.
  sqlite3 "$database" "VACUUM INTO '$(printf %s "$part" | sed "s/'/''/g")'"
  if [ "$(sqlite3 "$part" 'PRAGMA quick_check')" != ok ]; then
    echo "The backup is damaged: look at the disk." >&2
    exit 1
  fi
fi

sync "$part"
mv "$part" "$1"
trap - EXIT
echo "$1"
