mkdir repo && cd repo
git init -q
printf '%s\n' 'int a(void)' '{' '	return 1;' '}' '' 'int b(void)' '{' '	return 2;' '}' > f.c; git add .; tick; git commit -qm base
sed -i 's/return 2/return 22/' f.c; tick; GIT_AUTHOR_NAME='Bob B. Builder' GIT_AUTHOR_EMAIL=bob@x.org git commit -qam two
git mv f.c g.c; sed -i '1i // top' g.c; tick; git commit -qam move
sed -i 's/	return 1/    return 1/' g.c; tick; git commit -qam space
git tag v1; git tag -a -m x v0.9 HEAD~2
git checkout -q -b side HEAD~1; printf 'more\nlines\n' >> g.c; tick; git commit -qam side
git checkout -q main; tick; git merge -q --no-edit side > /dev/null
t blame g.c
t blame -s g.c
t blame -e g.c
t blame -l g.c
t blame -t g.c
t blame -n g.c
t blame -f g.c
t blame -w g.c
t blame --root g.c
t blame --date=short g.c
t blame --date=relative -s g.c
t blame -L 3,5 g.c
t blame -L 3,+2 g.c
t blame -L 5,-2 g.c
t blame -L 10, g.c
t blame -L ,2 g.c
t blame -L '/int b/,/^}/' g.c
t blame -L '/return/,+1' g.c
t blame -L 1,2 -L 9,10 g.c
t blame -L 99 g.c
t blame -L 3,99 g.c
t blame HEAD~2 -- g.c
t blame HEAD~3 f.c
t blame v1 -- g.c
t blame --abbrev=12 g.c
t blame -p -L 1,4 g.c
t blame --line-porcelain -L 1,2 g.c
t blame nothing
echo local >> g.c
git blame -s g.c | tail -1
t blame -c -L 1,2 HEAD g.c
t describe
t describe --tags
t describe --tags --long
t describe --all
t describe --abbrev=4
t describe --abbrev=0
t describe --exact-match
t describe --exact-match v1 --tags
t describe --match 'v1*' --tags
t describe --exclude 'v0*'
t describe --dirty
t describe --dirty=-changed --tags HEAD
t describe --always HEAD~4
t describe HEAD~4
