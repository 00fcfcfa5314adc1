mkdir repo && cd repo
git init -q
long=top/folder/with/a/long/name/and/one/more/below/it/file-of-that-folder.txt
mkdir -p ${long%/*}; seq 200 > $long; echo x > short; git add .; tick; git commit -qm base
for b in a b c d; do git checkout -q -b $b main; seq 90 >> $long; echo $b > $b; git add .; tick; git commit -qm $b; git mv $b $b-moved; tick; git commit -qm "$b moved"; done
git checkout -q main; echo y >> short; tick; git commit -qam main
t log --graph --all --oneline --stat
t log --graph --all --stat=60 --format=%s -3
t log --graph --all --format=%s --summary --numstat
t log --all --oneline --stat -2
