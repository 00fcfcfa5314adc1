# What is only in the work tree is in the way of what would lose it.
fresh() {
  cd /workspace 2>/dev/null || cd "$HOME"
  rm -rf r
  git init -q r
  cd r
  echo k > keep
}
commit() { tick; git add -A; git commit -qm "$1"; }

echo "# a folder in the place of a file that goes"
fresh; echo a > a; commit one; git checkout -q -b two; git rm -q a; commit two; git checkout -q main
rm a; mkdir a; echo precious > a/untracked
t checkout two
t switch -q two
git stash list
cat a/untracked
rm a/untracked
t checkout two
echo "# a file in the place of a folder that comes"
fresh; commit one; git checkout -q -b two; mkdir a; echo b > a/b; commit two; git checkout -q main
echo precious > a
t checkout two
t merge -q two
t rebase -q two
cat a
git log --format=%s
echo a > .gitignore
t checkout two
git reset -q --hard main; git checkout -q main; rm -f a .gitignore
git checkout -q two
echo staged > ../other; git checkout -q main; cp ../other a; git add a
t checkout two
cat a
echo "# a folder in the place of a file that comes"
fresh; commit one; git checkout -q -b two; echo b > a; commit two; git checkout -q main
mkdir a; echo precious > a/x
t checkout two
t merge -q two
t merge -q --squash two
t reset --keep two
cat a/x
echo x > .gitignore
t checkout two
cat a
echo "# a file or a link in the place of a folder that is tracked"
fresh; mkdir d; echo 1 > d/x; commit one; git checkout -q -b two; echo 2 > d/x; commit two; git checkout -q main
rm -r d; echo precious > d
t checkout two
cat d
rm d; mkdir ../out; echo precious > ../out/x; ln -s ../out d
t checkout two
t status --short
cat ../out/x
echo "# what is no longer in the index, and what is gone but in it"
fresh; echo a > a; commit one; git checkout -q -b two; git rm -q a; echo b > b; commit two; git checkout -q main
git rm -q --cached a; echo mine >> a
t checkout two
cat a
git reset -q --hard
echo b > b; git add b; rm b
t checkout two
t status --short
echo "# an orphan"
git reset -q --hard; git checkout -q main; echo change >> a
t switch --orphan new
cat a
t branch --show-current
echo "# read-tree"
t read-tree -m -u two
cat a
t read-tree --reset -u two
ls
