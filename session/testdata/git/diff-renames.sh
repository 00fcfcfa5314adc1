mkdir repo && cd repo
git init -q
mkdir -p src/lib docs
seq 1 100 > src/lib/numbers.txt; seq 200 260 > src/two.txt; seq 300 340 > docs/three; printf 'no end' > docs/tiny; : > empty; : > other
seq 500 530 > same1; cp same1 same2
for i in $(seq 60); do echo "line $i of a longer text that has many more than sixty-four characters in it, $i times"; done > src/long
git add .; tick; git commit -qm base
git mv src/lib/numbers.txt src/numbers.md; sed -i '5,14s/$/x/; 20,22d' src/numbers.md
git mv src/two.txt two.txt; sed -i 's/^20/x/' two.txt
git mv docs/three docs/drei; sed -i '1,24s/$/ changed/' docs/drei
git mv docs/tiny docs/small
git mv same1 other-same; git mv same2 src/same2
git mv src/long long; sed -i '1,8s/longer/short/; 30,40s/many/few/' long
git mv empty void; git rm -q other
git add -A; tick; git commit -qm move
t show --format=%s --name-status
t show --format=%s --stat
t show --format=%s --numstat
t show --format=%s --summary
t show --format=%s --raw
t show --format=%s -M90% --name-status
t show --format=%s -M20 --name-status
t show --format=%s --no-renames --stat
t show --format=%s long
t show --format=%s -- docs/drei docs/three
t diff -z --name-status HEAD~1
cp two.txt three.txt; sed -i '3d' three.txt; echo more >> two.txt; git add -A; tick; git commit -qm copy
t show --format=%s --name-status
t show --format=%s --name-status -C
t show --format=%s --stat -C
t show --format=%s -C --summary
t show --format=%s -C three.txt
git mv two.txt a.txt; cp a.txt b.txt; cp a.txt c.txt; git add -A; tick; git commit -qm 'one to three'
t show --format=%s --name-status
t show --format=%s --name-status -C
t log --follow --oneline a.txt
t log --follow --oneline --name-status b.txt
t log --follow --format=%s -p -2 a.txt
t log --follow --format=%s --stat src/numbers.md
t log --oneline --name-status -- long
t diff-tree -r HEAD~2
t diff-tree -r -M --name-status HEAD~2
t diff-tree --no-commit-id -p HEAD
t diff-tree HEAD~2
t diff-tree --name-status HEAD~2
t diff-tree --name-only HEAD~2 HEAD -- src
t diff-tree --root --name-only HEAD~3
