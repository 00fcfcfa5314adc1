f() { echo "f: $1 $#"; return 3; }
f a b; echo $?
function g { echo "g $FUNCNAME"; }; g
h() { local x=1; k; echo "h $x"; }; k() { x=2; }; x=0; h; echo $x
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1-1))) )); fi; }; fact 6
ret() { return; }; false; ret; echo $?
args() { echo "$# $*"; shift 2; echo "$# $@"; set -- n; echo $1; }; args 1 2 3 4; echo $#
out=$(f q); echo "$out $?"
over() { echo 1; }; over() { echo 2; }; over
unset -f over; over 2>/dev/null; echo $?
nested() { inner() { echo inner; }; inner; }; nested; inner
sub() ( cd /; y=9 ); y=1; sub; echo $y
redir() { cat; } <<< "fixed input"; redir
rec() { [ $1 -eq 0 ] && return; echo $1; rec $(($1-1)); }; rec 3
type f | head -1; type -t f g cd ls if nope
declare -F f
a() { b; echo "no"; }; b() { exit 7; }; (a); echo "sub exit $?"
loc() { local a=1 b; local -i n=2+3; local arr=(x y); echo "$a [$b] $n ${arr[1]}"; }; loc
default() { local v=${1:-dflt}; echo "$v"; }; default; default given
pass() { args2 "$@"; }; args2() { for a; do echo "<$a>"; done; }; pass "a b" "" c
e() { echo err >&2; echo out; }; e 2>/dev/null
w=outer; show() { echo $w; }; t() { local w=dyn; show; }; t
ls() { echo "mine $*"; }; ls x; command ls | head -1; unset -f ls
return_str() { printf -v "$1" '%s' val; }; return_str RV; echo $RV
