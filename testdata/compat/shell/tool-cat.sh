printf 'one\ntwo\n\n\nthree' > f; printf 'x\ty\n' > g
cat f; echo; cat -n f; echo; cat -b f; echo; cat -s f; echo; cat -E g; cat -T g; cat -A g
cat f g; cat - < g; echo piped | cat - g; cat nope 2>&1; echo $?; cat f nope 2>/dev/null | head -1; mkdir d; cat d 2>&1; cat < f | wc -c
tac f; echo; tac g; nl f; nl -ba f; echo; rev g; printf 'abc\ndef\n' | rev
paste f g; paste -d, f g; paste -s g; printf '1\n2\n3\n4\n' | paste - -; printf '1\n2\n' | paste -sd+
printf 'a\nb\nc\n' > s1; printf 'b\nc\nd\n' > s2; comm s1 s2; comm -12 s1 s2; comm -3 s1 s2; comm -23 s1 s2
