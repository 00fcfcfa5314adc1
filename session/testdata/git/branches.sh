mkdir repo && cd repo
git init -q
echo 1 > f; git add f; git commit -qm one
t branch
t branch topic
t branch -a
t checkout topic
echo 2 >> f; tick; t commit -am two
t checkout main
cat f
t checkout -
t switch -c other main
t switch nowhere
t branch topic
t branch -m other renamed
t branch -v
t branch -d topic
t branch -D topic
t branch --show-current
t checkout -b again HEAD
echo local >> f
t checkout main
t status -s
echo other > f; tick; git commit -qam diverge
t checkout again
echo dirty >> f
t checkout main
t checkout -f main
t checkout HEAD~1
t status
echo x > lost; git add lost; tick; git commit -qm lost
t checkout main
t switch --detach main
t switch main
t branch --contains HEAD
t branch --merged
t tag v1 HEAD~1
t tag -a v2 -m 'second release'
t tag
t tag -n
t tag -l 'v*'
t show v2 --stat
t describe
t describe --tags HEAD~1
t tag -d v1
t tag v2
t rev-parse --abbrev-ref HEAD
t rev-parse v2 v2^{} HEAD HEAD~1 main^{tree}
t rev-parse --short HEAD
t rev-parse --verify -q nothing
t symbolic-ref HEAD
t show-ref
t for-each-ref
t for-each-ref --format='%(refname:short) %(objecttype) %(subject)' refs/heads
t log --all --oneline
t reflog -5
