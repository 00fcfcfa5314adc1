# Files that are no UTF-8 keep their bytes.
git init -q r; cd r
lines() { printf "$1\n1\n2\n3\n4\n5\n6\n7\nna\xefve \xf0\x9f\x98\x80\xe9 \xef\xbf\xbd \xc3\n"; }
lines 'caf\xe9' > f; git add .; tick; git commit -qm one
git checkout -q -b two; sed -i 's/^4$/four/' f; tick; git commit -qam two
git checkout -q main; lines 'caf\xe8' > f
t diff | od -An -c
git diff > ../p
tick; git commit -qam three
t merge -q -m x two
od -An -c f
git reset -q --hard two
t apply ../p
od -An -c f
tick; git commit -qam four
t blame -s -L1,1 f | od -An -c
t grep caf | od -An -c
t log -p -1 --format=%s | od -An -c
git reset -q --hard HEAD~; lines 'caf\xe7' > f; tick; git commit -qam five
t merge -m x main
od -An -c f | head -5
