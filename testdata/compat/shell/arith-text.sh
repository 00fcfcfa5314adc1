# Arithmetic is a text that is expanded first: what comes out is evaluated, and what is wrong
# with it shows then.
exec 2>/dev/null
op='*'; echo $((3 $op 4)) $(($op 2)); echo not here
a=1 b=2 x="1 + 2" base=16 digits=ff
echo $((${a}${b}+1)) $(($x*2)) $((x*2)) $(($base#$digits)) $((v$a=7)) $v1
echo $(( "1" + 2 )) $(( "$a" > 0 ? 5 : 6 )) $((1++2)) $((- -1)) $((-2**2)) $((2**3**2))
echo $(()) $(( )) $((unset_one)); (( )); echo $?
for ((i=0; i $op 1 < 0; i++)); do echo x; done; op='<'
for ((i=0; i $op 2; i++)); do printf '%s ' $i; done; echo
for ((i=0; i<; i++)); do echo x; done; echo "for $?"
if false; then x=$((1 +)); ((2 3)); a[4 5]=6; echo ${x:7 8} ${a[9 +]}; let 10+; fi; echo fine
(( 1 2 )); echo "command $?"
x="3 apples"; (( x > 1 )) && echo many || echo "none, $?"
if (( 1.5 > 1 )); then echo yes; else echo no; fi
f() { echo $((1 +)); echo in; }; f; echo nor here
echo "after f $?"
y=$(echo $((1 +)); echo no); echo "y=$y $?"
echo "a $((1 2)) b"; echo no
((echo a); (echo b))
echo $((echo c; echo d) | wc -l)
x=1; : $(( x ? y=1 : y=2 )); echo no
(( 5 = 3 )) || echo constant
let x=1+2 y=x*2 2>/dev/null; echo $x $y; let z=0 >/dev/null || echo zero
let x=1+ || echo "let $?"; let || echo "let $?"
let "x = 5" 'y += x' z=$(echo 3)+1; echo $x $y $z
q() { let n=$1*2 2>/dev/null || return 1; echo $n; }; q 4; q 'a b' || echo "q $?"
declare -A m=([a b]=1 ["c d"]=2 [e-f.g]=3 [$x h]=4)
m[i j]=5; m[k/l]=6; (( m[a b]++, m[$x h] += 10 )); let 'm[$x h] += 100'
for k in "${!m[@]}"; do echo "$k=${m[$k]}"; done | sort
echo ${m[a b]:0:1} ${m[i j]/5/five} ${#m[c d]}
declare -i n=3*4 r; n+=2; r="2 $op 3"; echo $n $r; n="1 2"; echo no
echo last
