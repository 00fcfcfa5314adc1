mkdir repo && cd repo
git init -q
printf '1\n2\n3\n4\n5\n6\n7\n8\n9\n' > f; echo keep > k; git add .; git commit -qm base
git checkout -q -b side
sed -i 's/^2$/two/' f; echo s > side.txt; git add .; tick; git commit -qm side
git checkout -q main
t merge side
git reset -q --hard HEAD~1
sed -i 's/^8$/eight/' f; tick; git commit -qam main
t merge side -m 'both'
cat f
t log --oneline --graph
t log --graph --oneline --all
t show
t merge side
git reset -q --hard HEAD~1
sed -i 's/^2$/zwei/' f; tick; git commit -qam conflict
t merge side
cat f
t status
t status -s
t diff
t commit -m no
t merge --abort
t status -s
t merge side
printf '1\nresolved\n3\n' > f
t add f
t status
t commit --no-edit
t log --oneline --graph
t cat-file -p HEAD
git checkout -q -b deleter HEAD~1
git rm -q k; tick; git commit -qm 'delete k'
git checkout -q -b changer HEAD~1
echo changed >> k; tick; git commit -qam 'change k'
t merge deleter
t status
t rm k
t commit -qm merged
git checkout -q -b adder1 main; echo a > new; git add new; tick; git commit -qm a
git checkout -q -b adder2 main; echo b > new; git add new; tick; git commit -qm b
t merge adder1
cat new
t checkout --ours new
cat new
t checkout --theirs new
cat new
git add new; git commit -qm done
t merge --no-ff -m 'noff' main
t merge --ff-only side
git checkout -q main
t merge --squash adder1
t status -s
t commit -m squashed
t merge nothing
echo dirty >> f
t merge adder2
git checkout -q f
git checkout -q --orphan alone; git rm -rfq .; echo z > z; git add z; tick; git commit -qm alone
t merge main
t merge --allow-unrelated-histories main -m joined
