echo -e 'a\tb\n\x41\0101\\' ; echo -n no; echo -E ' \t'; echo -en 'x\cy\n'; echo; echo -- x; echo -nx; echo
printf '%s|%5s|%-5s|%.2s\n' a b c def
printf '%d %i %o %x %X %u %c %%\n' 42 -7 8 255 255 3 char
printf '%05d %+d % d %e %.3f %g\n' 42 5 5 1234.5 3.14159 0.0001
printf '%b %q %s\n' 'a\tb' "it's $" end
printf '%s\n' 1 2 3; printf '%s-%s\n' a b c
printf '\x41\u00e9\n'; printf '%*d|%-*d|\n' 5 42 5 42; printf '%(%Y)T\n' 0
printf '%d\n' 0x1f 010 "'A" ; printf 'noarg %s %d\n'; printf '%d\n' abc 2>/dev/null; echo $?
cd /; pwd; cd - > /dev/null; cd nope 2>/dev/null; echo $?; mkdir -p p/q; cd p/q; basename "$PWD"; cd ../..; 
pushd p > /dev/null; basename $(pwd); popd > /dev/null; dirs | wc -l
type cd | head -1; type -t echo while nonesuch; command -v echo; command -v nonesuch; echo $?
hash > /dev/null 2>&1; true; :; echo $?
unset X; X=1; export X; export -p | grep ' X='; export -n X; bash -c 'echo [$X]'
getopts_test() { while getopts 'ab:c' o; do case $o in a) echo A;; b) echo "B=$OPTARG";; c) echo C;; ?) echo bad;; esac; done; shift $((OPTIND-1)); echo "rest $*"; }
getopts_test -a -b val -c x y; OPTIND=1; getopts_test -abval -- z; OPTIND=1; getopts_test -q 2>/dev/null
eval "a=1; echo \$a"; builtin echo built; command echo cmd
set a b c; echo $2; shift 2; echo $1; shift 5; echo $?
test 1 = 1 && echo t; [ -n "$(times)" ] && echo times
let x=1+1; echo $x; alias ll='ls -l'; alias ll; unalias ll; alias ll 2>/dev/null; echo $?
ulimit -c >/dev/null; umask 022; umask
declare -f nofn; echo $?; enable -n 2>/dev/null >/dev/null; echo ok
caller 2>/dev/null; exec echo replaced; echo never
