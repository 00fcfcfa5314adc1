a=1; b="two words"; c='$a'; d=$a$b
echo "$a|$b|$c|$d"
echo $b | cat
readonly r=5; (r=6) 2>/dev/null; echo "ro $r $?"
unset a; echo "[${a}]"
export E=exported; bash -c 'echo $E'
F=onlycmd bash -c 'echo $F'; echo "[$F]"
local_test() { local v=inner; echo "$v"; }; v=outer; local_test; echo $v
declare -i n=3+4; echo $n; n+=5; echo $n
s=abc; s+=def; echo $s
arr=(one two "three four"); echo "${arr[0]} ${arr[2]} ${#arr[@]}"
arr[5]=six; echo "${!arr[@]}"; arr+=(seven); echo "${arr[-1]}"
for x in "${arr[@]}"; do echo "<$x>"; done
unset 'arr[0]'; echo "${#arr[@]}" "${arr[@]:0:2}"
declare -A m=([k1]=v1 [k2]=v2); m[k3]=v3; echo "${m[k2]} ${#m[@]}"
for k in "${!m[@]}"; do echo "$k=${m[$k]}"; done | sort
echo "${arr[*]}"; IFS=,; echo "${arr[*]}"; unset IFS
set -- p1 p2 "p 3"; echo $# "$1" "$3"; shift; echo "$1" "$*"
for p; do echo "arg:$p"; done
echo "$@" | wc -w
echo ${#@} "$0"
x=5; y=x; echo "${!y}"
declare -n ref=x; ref=9; echo $x
printf -v out '%03d' 7; echo $out
read -r q w e <<< "1 2 3 4"; echo "$q|$w|$e"
IFS=: read -r u1 u2 u3 <<< "a:b:c"; echo "$u1-$u2-$u3"
declare -p x
declare -r const=1; declare -p const
declare -a ar2=(1 2); declare -p ar2
typeset -x EXP=1; declare -p EXP
echo ${RANDOM:+set} ${SECONDS:+set} ${BASH_VERSION:+set} ${LINENO}
declare -u up=lower; echo $up; declare -l lo=UPPER; echo $lo
mapfile -t lines <<< $'a\nb'; echo "${#lines[@]} ${lines[1]}"
echo "$((x)) $?" "$-" | cut -d' ' -f1
