mkdir repo && cd repo
git init -q
echo content | git hash-object --stdin
echo content | git hash-object -w --stdin
t cat-file -p d95f3ad14dee633a758d2e331151e950dd13e4ed
t update-index --add --cacheinfo 100644,d95f3ad14dee633a758d2e331151e950dd13e4ed,dir/file
t ls-files -s
t write-tree
tree=$(git write-tree)
commit=$(echo message | git commit-tree $tree)
echo $commit
t update-ref refs/heads/main $commit
t log --oneline
t status -s
t read-tree HEAD
t checkout-index -a
t status -s
echo more >> dir/file
t diff-index --quiet HEAD
t diff --no-ext-diff --stat
git commit -qam two
git diff HEAD~1 > p.patch
git reset -q --hard HEAD~1
t apply --stat p.patch
t apply --check p.patch
t apply p.patch
t status -s
t apply p.patch
t apply -R p.patch
t status -s
t config user.name
t config --list --local
t config core.thing value
t config --get core.thing
t config --unset core.thing
t config core.thing
t config --get-regexp 'user.*'
t -c user.name=Eve config user.name
t config nodot
t rev-parse --show-toplevel --git-dir --is-inside-work-tree
cd dir
t rev-parse --show-prefix
t status -s
t ls-files
t ls-files --full-name
t add file
cd ..
t version
t check-ref-format refs/heads/ok
t check-ref-format bad..name
t count-objects
t var GIT_AUTHOR_IDENT
