git init -q --bare hub.git
t clone hub.git one
cd one
echo 1 > f; git add f; tick; git commit -qm one
t push
t push -u origin main
t status
t push
t branch -vv
t remote -v
cd ..
t clone hub.git two
cd two
t log --oneline
t branch -a
echo 2 >> f; tick; git commit -qam two
t push
t tag v1
t push --tags
cd ../one
t fetch
t status
t status -sb
t log --oneline ..origin/main
t pull
t log --oneline
echo 3 >> f; tick; git commit -qam three; git push -q
cd ../two
echo 4 > g; git add g; tick; git commit -qm four
t push
t pull
tick
t pull --no-rebase --no-edit
git commit -q --amend -m merged
t log --oneline --graph
t push origin main
cd ../one
echo 5 > h; git add h; tick; git commit -qm five
tick
t pull --rebase
t log --oneline -2
t push
t checkout -b topic
t push origin topic
t push origin HEAD:renamed
t ls-remote
t push origin --delete renamed
t push origin :topic
t branch -r
t remote add other ../two
t remote
t fetch other
t branch -r
t remote rename other second
t remote get-url second
t remote remove second
t remote
t remote add origin x
t push nowhere
t fetch nowhere
git checkout -q main; git reset -q --hard HEAD~1
t push
t push --force
cd ../two
t fetch
t status
t ls-remote --tags origin
t rev-parse --abbrev-ref @{u}
t config --get remote.origin.url
cd ..
t clone nothing.git
t clone hub.git one
t clone --bare hub.git copy.git
t clone -b v1 hub.git tagged
t clone -b nowhere hub.git bad
ls
