mkdir repo && cd repo
git init -q
for i in 1 2 3 4; do echo $i > f; echo $i > f$i; git add .; tick; git commit -qm "c$i"; done
git checkout -q -b side HEAD~2
echo side > f; tick; git commit -qam side1
echo s > s; git add s; tick; git commit -qm side2
tick; t cherry-pick main
cat f
t status -s
t cherry-pick --continue
echo both > f; git add f
tick; GIT_EDITOR=true t cherry-pick --continue
t log --oneline -2
tick; t cherry-pick HEAD
t status
t cherry-pick --skip
tick; t cherry-pick main~1..main
t status -s
t cherry-pick --abort
git checkout -q -b more main~3
for i in x y z; do echo $i > $i; git add .; tick; git commit -qm "add $i"; done
git checkout -q main
tick; t cherry-pick more~3..more
t log --oneline -4
tick; t revert --no-edit HEAD~2
t revert --no-edit main~5
git checkout -q f 2>/dev/null; git reset -q --hard
tick; git merge -q --no-ff -m joined side 2>/dev/null || { echo done > f; git add .; git commit -qm joined; }
t revert --no-edit HEAD
tick; t revert --no-edit -m 1 HEAD
t log -1 --format=%B
git checkout -q more
tick; GIT_SEQUENCE_EDITOR="sed -i '1s/pick/reword/;2s/pick/edit/'" GIT_EDITOR="sed -i '1s/^/reworded: /'" t rebase -i HEAD~3
t status
echo changed > y; git add y
tick; t commit --amend -qm 'edited y'
t rebase --continue
t log --oneline -3
tick; GIT_SEQUENCE_EDITOR="sed -i '2s/pick/squash/'" GIT_EDITOR=true t rebase -i HEAD~2
t log -1 --format=%B
tick; t rebase -x 'test -e x' main~9
tick; t rebase -x false HEAD~1
t rebase --abort
git branch before
t rebase main --onto main~8
git checkout -q -b conflict main~9
echo conflict > f; tick; git commit -qam conflict
echo more > m; git add m; tick; git commit -qm more
tick; t rebase main
t status
t diff --name-only --diff-filter=U
t rebase --skip
t log --oneline -2
echo dirty >> m
tick; t rebase --autostash main~2
t status -s
t stash list
t tag -a v1 -m v1 before
git checkout -q -b tagged before~1
tick; t merge v1 --no-edit
t log --oneline -1
git reset -q --hard; t merge side main
