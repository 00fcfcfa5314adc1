mkdir repo && cd repo
git init -q
cat > a.c <<'X'
#include <stdio.h>

int one(void)
{
	return 1;
}

int two(void)
{
	return 2;
}

int main(void)
{
	printf("%d\n", one() + two());
	return 0;
}
X
printf 'no end' > noeol; printf '\0\1\2' > bin; echo x > 'sp ace'; printf 'caf\303\251\n' > 'caf'$'\303\251'
git add .; git commit -qm base
sed -i 's/return 2/return 22/' a.c
python3 - <<'X' 2>/dev/null || node -e 'const fs=require("fs");let s=fs.readFileSync("a.c","utf8");s=s.replace("int main","int three(void)\n{\n\treturn 3;\n}\n\nint main");fs.writeFileSync("a.c",s)'
s=open("a.c").read();open("a.c","w").write(s.replace("int main","int three(void)\n{\n\treturn 3;\n}\n\nint main"))
X
printf 'no end, still' > noeol; printf '\0\1\3' > bin; echo y > 'sp ace'; echo more >> 'caf'$'\303\251'
t diff
t diff --stat
t diff --numstat
t diff --shortstat
t diff --name-only
t diff --name-status
t diff -U0 a.c
t diff -U1 -- a.c noeol
t diff --quiet
t diff --exit-code --name-only
t diff --word-diff noeol
t diff --raw
t diff HEAD -- a.c --stat
chmod +x a.c
t diff --summary
t diff a.c
git add -A; tick; git commit -qm two
t diff HEAD~1 HEAD --stat
t diff HEAD~1..HEAD --name-only
t show HEAD:noeol; echo
t show HEAD~1:a.c
t diff HEAD~1:noeol HEAD:noeol
printf 'a  b\n' > w; git add w; git commit -qm w; printf 'a b\n' > w
t diff -w
t diff -b
t diff
printf 'a b \n' > w
t diff --check
t diff --no-index a.c noeol --stat
seq 100 > long; git add long; git commit -qm long; sed -i 's/^10$/ten/; s/^50$/fifty/; s/^90$/ninety/' long
t diff long
t diff --stat=40
rm long
t diff --stat
t diff -R --stat
git rm -q long
t diff --cached --stat
t diff nothing
