# Picks that are empty, fast-forwards of picks and of a root, reverts that wait, messages of what is melded.
git init -q r; cd r
c() { tick; git commit -qam "$1"; }
printf '%s\n' 1 2 3 4 5 6 7 8 9 > f; mkdir d; echo a > d/a; echo b > d/b; git add .; tick; git commit -qm base
git checkout -q -b topic; sed -i 's/5/five/' f; c t1; echo t > t; git add t; tick; git commit -qm t2; sed -i 's/9/nine/' f; c t3
git checkout -q main; sed -i 's/2/two/' f; c m1; echo m > m; git add m; tick; git commit -qm m2
t cherry-pick topic~2; t cherry-pick --allow-empty topic~2; t cherry-pick --skip; t cherry-pick --keep-redundant-commits topic~2; git checkout -q -b em; tick; git commit -q --allow-empty -m empty; git checkout -q -; t cherry-pick em; t cherry-pick --skip; t cherry-pick --allow-empty em
git checkout -q -b ff topic~2; t cherry-pick --ff topic~1 topic; t log --oneline; t status; t reflog -3; git checkout -q main
t revert -n HEAD~2; t status; t revert --abort; t status -s; t revert --no-edit main~2; t cherry-pick -n topic; t status -s; t commit -qm n; t log -1 --format=%an%s
t grep -o 'f[a-z]*'; t grep -o -n -i E; t grep -c e
git checkout -q -b x; for i in 1 2 3; do echo $i > x$i; git add .; tick; git commit -qm "x$i" -m "body $i"; done; echo more >> x1; git add .; tick; git commit -q --squash HEAD~2 -m squashed; echo again >> x2; git add .; tick; git commit -q --fixup HEAD~2; echo z >> x2; git add .; tick; git commit -q --squash HEAD~3 --no-edit
GIT_SEQUENCE_EDITOR=true GIT_EDITOR=true t rebase -i --autosquash main; t log -3 --format=%B---
GIT_SEQUENCE_EDITOR="sed -i '2s/pick/squash/;3s/pick/fixup/'" GIT_EDITOR=true t rebase -i main; t log -1 --format=%B---
t rebase -x false HEAD~1; t status; t rebase --continue; t rebase -q --root; t log --oneline
t checkout -b feat; echo x >> f; t commit -am 'feat: x'; t push; t branch -d feat; t checkout main; t branch -d feat; t merge --no-ff feat -m mm; t branch -d feat; t log --oneline --graph -4; t tag -a v1 -m v1; t describe; t diff v1~1 v1 --stat; t cherry -v topic; t cherry topic main~1; t cherry topic~2 HEAD topic~1; t show --stat; t log main..topic --oneline; t reset --hard HEAD~1; t reflog -2; t merge ORIG_HEAD --ff-only; t commit --amend -m 'new msg'; t log -1 --pretty=%B; t checkout HEAD~1 -- f; t diff --cached --stat; t stash; t checkout -; t stash pop; t status -sb
