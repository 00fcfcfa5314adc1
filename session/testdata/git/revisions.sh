# Revisions by what their messages say, without their parents, without what others have; paths that are not there.
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
for r in ':/Change' ':/zzz' 'HEAD^{/Add}' 'HEAD^{/zzz}' 'HEAD^!' 'HEAD^@' 'HEAD~2^-' 'HEAD~2^-2' main...feature HEAD:nope nope:x HEAD:n :n :nope; do git rev-parse $r 2>&1 | sort; done
touch n u; git add n; t show HEAD:n; t show :u; t show HEAD:nope; t show nope:n; t cat-file -p HEAD:nope; t cat-file -e HEAD:nope; t cat-file -e nope; t diff HEAD:nope HEAD:b.txt
t log --oneline HEAD^!; t log --oneline main --not feature; t log --oneline --not feature --not main; t rev-list --count main --not feature; t log --oneline --branches --not --tags; t log --oneline --all --not main; t log --oneline HEAD~2^@ -2
t show -s --format=%s HEAD^!; t diff --stat HEAD^!; t diff --name-only HEAD~4^!; t show ':/Change nine' --stat --oneline; t rev-parse --symbolic --branches; t rev-parse --revs-only HEAD foo main; t reset -q --hard ':/Rename'; t log -1 --format=%s
