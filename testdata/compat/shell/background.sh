sleep 0.05 & wait; echo waited
(exit 3) & wait $!; echo $?
for i in 1 8; do (sleep 0.$i; echo $i) & done; wait
{ sleep 0.5; echo bg; } & echo fg; wait
f() { sleep 0.02; echo fn-bg; }; f & wait
(sleep 0.03; exit 1) & p1=$!; (exit 2) & p2=$!; wait $p1; echo $?; wait $p2; echo $?
x=1; { x=2; } & wait; echo $x
echo a | cat & wait
sleep 10 & kill $!; wait $! 2>/dev/null; echo $?
wait 99999 2>/dev/null; echo $?
(echo bg-out > f.txt) & wait; cat f.txt
sleep 1 & sleep 1 & jobs -p | wc -l; wait
true & wait -n; echo $?
cat & wait; echo stdin-null
[ -n "$!" ] && echo has-pid
[ "$$" -gt 0 ] && echo pid-num
( sleep 0.01 & wait; echo inner-wait )
coproc_less=1; echo $coproc_less
timeout 0.05 sleep 5; echo $?
timeout 5 echo quick; echo $?
