mkdir repo && cd repo
git init -q
for i in 1 2 3; do echo $i > f$i; git add .; tick; git commit -qm "commit $i"; done
git checkout -q -b topic HEAD~1
for i in a b; do echo $i > $i; git add .; tick; git commit -qm "topic $i"; done
tick
t rebase main
t log --oneline --graph
t rebase main
git checkout -q main; echo clash > a; git add a; tick; git commit -qm clash
git checkout -q topic
t rebase main
t status
cat a
echo solved > a; git add a; tick
GIT_EDITOR=true t rebase --continue
t log --oneline
t rebase --abort
git checkout -q -b picks main
tick; t cherry-pick topic
t log --oneline -2
tick; t cherry-pick topic~1
t cherry-pick --abort
tick; t revert --no-edit HEAD
t log -1
t show --stat
tick; t cherry-pick -x topic~1
tick; t cherry-pick -n topic
t status -s
git reset -q --hard
git checkout -q -b squash main
for i in x y z; do echo $i > $i; git add .; tick; git commit -qm "add $i"; done
tick; GIT_SEQUENCE_EDITOR="sed -i '2,\$s/^pick/fixup/'" t rebase -i HEAD~3
t log --oneline -2
t show --stat --format=%s
for i in p q; do echo $i > $i; git add .; tick; git commit -qm "add $i"; done
tick; GIT_SEQUENCE_EDITOR="sed -i '1s/^pick/drop/'" t rebase -i HEAD~2
t log --oneline -2
t reset --soft HEAD~1
t status -s
t reset
t reset --hard
t reset --hard nothing
t rebase nothing
echo dirty >> f1
t rebase main~1
t rebase --continue
t stash
t log --oneline -3
tick; t rebase --onto main~1 main~1 squash
