cat > lib.sh <<'EOF'
greet() { echo "Hello, ${1:-nobody}"; }
VERSION=1.2
EOF
. ./lib.sh
greet; greet Bob; echo $VERSION
cat > app.sh <<'EOF'
#!/bin/bash
set -euo pipefail
usage() { echo "usage: $(basename "$0") [-v] file..." >&2; exit 2; }
verbose=0
while getopts v opt; do case $opt in v) verbose=1;; *) usage;; esac; done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage
for f in "$@"; do
  if [[ -f $f ]]; then
    lines=$(wc -l < "$f")
    ((verbose)) && echo "verbose: $f"
    echo "$f: $lines"
  else
    echo "skip $f" >&2
  fi
done
EOF
chmod +x app.sh
printf '1\n2\n3\n' > data.txt
./app.sh data.txt; echo $?
./app.sh -v data.txt nofile 2>&1; echo $?
./app.sh 2>&1; echo $?
cat > log.txt <<'EOF'
2024-01-01 ERROR db timeout
2024-01-01 INFO ok
2024-01-02 ERROR net down
2024-01-02 WARN slow
2024-01-02 ERROR db timeout
EOF
grep ERROR log.txt | cut -d' ' -f3- | sort | uniq -c | sort -rn | sed 's/^ *//'
cut -d' ' -f1 log.txt | sort -u | while read d; do echo "$d: $(grep -c "$d" log.txt)"; done
declare -A count; while read -r _ lvl _; do count[$lvl]=$(( ${count[$lvl]:-0} + 1 )); done < log.txt
for k in ERROR INFO WARN; do echo "$k=${count[$k]}"; done
find . -name '*.sh' | sort | xargs -n1 basename
tmp=$(mktemp); echo t > "$tmp"; cat "$tmp"; rm "$tmp"; [ -e "$tmp" ] || echo removed
fib() { local a=0 b=1 t; for ((i=0;i<$1;i++)); do t=$((a+b)); a=$b; b=$t; done; echo $a; }; fib 50
is_prime() { local n=$1 i; ((n<2)) && return 1; for ((i=2;i*i<=n;i++)); do ((n%i==0)) && return 1; done; return 0; }
for n in {1..30}; do is_prime $n && echo -n "$n "; done; echo
rev <<< "$(echo stressed)"; echo {a..e} | tr -d ' ' | rev
s="hello world"; r=; for ((i=${#s}-1;i>=0;i--)); do r+=${s:i:1}; done; echo "$r"
while read -r name age; do printf '%-10s|%3d|\n' "$name" "$age"; done <<< $'Al 5\nBetty 42'
test -f nope || { echo "creating"; touch nope; }; ls nope
