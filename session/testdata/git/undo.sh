mkdir repo && cd repo
git init -q
for i in 1 2 3 4; do echo $i > f; echo $i > g$i; git add .; tick; git commit -qm "c$i"; done
t checkout HEAD~2 -- f
t status -s
t restore --source HEAD~1 f
t status -s
t restore -S -W f
t status -s
t reset HEAD~1
t status -s
t reset --hard ORIG_HEAD
t reset --soft HEAD~2
t status -s
t commit -qm joined
t reset --hard HEAD@{1}
t reset --keep HEAD~1
echo x >> f
t reset --keep HEAD~1
t reset --merge HEAD
t status -s
t revert --no-edit HEAD~1
t status -s
t revert --abort
t log --oneline
tick; t revert --no-edit HEAD
t revert -n HEAD
t status -s
t reset -q --hard
t rm g1
t reset HEAD g1
t status -s
t checkout g1
t checkout -b old HEAD~2
t branch -f old HEAD~1
t branch -f other HEAD~1
t checkout main
t cherry-pick nothing
t cherry-pick old
t cherry-pick --skip
t status
t reflog
t rev-parse HEAD@{2} @{-1}
t rev-list --count --all
t log -g --oneline -2
