mkdir repo && cd repo
git init -q
for i in one two three; do echo $i > $i; git add .; tick; git commit -qm $i; done
tick; git reset -q --hard HEAD~1
tick; git checkout -q -b topic
echo t > t; git add .; tick; git commit -qm topic
t reflog
t reflog -2
t reflog --date=iso
t reflog show main
t reflog main --format='%h %gd %gs %gn <%ge> %s'
t log -g --oneline --decorate
t log -g -2
t log -g --format='%gd: %gs' -1 --skip=1
t log -g --date=short --oneline -1
t show HEAD@{1} -s --format=%s
t log --oneline main@{2}
t reflog exists refs/heads/main
t reflog exists refs/heads/nothing
