#!/usr/bin/env bash
# PostgreSQL and three processes on this machine, alerts through all of them, kill -9 of the one that runs the database, and a
# count of what was accepted and what is there. Needs PostgreSQL's programs and curl; builds what is not built. All of it
# lives in a temporary folder and on loopback, ports 18080 to 18083 (another first port: ./cluster-demo.sh 19000).
set -euo pipefail
cd "$(dirname "$0")/.."
port=${1:-18080}
work=$(mktemp -d) pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

silo=src/Silo/bin/Release/net10.0/Correlation.Silo.dll
[ -f "$silo" ] || dotnet build src/Silo -c Release -v quiet --nologo

# PostgreSQL refuses to run as root.
server=() ; [ "$(id -u)" = 0 ] && server=(setpriv --reuid=postgres --regid=postgres --init-groups --) && chown postgres "$work"
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$programs" ] || { echo "PostgreSQL's programs are not in /usr/lib/postgresql: install postgresql."; exit 1; }
"${server[@]}" "$programs/initdb" -D "$work/db" -U postgres -A trust -E UTF8 --locale=C >"$work/initdb.log"
"${server[@]}" "$programs/postgres" -D "$work/db" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$work" 2>"$work/db.log" &
pids+=($!)
until "$programs/pg_isready" -q -h 127.0.0.1 -p "$port"; do kill -0 "${pids[0]}" || { cat "$work/db.log"; exit 1; }; sleep 0.2; done
echo "PostgreSQL runs on port $port."

key=$(cat /proc/sys/kernel/random/uuid)
for n in 1 2 3; do
  CORRELATION_DATABASE="Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres" CORRELATION_API_KEY=$key \
    CORRELATION_ANSWER_SECRET=$key CORRELATION_DATA="$work/silo$n" CORRELATION_URLS="http://127.0.0.1:$((port + n))" \
    dotnet "$silo" >"$work/silo$n.log" 2>&1 &
  pids+=($!)
  until curl -sf "http://127.0.0.1:$((port + n))/readyz" >"$work/ready"; do
    kill -0 $! 2>/dev/null || { cat "$work/silo$n.log"; exit 1; }
    sleep 0.2
  done
  echo "Process $n: $(cat "$work/ready")"
done

# One alert after the other to process 2 and 3 in turn, each sent again until it is accepted, as senders do.
send() {
  for n in $(seq "$1" "$2"); do
    until curl -sf -o /dev/null --max-time 10 -X POST "http://127.0.0.1:$((port + 2 + n % 2))/v2/alerts" -H "Authorization: GenieKey $key" \
      -H 'Content-Type: application/json' -d "{\"message\":\"Node $n is down\",\"alias\":\"node-$n\",\"entity\":\"node:$n\"}"; do sleep 0.1; done
    echo "$n" >>"$work/accepted"
  done
}
accepted() { cat "$work/accepted" 2>/dev/null | wc -l; }
send 1 200 & sender=$!
pids+=("$sender")
while [ "$(accepted)" -lt 60 ]; do sleep 0.1; done
echo "$(accepted) alerts are accepted; now kill -9 of process 1, which runs the database."
disown "${pids[1]}" && kill -9 "${pids[1]}"
wait "$sender"

ask() { curl -sf -H "Authorization: GenieKey $key" "http://127.0.0.1:$((port + 2))$1"; }
echo "Who is there now: $(ask /api/v1/cluster)"
there=$(ask "/v2/alerts/count" | grep -o '"count":[0-9]*' | grep -o '[0-9]*')
echo "$(accepted) alerts were accepted, $there are there."
[ "$there" = "$(accepted)" ]
