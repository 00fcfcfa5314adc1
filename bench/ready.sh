#!/usr/bin/env bash
# Measures how long `buntime serve` takes from its start until /api/health says
# that it is ready: cold, with an empty data folder and no compilation cache, and
# warm, with those of an earlier start.
#
#   bench/ready.sh [ROUNDS]      of cold and warm starts in turns, default 5
#
# BUNTIME is the binary, default bin/buntime beside this folder.
set -euo pipefail
cd "$(dirname "$0")"

rounds=${1:-5}
binary=${BUNTIME:-../bin/buntime}
[[ -x $binary ]] || { echo "bench: $binary is missing: run make build" >&2; exit 1; }

work=$(mktemp -d)
server=
stop() {
	if [[ -n $server ]]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
		server=
	fi
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

export BUNTIME_ROOT_KEY=btk_root-key-of-the-benchmark-AAAAAAAAAAAAAAAAA

# start prints the milliseconds until the first good answer.
start() {
	local data=$1 began url= deadline
	: >"$work/out"
	began=$(date +%s%N)
	deadline=$((began + 30000000000))
	"$binary" serve --listen 127.0.0.1:0 --data "$data" --log-level warn >"$work/out" 2>"$work/log" &
	server=$!
	while [[ -z $url ]]; do
		read -r line <"$work/out" || line=
		[[ $line == *" serves "* ]] && url=${line##* }
		(($(date +%s%N) < deadline)) || { cat "$work/log" >&2; exit 1; }
	done
	until curl -sf --max-time 5 -o /dev/null "$url/health"; do
		(($(date +%s%N) < deadline)) || { cat "$work/log" >&2; exit 1; }
	done
	took=$((($(date +%s%N) - began) / 10000))
	stop
}

summary() { # name, numbers of 10 µs
	local name=$1
	shift
	printf '%s\n' "$@" | sort -n | awk -v name="$name" '
		{ v[NR] = $1 / 100 }
		END { printf "%-6s min %8.1f ms   median %8.1f ms   max %8.1f ms   (%d starts)\n", name, v[1], v[int((NR + 1) / 2)], v[NR], NR }'
}

echo "load average before: $(uptime | sed 's/.*average: //')"
start "$work/warm"
cold=() warm=()
for i in $(seq "$rounds"); do
	start "$work/cold$i"
	cold+=("$took")
	rm -rf "$work/cold$i"
	start "$work/warm"
	warm+=("$took")
done
summary cold "${cold[@]}"
summary warm "${warm[@]}"
