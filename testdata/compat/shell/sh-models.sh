set -euo pipefail
cat > package.json <<'J'
{"name":"demo","version":"1.2.3","scripts":{"test":"node t.js"},"dependencies":{"a":"^1.0.0","b":"2"}}
J
VERSION=$(jq -r .version package.json); echo "v$VERSION"; IFS=. read -r major minor patch <<< "$VERSION"; echo "$major.$((minor + 1)).0"
for dep in $(jq -r '.dependencies | keys[]' package.json); do printf '%-5s %s\n' "$dep" "$(jq -r --arg d "$dep" '.dependencies[$d]' package.json)"; done
jq '.version = "2.0.0"' package.json > tmp.$$ && mv tmp.$$ package.json; jq -r .version package.json; node -p 'require("./package.json").name'
mkdir -p src && cat > src/index.js <<'JS'
import fs from 'node:fs';
// TODO: fix
console.log('hi');
console.log('there'); // FIXME
JS
grep -nE 'TODO|FIXME' -r src | awk -F: '{ printf "%s line %d\n", $1, $2 }'; wc -l src/*.js | awk '{ print $1 }'; grep -o "console\.[a-z]*" src/index.js | sort | uniq -c | awk '{ print $2 "=" $1 }'; sed -i "s/console\.log('hi')/console.log(\"bye\")/" src/index.js; grep -c bye src/index.js
awk '/import/ { gsub(/.*from /, ""); gsub(/[;'"'"']/, ""); print }' src/index.js; cat > log <<'L'
2024-01-01 INFO start id=1
2024-01-01 ERROR bad id=2 ms=30
2024-01-02 ERROR worse id=3 ms=45
2024-01-02 WARN hm id=4
L
awk '$2 == "ERROR" { n[$1]++; if (match($0, /ms=[0-9]+/)) t += substr($0, RSTART + 3, RLENGTH - 3) } END { for (d in n) print d, n[d]; print "total " t }' log | sort; cut -d' ' -f2 log | sort | uniq -c | sort -k1,1nr -k2 | awk '{ printf "%s:%s ", $2, $1 } END { print "" }'; grep -oP 'id=\K\d+' log | paste -sd,; sed -nE 's/.*(ERROR|WARN) ([a-z]+).*/\2/p' log; awk 'NR == FNR { if ($2 == "ERROR") e[$1] = 1; next } $1 in e && $2 != "ERROR" { print $2 }' log log; column -t log | head -1; tail -n 1 log | tr ' ' '\n' | nl -w1 -s.
(trap 'echo cleanup' EXIT; echo work); tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; printf 'b 2\na 1\n' > "$tmp/x"; sort "$tmp/x" | while read -r k v; do echo "$k=$v"; done; retry() { local n=0; until "$@"; do n=$((n + 1)); [ "$n" -ge 3 ] && return 1; done; }; retry false || echo "gave up"; declare -A m=([x]=1 [y]=2); for k in $(printf '%s\n' "${!m[@]}" | sort); do echo "$k ${m[$k]}"; done; if ! out=$(ls nosuch 2>&1); then echo "failed: ${out##*: }"; fi; mapfile -t lines < log; echo "${#lines[@]} ${lines[1]%% *}"; printf '%s\n' "${lines[@]/ERROR/E}" | head -2 | tail -1; diff <(sort log) <(sort -r log) > /dev/null || echo differ; echo "$((16#ff)) $((2**10)) $(( (7 + 2) / 3 ))"; [[ $VERSION =~ ^([0-9]+)\.([0-9]+) ]] && echo "${BASH_REMATCH[2]}"; case $VERSION in 1.*) echo one;; *) echo other;; esac; printf '%s\n' {a..c}{1..2} | xargs -n 3; echo "${VERSION//./-}" "${VERSION%.*}" "${#VERSION}" "${VERSION:2:1}"; cat <<-EOT | sed 's/^/> /'
	indented
	EOT
seq 1 5 | awk '{ s += $1; print s }' | tail -1; echo 'a b c' | awk '{ print $2 }' RS=' '; date -u -d @0 +%FT%TZ; awk -v d="$(date -u -d @86400 +%F)" 'BEGIN { print d }'; printf 'x=%d y=%s\n' 3 z | awk -F'[ =]' '{ print $2 + 1, $4 }'; ls -1 | awk 'END { print (NR > 3) }'; kill -0 $$ && echo alive; wait; echo done
