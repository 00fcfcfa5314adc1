true && true && echo 1 || echo 2; false || false || echo 3; false && echo 4; echo $?
{ echo a; echo b; } | wc -l; { false; }; echo $?; { true; } && echo grp
! { false; } && echo neg; (true && false) || echo sub
true; false; true && echo seq; echo x; echo y &
wait
if { true; false; }; then echo no; else echo else; fi; if (exit 0); then echo yes; fi
while { read l; [ -n "$l" ]; }; do echo "l=$l"; done <<< $'1\n2\n'
{ { { echo deep; }; }; }; ( ( ( echo deeper ) ) )
f() if true; then echo fi-body; fi; f; g() for i in 1 2; do echo $i; done; g; h() case $1 in x) echo X;; esac; h x
echo after-time
[ 1 = 1 ] && { echo t; } || { echo f; }; false; x=$?; echo $x; : && echo colon
echo one; # comment ; echo two
true || echo skipped && echo runs; false && echo skipped || echo runs2
for i in a b; do { echo $i; } done; if true; then :; fi; case x in x) ;; esac; echo end
coproc_test() { :; }; coproc_test && echo ok; (exit 2) || echo "was $?"; ! (exit 2); echo $?
