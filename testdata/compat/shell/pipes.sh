echo hello | cat
printf '3\n1\n2\n' | sort | head -n 2
printf 'a\nb\nc\n' | wc -l | tr -d ' '
echo one two three | tr ' ' '\n' | sort -r | paste -sd,
seq 1 100 | grep 7 | wc -l
yes | head -n 3
seq 1000000 | head -n 1
echo abc | (read x; echo "got $x")
echo abc | { read x; echo "brace $x"; }
x=before; echo after | read x; echo "$x"
! false; echo "not false: $?"
! true; echo "not true: $?"
false | true; echo "last wins: $?"
true | false; echo "last wins: $?"
echo "${PIPESTATUS[@]}"
false | true | false; echo "${PIPESTATUS[0]} ${PIPESTATUS[1]} ${PIPESTATUS[2]}"
ls /nonexistent 2>&1 | sed 's/.*: //'
{ echo out; echo err >&2; } 2>&1 | sort
{ echo out; echo err >&2; } |& sort
for i in 1 2 3; do echo $i; done | while read n; do echo "n=$n"; done
echo a | tee f.txt | tr a b; cat f.txt
