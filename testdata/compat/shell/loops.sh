for i in 1 2 3; do echo -n "$i "; done; echo
for ((i=0;i<5;i++)); do echo -n "$i "; done; echo
for ((i=10, j=0; i>j; i-=2, j++)); do echo "$i $j"; done
i=0; while [ $i -lt 3 ]; do echo w$i; i=$((i+1)); done
i=0; until [ $i -ge 3 ]; do echo u$i; ((i++)); done
for i in 1 2 3 4 5; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo c$i; done
for i in 1 2; do for j in a b c; do [ $j = b ] && continue 2; echo $i$j; done; done
for i in 1 2; do for j in a b; do [ $i$j = 1b ] && break 2; echo $i$j; done; done
while true; do break; done; echo "after $?"
while false; do :; done; echo "none $?"
for x in; do echo never; done; echo "empty $?"
for f in $(seq 3); do echo $f; done
select_test() { for w in "$@"; do echo "[$w]"; done; }; select_test "a b" c ""
n=3; while ((n--)); do echo $n; done
printf '%s\n' a b c | while read -r x; do echo "r:$x"; done
while IFS=, read -r a b; do echo "$b-$a"; done <<< $'1,2\n3,4'
for ((;;)); do ((k++ > 2)) && break; done; echo $k
for i in {1..3}; do for j in {1..2}; do echo $((i*j)); done; done | paste -sd' '
x=0; until ((x == 3)); do ((x += 1)); done; echo $x
for w in "one two" three; do for c in $w; do echo "$c"; done; done
while read -r -d: part; do echo "p=$part"; done <<< "a:b:c"
total=0; while read n; do total=$((total+n)); done <<< "$(seq 4)"; echo $total
