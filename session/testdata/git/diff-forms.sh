# Forms of diff: words, copies, lines that are looked for or do not count, folders.
git init -q r; cd r
printf '%s\n' one two three four five six seven eight nine ten > a.txt; mkdir -p src/lib; printf 'def f():\n    return 1\n\ndef g():\n    return 2\n' > src/lib/m.py; printf '\x00\x01bin' > b.bin; echo '# hi' > README.md; ln -s a.txt link
git add .; tick; git commit -qm 'Initial commit'
sed -i 's/two/TWO/' a.txt; tick; git commit -qam 'Change two' -m 'Body line one
and two'
git checkout -q -b feature; printf 'x = 1\n' > src/x.py; git add .; tick; git commit -qm 'Add x'; sed -i 's/return 1/return 10/' src/lib/m.py; tick; git commit -qam 'f returns 10'
git checkout -q main; sed -i 's/nine/NINE/' a.txt; tick; git commit -qam 'Change nine'
tick; git merge -q --no-ff feature -m "Merge branch 'feature'"
git tag -a v1.0 -m 'Release 1.0'; git tag light HEAD~1
git mv a.txt b.txt; tick; git commit -qm 'Rename a to b'; printf 'eleven\n' >> b.txt; tick; git commit -qam 'Eleven'
git branch old HEAD~3
printf 'changed line\n' >> README.md; sed -i 's/three/three  /; s/TWO/the two/' b.txt; git rm -q --cached link; printf 'new\n' > n; git add n; printf '\x00\x02bin' > b.bin
for o in --word-diff --word-diff=porcelain --word-diff=color --color-words --word-diff=none --word-diff=x '-G three --name-only' '-Gthree --name-only' '-S TWO --name-only' '-I three' '--relative=src HEAD~5' --output=out.txt '--color b.bin' '--inter-hunk-context=3 HEAD~4 -- b.txt' '--inter-hunk-context=6 -U1 HEAD~4 -- b.txt'; do t diff $o; done
cat out.txt; t log -S TWO --oneline; t log -S TWO -p --oneline; t log -G return -p --format=%s; t log -S TWO --pickaxe-all --stat --oneline
