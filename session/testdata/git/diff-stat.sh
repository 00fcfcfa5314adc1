mkdir repo && cd repo
git init -q
deep=some/quite/long/path/that/goes/on/and/on/for/a/while/until/it/is/too/long
mkdir -p $deep; seq 300 > $deep/file-with-a-long-name.txt; seq 10 > short; printf 'a\0b' > bin; seq 5 > x; echo l > link-to
ln -s short link; echo '#!/bin/sh' > run
for i in $(seq 12); do seq $i > n$i; done
git add .; tick; git commit -qm one
t show --stat --format=%s
sed -i '1,150s/$/ changed/' $deep/file-with-a-long-name.txt; echo 11 >> short; printf 'a\0bcd' > bin; chmod +x run; sed -i 1d x
ln -sf x link; rm n1; echo new > new; printf '\0' > newbin; cp run runs; echo y >> 'n2'; git add -A; tick; git commit -qm two
t show --stat --format=%s
t show --stat=60 --format=%s
t show --stat=40 --format=%s
t show --stat=120 --format=%s
t show --stat=80,20 --format=%s
t show --stat=80,30,3 --format=%s
t show --stat-width=50 --format=%s
t show --stat-graph-width=10 --format=%s
t show --stat-name-width=25 --stat-count=2 --format=%s
t show --shortstat --format=%s
t show --numstat --format=%s
t show --summary --format=%s
t show --compact-summary --format=%s
t show --stat --summary --format=%s
t show --stat -p --format=%s short
t show --patch-with-stat --format=%h short
t show --raw --stat --format=%s short x
t show --name-only --format= short x
t show bin link run
t show --binary --format=%s short
t diff --stat HEAD~1 HEAD -- short bin
t diff --stat HEAD~1 HEAD -- run
t diff --shortstat HEAD
t diff --numstat -z HEAD~1 HEAD -- x short
t diff --raw HEAD~1
t diff --diff-filter=D --name-only HEAD~1
t diff --diff-filter=am --name-status HEAD~1
t diff --exit-code --stat HEAD~1 -- x
t diff-index --name-status HEAD~1
t diff-index --cached HEAD
echo z >> x
t diff-files
t diff-files --name-only
t diff-index HEAD
t diff-index -p HEAD
