mkdir repo && cd repo
git init -q
c() { echo "$1" >> "${2:-f}"; git add .; tick; git commit -qm "$1" ${3:+-m "$3"}; }
c one; c two f 'a body
of two lines'
for b in a b c; do git checkout -q -b $b main; c "on $b" $b; c "more on $b" $b; done
git checkout -q main; c three
for b in a b c; do git checkout -q $b -- .; done; tick
git reset -q --hard "$(git commit-tree -p main -p a -p b -p c -m octopus "$(git write-tree)")"
c four
git checkout -q -b late HEAD~2; c late late
git checkout -q main; tick; git merge -q --no-edit late; git merge -q b
t log --graph
t log --graph --oneline --stat
t log --graph --oneline -p -3
t log --graph -p --stat -2
t log --graph --format=short --name-status -4
t log --graph --format='%h%n%s' --all
t log --graph --format='format:%h %B' -6
t log --graph --format=%B -4
t log --graph --oneline --decorate --all
t log --graph --oneline --first-parent
t log --graph --oneline -- f
t log --graph --oneline -- a b
t log --graph --oneline --left-right a...late
t log --graph --oneline --grep=on
t log --graph --oneline -3
t log --graph --oneline --cc -2
t log --graph --oneline -m --name-only -2
