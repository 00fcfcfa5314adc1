# What another process locked is not changed, and of two at once none loses what it did.
git init -q r; cd r; echo a > a; echo b > b; git add .; git commit -qm one; echo a2 > a; git commit -qam two
git branch side HEAD~1; git checkout -q side; echo c > c; git add c; git commit -qm three; git checkout -q main
: > .git/index.lock
t checkout -b new
t rebase side
t cherry-pick side
t revert HEAD
echo dirty >> b
for line in 'add a' 'add -n b' 'commit -qm x' 'commit -qam x' 'commit -qm x b' 'commit --amend -q --no-edit' 'rm --cached b' 'rm -f b' 'mv a d' \
  'checkout side' 'switch side' 'checkout -- b' 'checkout .' 'restore b' 'restore --staged b' reset 'reset b' 'reset --hard' 'reset --mixed HEAD~1' \
  'update-index --add b' 'read-tree HEAD' write-tree; do t $line; done
t status --short; t diff --stat; t checkout-index a; t reset --soft HEAD; t branch other; t clean -fdx; ls .git/*.lock
rm .git/index.lock
git checkout -q -f main; : > .git/refs/heads/main.lock; t commit -q --allow-empty -m x; rm .git/refs/heads/main.lock
: > .git/refs/tags/v1.lock; t tag v1; t tag -a -m x v1; rm .git/refs/tags/v1.lock
: > .git/config.lock; t config a.b c; rm .git/config.lock
for i in 1 2 3 4 5 6 7 8; do echo $i > f$i; { git add f$i 2> ../e$i; echo $? > ../s$i; } & done; wait
for i in 1 2 3 4 5 6 7 8; do
  if [ "$(cat ../s$i)" = 0 ]; then git ls-files --error-unmatch f$i > /dev/null; else grep -q 'index.lock.: File exists' ../e$i || cat ../e$i; fi
done
git add .; git commit -qm all; head=$(git rev-list --count HEAD)
for i in 1 2 3 4 5 6; do { git commit -q --allow-empty -m "c$i" 2> ../e$i; echo $? > ../s$i; } & done; wait
for i in 1 2 3 4 5 6; do [ "$(cat ../s$i)" = 0 ] && git log --format=%s | grep -c "^c$i$" | grep -v 1; done
for r in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  for i in 1 2 3 4 5 6; do { git config "a.k$r-$i" v 2> ../e$i; echo $? > ../s$i; } & done; wait
  for i in 1 2 3 4 5 6; do [ "$(cat ../s$i)" != 0 ] || git config "a.k$r-$i" > /dev/null || echo "lost $r-$i"; done
done
ls .git/*.lock .git/refs/heads/*.lock 2> /dev/null
# Hooks find what is to be committed in the index that they are told of, and the others' index is locked.
mkdir -p .git/hooks; printf '#!/bin/sh\nls .git | grep -c "index.*lock"; git diff --cached --name-only; echo tidy >> a; git add a\n' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
echo 1 >> f1; echo 2 >> f2; t commit -qm 'only one' f1; t status --short; t show --format=%s --name-only
t commit -qam 'all'; t status --short; t show --format=%s --name-only
export GIT_INDEX_FILE=.git/other; t ls-files; echo 9 > f9; t add f9; t ls-files; tree=$(git write-tree); unset GIT_INDEX_FILE
t ls-tree --name-only $tree; t status --short
# Nobody reads what is printed: nothing stays locked.
for i in $(seq 300); do echo $i > w$i; done; git add -v . | head -1; ls .git/*.lock 2> /dev/null; git add . && git commit -qnm w; git rm -r . 2> /dev/null | head -1; ls .git/*.lock 2> /dev/null; git reset -q --hard && t status -s
