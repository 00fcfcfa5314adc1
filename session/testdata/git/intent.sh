# Of what is only to be added nothing is staged.
git init -q r; cd r
printf '%s\n' 1 2 3 4 5 6 7 8 9 > f; mkdir d; echo a > d/a; git add .; tick; git commit -qm base
touch w; echo i > i; t add -N w i; t status -s; t status; t diff; t diff --cached; t diff HEAD; t ls-files -s; t commit -m i; t status -s; t add -v i; t status -s; t commit -qm i; t show --stat; t diff --stat; t rm --cached w; t status -s; echo j > j; t add -N j; t reset -q; t status -s; git add -N j; t stash; t commit -qam j; t status -s
