# Names with spaces, quotes and letters of other alphabets.
git init -q r; cd r
printf 'x\n' > 'a b'; printf 'x\n' > $'new\nline'; printf 'x\n' > 'quo"te'; printf x > -dash; printf x > 'é'; printf x > 'back\slash'; mkdir 'd d'; printf x > 'd d/ü'
t add -A
t status
t status --short
t status --porcelain -z | tr '\0' '|'
tick; t commit -m odd
t ls-files
t ls-files -z | tr '\0' '|'
t ls-tree -r HEAD
git mv -- -dash dash; git mv 'd d/ü' 'd d/u'; echo y >> 'a b'; rm 'quo"te'
t status --short
t diff
t diff --cached --stat
t diff --name-only
t diff --raw
git stash -q
t stash pop
t checkout -- 'quo"te'
t rm 'back\slash'
t diff --cached --summary
t log --stat --format=%s
core=1; t -c core.quotepath=false status --short
t -c core.quotepath=false ls-files
git add -A; git commit -qm two; t show --format= --name-status
git diff HEAD~ HEAD > ../p; git reset -q --hard HEAD~; t apply ../p; t status --short
git reset -q --hard
t grep x
