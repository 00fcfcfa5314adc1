mkdir repo && cd repo
git init -q
for i in 1 2 3 4 5; do echo $i >> f; git add f; tick; git commit -qm "commit $i"; done
git checkout -q -b side HEAD~2
GIT_AUTHOR_NAME=Bob GIT_AUTHOR_EMAIL=bob@example.com
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
echo s > s; git add s; tick; git commit -qm 'side: one

Body of it.
Fixes: #1'
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
git checkout -q main; tick; git merge -q --no-edit side
t log --oneline
t log --oneline --graph
t log -2
t log --pretty=fuller -1
t log --pretty=short -2
t log --pretty=full -1 side
t log --pretty=raw -1
t log --format=%H%n%h%n%T%n%P%n%an%n%ae%n%ad%n%cn%n%cI%n%s%n%f -1
t log --format='format:%h %s' -3; echo
t log --format='%<(10)%h|%>(12)%an|%<(8,trunc)%s' -3
t log --format='%C(red)%h%Creset %d' --decorate -2
t log --date=short --format='%ad %s' -2
t log --date=iso --format='%ad' -1
t log --date=format:'%Y/%m/%d %H:%M' --format='%ad' -1
t log --date=relative --format=%x41 -1
t log --author=Bob --oneline
t log --grep='side' --oneline
t log --grep=BODY -i --oneline
t log --no-merges --oneline
t log --merges --oneline
t log --first-parent --oneline
t log --reverse --oneline -2
t log --skip=2 -1 --oneline
t log main~3..main --oneline
t log side..main --oneline
t log main...side --oneline --left-right
t log ^side main --oneline
t log --oneline -- s
t log --oneline -p -1 -- s
t log --stat --oneline -2
t log --name-status --oneline -3
t log -S4 --oneline
t log --since=2026-01-02T03:06:00Z --oneline
t log -n 1 --decorate
t log --oneline --decorate
t log nothing
t log -- nothing
t rev-list --count HEAD
t rev-list HEAD~1 -2
t shortlog -sn
t shortlog
t blame f
t blame -L 2,3 f
t blame -e -s f
t show
t show side --format=%s
t show -s --format='%an <%ae>'
t show side:s
t merge-base main side
t ls-tree HEAD
t ls-tree -r --name-only HEAD
t cat-file -t HEAD
t cat-file -p HEAD^{tree}
t cat-file -s HEAD:f
t grep -n 3
t grep -c s
t grep nothing
t name-rev HEAD~1
