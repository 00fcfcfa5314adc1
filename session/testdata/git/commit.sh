mkdir repo && cd repo
git init -q
echo 1 > a; echo 2 > b; git add .
t commit -m subject -m 'body one' -m 'body two'
t log --format=%B
echo 'From a file

with lines
' > msg; echo x >> a
t commit -a -F msg
t log -1 --format=%B
echo y >> a
echo 'from stdin' | git commit -q -a -F -
t log -1 --format=%s
t commit --allow-empty -m empty
t commit -m nothing
t commit --allow-empty-message -m ''
echo z >> a; echo z >> b
t commit a -m 'only a'
t status -s
t commit -m 'not staged'
echo n > new; git add new
t commit -m 'only b' b
t status -s
t commit -q -m new
t commit --amend --no-edit --author 'Eve <eve@example.com>' --date 2026-02-03T04:05:06+0100
t log -1 --format='%an %ae %ad %cn'
t commit --amend --reset-author --no-edit -q
t log -1 --format='%an %s'
echo s >> a
t commit -qam signed -s
t log -1 --format=%B
t commit --allow-empty -m fix --trailer 'Reviewed-by: Bob'
t log -1 --format=%B
GIT_EDITOR="sed -i '1s/^/edited /'" git commit -q --amend
t log -1 --format=%s
GIT_EDITOR=true git commit -q --allow-empty
echo "exit $?"
echo q >> a; git commit -qam 'to be fixed'; echo r >> a
t commit -a --fixup HEAD
t log -2 --format=%s
tick; t rebase --autosquash -i HEAD~2 --exec true
mkdir -p .git/hooks
printf '#!/bin/sh\necho checking\ntest ! -e forbidden\n' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
touch forbidden; git add forbidden
t commit -m refused
t commit --no-verify -qm 'forced through'
git rm -q forbidden
t commit -qm allowed
printf '#!/bin/sh\nsed -i "1s/^/[hook] /" "$1"\n' > .git/hooks/commit-msg; chmod +x .git/hooks/commit-msg
t commit --allow-empty -qm message
t log -1 --format=%s
t commit --author nobody -m x --allow-empty
t commit -C HEAD --allow-empty -q
t log -1 --format=%s
git config --unset user.name
cd ..; git config --global --unset user.name; mkdir none; cd none; git init -q
