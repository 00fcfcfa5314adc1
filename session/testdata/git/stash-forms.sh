# A stash is shown, kept and given back as it is asked for; a folder in the place of a file is not lost.
git init -q r; cd r
printf '%s\n' 1 2 3 4 5 6 7 8 9 > f; mkdir d; echo a > d/a; git add .; tick; git commit -qm base
echo w >> f; t stash; t stash list --oneline; t stash list --format=%gd:%s; t stash list -p; t stash show --stat -p; t stash apply 3; t stash apply stash@{3}; t stash drop stash@{0}; t stash drop stash@{5}; t stash create; t stash push -- nope; echo 2 >> f; oid=$(git stash create x); t stash store -m stored $oid; t stash list; git checkout -q f; t stash pop
git checkout -q f; echo u > u; echo k >> f; t stash -u; t stash show -u --name-status; t stash show --only-untracked; t stash pop
git checkout -q f; rm u f; mkdir f; echo in > f/in; t status -s; t status -s -uall; t ls-files -o; git stash -q -u; git stash pop > /dev/null 2>&1; git cat-file -p 'stash^3:f/in' 2> /dev/null || cat f/in
git reset -q --hard; git clean -qfd; rm f; mkdir f; touch f/x; t clean -nd; t add -n .; t add .; t status -s
