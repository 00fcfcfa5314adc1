# A step of a rebase that cannot be done is not lost.
git init -q .
echo k > keep; git add keep; tick; git commit -qm one
git checkout -q -b topic
for n in 1 2 3; do echo $n > f$n; git add f$n; tick; git commit -qm f$n; done
git checkout -q main; echo m > m; git add m; tick; git commit -qm m
git checkout -q topic
printf '#!/bin/sh\nsed -i "1a exec echo precious > f2" "$1"\n' > .git/edit
chmod +x .git/edit
GIT_SEQUENCE_EDITOR=.git/edit git rebase -i main > .git/said 2>&1
tr '\r' '\n' < .git/said | grep -v '^Rebasing\|^ *Executing'
cat f2
cat .git/rebase-merge/git-rebase-todo | cut -d' ' -f1,3
rm f2
git rebase --continue > /dev/null 2>&1
t log --format=%s
ls
echo "# in the way of what is taken as it is"
git reset -q --hard HEAD~2
git checkout -q -b more
for n in 4 5; do echo $n > f$n; git add f$n; tick; git commit -qm f$n; done
printf '#!/bin/sh\nsed -i "1a exec echo precious > f5" "$1"\n' > .git/edit
GIT_SEQUENCE_EDITOR=.git/edit git rebase -i topic > .git/said 2>&1
tr '\r' '\n' < .git/said | grep -v '^Rebasing\|^ *Executing'
cat f5
rm f5
git rebase --continue > /dev/null 2>&1
t log --format=%s
