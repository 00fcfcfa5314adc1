mkdir repo && cd repo
t init
t status
t log
echo hello > a.txt; mkdir d; printf '1\n2\n3\n' > d/b
t status
t status -s
t add .
t status
t commit -m first
t status
t log
echo more >> a.txt
rm d/b
echo new > 'with space'
t status
t status --short --branch
t status --porcelain=v2 --branch
t diff
t diff --stat
t commit -m nothing
tick
t commit -qam second
t log --oneline
t show --stat
t add -A
t commit -m 'third

With a body.'
t log -1
t log --format='%h %an %s%n%b' -2
t rm a.txt
t status -s
t restore --staged --worktree a.txt
t mv a.txt b.txt
t status
tick
t commit --amend -m 'third, amended'
t log --oneline
t reset --hard HEAD~1
t status
t -C .. status
cd ..
t status
t frobnicate
t commit --frobnicate
