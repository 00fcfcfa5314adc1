git init -q r; cd r
h() { mkdir -p .git/hooks; { echo '#!/bin/sh'; cat; } > ".git/hooks/$1"; chmod +x ".git/hooks/$1"; }
echo a > a; echo b > b; t add a
h pre-commit <<'X'
echo "pre-commit: $(git diff --cached --name-only | tr '\n' ' ')"
echo tidy > a; git add a
X
t commit -m one; t show --stat --format=%s; t status --short; cat a
echo c > a; echo bb > b; t add b
t commit -am 'all, tidied'; t show --format=%s; t status --short
h pre-commit <<'X'
echo "no: $(git diff --cached --name-only)"; exit 1
X
echo d > a; echo bbb > b; git add b
t commit -am refused; t status --short; t log --oneline
t commit -qm forced --no-verify; t log --format=%s; t status --short
t commit -m 'of b' a; t status --short
h pre-commit <<'X'
echo "for $(git diff --cached --name-only)"
X
t commit -m 'of a' a; t status --short
t commit -m nothing
h prepare-commit-msg <<'X'
echo "prepare: $*"; echo "TICKET-1 $(cat "$1")" > "$1.new"; mv "$1.new" "$1"
X
h commit-msg <<'X'
echo "commit-msg: $1"; grep -q TICKET "$1"
X
echo e > a; t commit -am msg; t log -1 --format=%B
t commit --amend -q --no-edit; t log -1 --format=%B
git rm -q --cached b; t commit -q -C HEAD~1; t log -1 --format=%B
rm .git/hooks/prepare-commit-msg; echo f > a; t commit -am 'no ticket'; t status --short; t commit -nam 'no ticket'; t log -1 --format=%s
git init -q --bare ../up; git remote add origin ../up
h pre-push <<'X'
echo "pre-push: $*"; while read a b c d; do echo "$a $(git log -1 --format=%s $b) $c $d"; done; [ -z "$NO" ]
X
NO=1 t push origin main; NO=1 t push --no-verify origin main
t push origin main; git tag v1; t push -q origin v1 main:other; NO=1 t push origin v1; t push -q origin :other; t ls-remote origin
