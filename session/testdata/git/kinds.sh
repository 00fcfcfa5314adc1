# Links, modes, ends of lines, and what is of another type.
git init -q r; cd r
printf 'a\r\nb\r\n' > crlf; ln -s crlf l; ln -s nowhere dang; mkdir e; printf '' > empty; printf 'no newline' > nn; head -c 3000 /dev/urandom > bin 2>/dev/null; printf 'a\0b' > bin; printf '#!/bin/sh\n' > x; chmod +x x
git add .; tick; git commit -qm one
t ls-tree HEAD
printf 'a\nb\n' > crlf; rm l; ln -s empty l; printf 'no newline\n' > nn; printf 'a\0c' > bin; chmod -x x; rm dang; echo file > dang
t diff
t diff --stat
t diff --numstat
t status --short
t commit -qam two
t show --summary --format=%s
t checkout -q HEAD~
stat -c "%A %N" l dang x
t status --short
t diff HEAD main --name-status
t diff -w HEAD main -- crlf
t diff --ignore-cr-at-eol HEAD main -- crlf
t merge -q main
stat -c "%A %N" l dang x
git checkout -q -b t1 HEAD~; rm l; ln -s A l; git commit -qam A
git checkout -q -b t2 HEAD~; rm l; ln -s B l; git commit -qam B
t merge t1
t status --short; readlink l; git ls-files -s l | cut -c1-6,48-
t checkout --theirs l; readlink l
t checkout --ours l; readlink l
git add l; t status --short; tick; t commit -qm merged
printf 'a\0d' > bin; git commit -qam bin1; git checkout -q -b t3 HEAD~; printf 'a\0e' > bin; git commit -qam bin2
t merge t2
t status --short; od -c bin | head -1; t checkout --theirs bin; od -c bin | head -1
git merge --abort; t status --short
rm x; mkdir x; echo 1 > x/y; t add -A; t status --short; t commit -qm dir; t checkout -q HEAD~; ls -ld x | cut -c1; t checkout -q -; ls x
