# Histories as they come: which parents a commit has is worked out from its number.
history() {
  rm -rf "r$1"; mkdir "r$1"; cd "r$1"
  git init -q
  local tree=$(git write-tree) seed=$1 n i p k parents=() oids=()
  for ((n = 0; n < 22; n++)); do
    parents=()
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    k=$((seed / 65536 % 8))
    if ((n > 0 && k != 7)); then
      for ((i = 0; i <= (k > 4 ? k - 4 : 0) + (k == 4); i++)); do
        seed=$(((seed * 1103515245 + 12345) % 2147483648))
        p=$((n - 1 - seed / 65536 % 6))
        ((p < 0)) && p=0
        [[ " ${parents[*]} " == *" ${oids[p]} "* ]] || parents+=(-p "${oids[p]}")
      done
    fi
    [ -n "$2" ] || tick
    oids[n]=$(git commit-tree "$tree" "${parents[@]}" -m "c$n")
  done
  git update-ref refs/heads/main "${oids[21]}"
  for i in 1 2 3; do git update-ref "refs/heads/b$i" "${oids[20 - i * 3]}"; done
  t log --graph --format=%s --all
  t log --graph --oneline --date-order main b1
  t log --topo-order --format=%s --all
  t log --format=%s --all
  t log --graph --format=%s b1..main
  cd ..
}
history 3
history 8
history 14 equal
