# What a script knows of where it is: FUNCNAME, BASH_SOURCE, BASH_LINENO, caller,
# BASH_COMMAND, SHLVL and the rest.
echo "${FUNCNAME[0]-unset} ${#FUNCNAME[@]} ${BASH_SOURCE[0]} ${#BASH_SOURCE[@]} ${BASH_LINENO[0]} $BASH_SOURCE"
[[ "${BASH_SOURCE[0]}" == "$0" ]] && echo run
DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"; echo $DIR
f() { echo "${FUNCNAME[@]} | ${BASH_SOURCE[@]} | ${BASH_LINENO[@]} | $FUNCNAME | ${FUNCNAME[1]} | ${BASH_SOURCE[-1]} | $LINENO"; caller; caller 0; caller 1; }
g() {
  f
}
f
g
cat > inc.sh <<'E'
echo "${FUNCNAME[@]} | ${BASH_SOURCE[@]} | ${BASH_LINENO[@]}"
h() { echo "${FUNCNAME[@]} | ${BASH_SOURCE[@]} | ${BASH_LINENO[@]}"; f; }
h
[[ "${BASH_SOURCE[0]}" == "$0" ]] && echo run || echo sourced
E
. ./inc.sh
h
k() { . ./inc.sh; }
k
f() { echo f; }
bash inc.sh 2>/dev/null
bash -c 'echo "${BASH_SOURCE[0]-unset}|${FUNCNAME[0]-unset}|$0"; f() { echo "${FUNCNAME[@]}|${BASH_SOURCE[@]}|${BASH_LINENO[@]}"; }; f; bash -c "echo \$((SHLVL))" | wc -l'
echo "${BASH_VERSINFO[@]}" $MACHTYPE $OSTYPE $HOSTTYPE; echo $((BASH_VERSINFO[0] >= 4))
trap 'echo "$BASH_COMMAND at $LINENO"' ERR
false
ls /nope "a b" 2>/dev/null
[[ a == b ]]
f2() { false; return 1; }
f2 arg
set -E; f2; set +E; trap - ERR
trap 'echo "D $BASH_COMMAND"' DEBUG; echo x; true; trap - DEBUG; echo y
set -e; trap 'echo "exit $?"' EXIT
true | (false; echo in) | cat; echo b
shopt -s lastpipe; echo 1 2 | read p q; echo "$p-$q"; printf '%s\n' a b | while read l; do n=$((n+1)); done; echo $n
seq 3 | mapfile -t l; echo "${#l[@]}"; shopt -u lastpipe
mkdir -p base/sub; CDPATH=base; cd sub; cd ../..; unset CDPATH
declare -n r=t; r=1; echo $t; unset -n r; echo "${r-none} $t"; a=1 b=2; declare -n v; for v in a b; do v+=x; done; echo $a $b
readonly ro=1; fr() { local ro=2 2>/dev/null || echo refused; echo $ro; }; fr
shopt -p nullglob extglob || :; set -o | grep -c .; hash nope 2>/dev/null || echo no
mapfile -t -C 'echo cb' -c 2 l < <(seq 5); wait
(exit 4) & p=$!; wait $p || echo $?; { sleep 0.05; exit 6; } & wait -n || echo $?; wait -n || echo $?
false
