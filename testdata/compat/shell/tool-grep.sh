cat > f <<'EOF'
Hello World
hello again
foo.bar
foo bar baz
123 456
EOF
printf 'x\nhello\n' > g; mkdir d; cp f d/h.txt; echo nothing > d/i.md
grep hello f; grep -i hello f; grep -n foo f; grep -v foo f; grep -c o f; grep -l hello f g; grep -L hello f g d/i.md; grep -o '[0-9]\+' f; grep -w bar f; grep -x hello g
grep -F foo.bar f; grep -E '^(Hello|foo)' f; grep -E 'o{2}' f; grep 'o\{2\}' f; grep -e foo -e 123 f; grep hello f g; grep -h hello f g; grep -H foo g f; grep -q hello f; echo $?; grep zzz f; echo $?
grep hello nope 2>&1; echo $?; grep -s hello nope; echo $?; grep -r hello . | sort; grep -rn hello d; grep -rl hello . | sort; grep -r --include='*.md' noth .; grep -A1 Hello f; grep -B1 foo.bar f; grep -C1 'foo\.' f; grep -m1 o f
grep -on o g; grep -b hello g; echo hello | grep hello -; cat f | grep -c .; grep '^$' f; echo $?; grep -E '[[:digit:]]+ [[:digit:]]+' f; grep -P '\d+' f | head -1; grep 'foo\|123' f; grep -E 'a|b' g; echo $?; grep '[^a-z .]' f; grep -vn o f; grep -ci HELLO f
grep 'a.*z$' f; grep '\bbar\b' f; grep '\<ba' f; grep -E '(o)(o)' -o f; printf 'a+b\n' | grep 'a+b'; printf 'aab\n' | grep -E 'a+b'; grep -e '-x' f; echo $?; grep -- -x f; grep -f g f; grep --color=never Hello f; egrep 'W|z' f; fgrep . f; grep -z Hello f | tr '\0' '#' | head -1
grep d 2>/dev/null </dev/null; echo $?; grep foo d 2>&1; grep -n '' g; grep -A1 -n 'x' g; printf 'a\nb\nc\nd\ne\na\n' | grep -A1 a; grep -io WORLD f; grep -ow 'ba[rz]' f; grep -c zzz f g
