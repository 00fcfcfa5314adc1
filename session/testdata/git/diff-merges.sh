mkdir repo && cd repo
git init -q
cat > f.c <<'E'
int first(void)
{
	return 1;
}

int second(void)
{
	return 2;
}

int third(void)
{
	return 3;
}

int fourth(void)
{
	return 4;
}
E
seq 30 > n; printf 'x\ny\n' > only; git add .; tick; git commit -qm base
git checkout -q -b side
sed -i 's/return 2/return 22/; s/return 4/return 44/' f.c; sed -i 's/^5$/five/; 25d' n; echo s > s; tick; git add .; git commit -qm side
git checkout -q main
sed -i 's/return 2/return 222/; s/return 3/return 33/' f.c; sed -i 's/^15$/fifteen/; s/^28/x28/' n; echo m > m; tick; git add .; git commit -qm main
tick
git merge -q side >/dev/null 2>&1
t diff
t diff --stat
t diff --name-only
t diff --name-status
t diff HEAD
t diff --ours
t diff --theirs
t diff --base
t diff --cc -U1
sed -i '/^<<<<<<<\|^=======\|^>>>>>>>/d; s/return 222/return 2222/; /return 22;/d' f.c
t diff
git add f.c; echo evil >> n; sed -i 1d only; git add .; git commit -qm merged
t show
t show -c
t show -m --format=%s
t show -m --oneline --stat
t show --first-parent --format=%s
t show --stat
t show --oneline
t show --name-only --format=%s
t show --name-status --format=%s
t show --raw --format=%s
t show --cc --stat --format=%s
t show -U0 --format=%h
t show --format=%s -- n
t log -p -m --first-parent --format=%s -2
t log -p --format=%s -2
t log -c --format=%s -2
t log --cc --stat --oneline -2
t log -m --name-status --oneline -1
t log --diff-merges=first-parent -p --oneline -1
t log --diff-merges=off -p --oneline -1
t diff-tree --cc HEAD
t diff-tree -c HEAD
t diff-tree -m HEAD
git checkout -q -b third HEAD~1; echo t > t; sed -i 's/^20$/twenty/' n; git add .; tick; git commit -qm third
tick; m=$(git commit-tree -p main -p side -p third -m octopus "$(git write-tree)")
t show $m
t show --format=%p -c $m
git reset -q --hard main; git checkout -q -b clean HEAD~1; tick; echo c > c; git add .; git commit -qm c; tick; git merge -q --no-edit -X ours side > /dev/null
t show
