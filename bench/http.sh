#!/usr/bin/env bash
# Measures POST /run and POST /execute (one session a connection) of a one-line
# program over loopback with wrk, at 1 and 8 connections.
#
#   bench/http.sh [SECONDS]      each of the four runs takes SECONDS, default 5
#
# BUNTIME is the binary, default bin/buntime beside this folder. The server is
# this script's own: on a free port of loopback, with a temporary data folder.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-5}
binary=${BUNTIME:-../bin/buntime}
[[ -x $binary ]] || { echo "bench: $binary is missing: run make build" >&2; exit 1; }

if ! command -v wrk >/dev/null; then
	if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
		{ apt-get update -qq && apt-get install -y -qq wrk; } >/dev/null 2>&1 || true
	fi
	command -v wrk >/dev/null || { echo "bench: wrk is missing: install it (apt-get install wrk, brew install wrk)" >&2; exit 1; }
fi

work=$(mktemp -d)
server=
cleanup() {
	if [[ -n $server ]]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

export BUNTIME_ROOT_KEY=btk_root-key-of-the-benchmark-AAAAAAAAAAAAAAAAA
"$binary" serve --listen 127.0.0.1:0 --data "$work/data" --log-level warn --log-format json >"$work/out" 2>"$work/log" &
server=$!
url=
for _ in $(seq 300); do
	url=$(sed -n 's/.* serves \(http[^ ]*\)$/\1/p' "$work/out")
	[[ -n $url ]] && break
	kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
	sleep 0.1
done
[[ -n $url ]] || { echo "bench: the server was not ready in 30 s" >&2; exit 1; }

# A session for each connection: wrk has one script state a thread, and so the
# runs have as many threads as connections.
sessions=
for _ in $(seq 8); do
	id=$(curl -sS --max-time 10 -X POST "$url/sessions/create" -H "X-API-Key: $BUNTIME_ROOT_KEY" | sed -n 's/.*"sessionId":"\([^"]*\)".*/\1/p')
	[[ -n $id ]] || { echo "bench: no session could be made" >&2; exit 1; }
	sessions+="$id "
done
export SESSIONS=$sessions

echo "load average before: $(uptime | sed 's/.*average: //'); ${seconds} s each"
printf '%-10s %12s %12s %10s %10s %10s\n' route connections requests/s 'p50 µs' 'p99 µs' errors
for route in run execute; do
	for connections in 1 8; do
		ROUTE=$route wrk -t "$connections" -c "$connections" -d "${seconds}s" --timeout 10s -s http.lua "$url/$route" >"$work/wrk" 2>&1 ||
			{ cat "$work/wrk" >&2; exit 1; }
		line=$(sed -n 's/^RESULT //p' "$work/wrk")
		[[ -n $line ]] || { cat "$work/wrk" >&2; exit 1; }
		# shellcheck disable=SC2086
		printf '%-10s %12d %12s %10s %10s %10s\n' "/$route" "$connections" $line
	done
done
