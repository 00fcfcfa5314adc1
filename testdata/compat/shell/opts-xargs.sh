printf 'a b\0c\0' | xargs -0 -n 1 echo got; seq 5 | xargs -n 2; seq 3 | xargs -I {} echo 'n={}'; echo a b c | xargs -n1
seq 4 | xargs -P 2 -n 1 true && echo parallel; printf '3\n1\n2\n' | xargs -P 1 -I% sh -c 'echo item %'; seq 3 | xargs -L 1 echo l
echo | xargs -r echo none; echo | xargs echo some; printf 'x y\n' | xargs -d '\n' echo one:; printf 'a,b,c' | xargs -d , -n 1 echo
echo 'a "b c" d' | xargs -n 1; echo "it\\'s" | xargs; printf 'a\nb\n' | xargs -t echo 2>&1; echo 1 2 | xargs -n 1 -I{} echo {} {}
seq 3 | xargs sh -c 'echo $# $0 $*'; seq 3 | xargs sh -c 'echo $# $0 $*' _; echo f | xargs -I{} sh -c 'echo {} | tr a-z A-Z'
printf 'a\nb\nc\n' > list; xargs -a list echo; xargs < list -n 2 echo; cat list | xargs -n 1 false; echo $?; echo x | xargs nosuchcommand 2>/dev/null; echo $?; echo 1 | xargs sh -c 'exit 255' 2>/dev/null; echo $?
touch 'sp ace' plain; ls | grep -v list | xargs -d '\n' -n 1 echo file:; find . -name '*p*' -print0 | sort -z | xargs -0 rm -v | sort; ls
echo 1 2 3 | xargs printf '%s-'; echo; printf '%s\n' a b | xargs -I X echo 'X and X'; seq 10 | xargs -n 4 | tail -n 1; echo a b | xargs --max-args=1 echo; echo z | xargs --no-run-if-empty echo
seq 100 | xargs | wc -c; seq 3 | xargs -s 20 echo; echo 'a  b' | xargs echo; printf 'a\tb\n' | xargs; printf 'x\n\ny\n' | xargs -I{} echo '[{}]'; seq 2 | xargs -i echo i {}; echo e | xargs env A=1 sh -c 'echo $A $0'
