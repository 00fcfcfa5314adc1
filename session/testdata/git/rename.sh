mkdir repo && cd repo
git init -q
seq 20 > old.txt; mkdir dir; seq 30 50 > dir/file; git add .; git commit -qm base
git checkout -q -b mover
git mv old.txt new.txt; git mv dir/file dir/moved; tick; git commit -qm move
t show --stat -M
t show --name-status
t diff --summary HEAD~1
git checkout -q main
sed -i 's/^5$/five/' old.txt; tick; git commit -qam edit
t merge mover -m merged
cat new.txt | head -6
t log --follow --oneline new.txt
t blame -s new.txt
git mv new.txt newer.txt; sed -i 's/^7$/seven/' newer.txt; git add -A
t status
t status -s
t diff --cached
t diff --cached --no-renames --stat
