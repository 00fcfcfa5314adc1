if true; then echo yes; else echo no; fi
if false; then echo a; elif true; then echo b; else echo c; fi
true && echo and; false || echo or; false && echo no || echo chain
[ 1 -eq 1 ] && [ 1 -ne 2 ] && [ 2 -gt 1 ] && [ 1 -lt 2 ] && [ 1 -le 1 ] && [ 1 -ge 1 ] && echo nums
[ a = a ] && [ a != b ] && [ -z "" ] && [ -n x ] && echo strs
touch f; mkdir d; ln -s f l; echo x > nonempty
for t in -e -f -d -L -h -s -r -w -x; do for x in f d l nonempty none; do [ $t $x ] && echo "$t $x"; done; done
[ ! -e none ] && echo not
[ -f f -a -d d ] && echo and-a; [ -f d -o -d d ] && echo or-o
[ \( 1 = 1 \) ] && echo paren
[[ abc == a* ]] && echo glob
[[ abc =~ ^a(.)c$ ]] && echo "re ${BASH_REMATCH[1]}"
[[ "x y" == "x y" && 1 -lt 2 || 0 ]] && echo compound
[[ ! -e none ]] && [[ -n $HOME ]] && echo neg
[[ a < b ]] && [[ b > a ]] && echo order
[[ 10 -gt 9 ]] && echo num
[[ -v HOME ]] && echo isset; [[ -v NOPE ]] || echo notset
x=; [[ $x ]] || echo empty; [[ -z $x ]] && echo z
test -d d; echo $?; test -d nope; echo $?; test; echo $?; test x; echo $?
[ a = ] 2>/dev/null; echo "bad $?"
[ 1 -eq x ] 2>/dev/null; echo "bad $?"
[ f -nt none ] && echo nt; [ f -ef l ] && echo ef
if [ -t 0 ]; then echo tty; else echo notty; fi < /dev/null
if ! grep -q zzz f; then echo nogrep; fi
(( 5 > 3 )) && echo arith; (( 0 )) || echo zero
[[ "a.b" == a.b ]] && [[ "axb" != "a.b" ]] && echo dot
p='^[0-9]+$'; [[ 123 =~ $p ]] && echo digits; [[ 12a =~ $p ]] || echo nodigits
[[ $'a\nb' == *$'\n'* ]] && echo nl
[[ abc =~ (b)(c) ]]; echo "${BASH_REMATCH[0]} ${BASH_REMATCH[2]} ${#BASH_REMATCH[@]}"
