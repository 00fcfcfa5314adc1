mkdir repo && cd repo
git init -q
t config alias.st 'status -s'
t config alias.last 'log -1 --format=%s'
t config alias.sh '!echo shell'
t st
t sh more
echo x > x; git add x; git commit -qm first
t last
t config --list --local
t config section.sub.key 'a value # with "signs"'
cat .git/config
t config section.sub.key
t config --add section.sub.key second
t config --get-all section.sub.key
t config section.sub.key third
t config --replace-all section.sub.key third
t config section.sub.key
t config --unset section.sub.key
cat .git/config
t config --bool core.bare
t config --type=int some.number 10k
t config --type=int some.number
t config --get some.nothing
t config --get --default x some.nothing
t config --remove-section some
t config --remove-section nothing
t config --global core.editor true
t config --get-regexp 'alias\..*'
t config --name-only --list --local
t config bad
t config 1bad.key=
t -c core.editor=ed config core.editor
git config --file other a.b c; cat other
t config -f other --list
t config user.email
t var GIT_EDITOR
GIT_DIR=/nowhere t status
t --git-dir=.git --work-tree=. status -s
t rev-parse --git-dir
mkdir -p sub/deep; cd sub/deep
t rev-parse --show-toplevel --show-prefix --show-cdup --git-dir
cd ../..
echo 'gitdir: ../elsewhere' > sub/.git; cd sub; t status -s
