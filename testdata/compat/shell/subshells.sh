x=1; (x=2; echo $x); echo $x
(cd /; pwd); pwd | sed 's,.*/workspace,/workspace,'
(exit 4); echo $?
{ x=3; }; echo $x
(echo a; (echo b; (echo c)))
out=$( (echo 1; echo 2) | wc -l ); echo $out
( set -e; false; echo never ); echo $?
( trap 'echo bye' EXIT; echo hi )
f() { echo fn; }; (f; unset -f f; f 2>/dev/null; echo $?); f
export A=1; (export A=2; bash -c 'echo $A'); echo $A
echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL))
a=$(b=$(echo deep); echo "[$b]"); echo $a
(echo to-err >&2) 2>&1
( (exit 3); echo $? ; exit 5 ) | cat; echo "${PIPESTATUS[0]}"
arr=(1 2); (arr+=(3); echo ${#arr[@]}); echo ${#arr[@]}
set -- a b; (shift; echo $1); echo $1
echo $(exit 9; echo no); echo $?
v=$(exit 9); echo $?
local_v=$(false) ; echo $?
echo "$(echo out; echo err >&2)" 2>/dev/null | cat
alias q=true 2>/dev/null; (umask 077; umask); umask
