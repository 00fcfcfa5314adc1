mkdir repo && cd repo
git init -q
printf '1\n2\n3\n' > f; echo g > g; git add .; git commit -qm base
t stash
echo changed >> f; echo staged > s; git add s; echo u > u
t stash
t status -s
t stash list
t stash show
t stash show -p
t stash pop
t status -s
t stash -u -m 'with message'
t status -s
t stash list
ls
t stash apply
t status -s
git reset -q --hard; git clean -fdq
t stash drop
t stash pop
echo one >> f; t stash push -m first -- f
echo two >> g; t stash push -m second
t stash list
t stash pop 'stash@{1}'
t stash drop 'stash@{3}'
t stash pop
t diff --stat
git commit -qam both
echo x >> f; git stash -q; echo y >> f; git commit -qam clash
t stash pop
t status -s
cat f
t stash list
t stash clear
t stash list
