# Trees of strangers: nothing is written outside of the work tree, nor in .git.
git init -q r; cd r
printf '%s\n' one two three four five six seven > readme
git add readme; tick; git commit -qm one
base=$(git rev-parse HEAD)
printf '%s\n' '#!/bin/sh' 'echo TAKEN' two three four five six seven > ../script
script=$(git hash-object -w ../script)
tree() { printf "$1 $2\\0$(echo $3 | sed 's/../\\x&/g')" | git hash-object -w -t tree --stdin --literally; }
evil=()
evil+=($(git commit-tree -p $base -m hook $(tree 40000 .git $(tree 40000 hooks $(tree 100755 post-merge $script)))))
evil+=($(git commit-tree -p $base -m case $(tree 40000 .GIT $(tree 100644 config $script))))
evil+=($(git commit-tree -p $base -m above $(tree 40000 .. $(tree 100644 victim $script))))
evil+=($(git commit-tree -p $base -m dot $(tree 40000 . $(tree 100644 victim $script))))
evil+=($(git commit-tree -p $base -m inner $(tree 40000 sub $(tree 40000 .git $(tree 100644 HEAD $script)))))
sed -i s/one/ours/ readme; tick; git commit -qam ours
try() {
  git "$@" > ../said 2>&1
  grep -q 'nvalid path' ../said && echo "git $1: refused$(grep -o 'nvalid path.*' ../said | head -1 | cut -c12-)" || echo "git $1: taken"
  git reset -q --hard
}
for commit in ${evil[@]}; do
  git log -1 --format="# %s" $commit
  git ls-tree -r --name-only $commit
  try merge $commit
  try checkout $commit
  try reset $commit
  try reset --hard $commit
  try read-tree $commit
  try cherry-pick $commit
  try restore -s $commit .
  try restore --staged -s $commit .
  try rebase $commit
  git checkout -q main
done
for path in .git/x ../x a/./x a//x /x a/.GIT/x x/ .. .; do
  git update-index --add --cacheinfo 100644,$script,$path > /dev/null 2>&1 && echo "$path taken" || echo "$path refused"
done
try mv readme .git/readme
git ls-files
git status --short
ls .git/hooks | grep -v sample
ls ..
echo "# a link and a folder of one name"
oid() { echo $1 | sed 's/../\\x&/g'; }
mkdir ../out
link=$(printf ../out | git hash-object -w --stdin)
inside=$(printf "160000 b\\0$(oid $base)100644 c\\0$(oid $script)" | git hash-object -w -t tree --stdin --literally)
top=$(printf "120000 a\\0$(oid $link)40000 a\\0$(oid $inside)" | git hash-object -w -t tree --stdin --literally)
both=$(git commit-tree -p HEAD -m both $top)
git checkout -q $both > /dev/null 2>&1
git reset -q --hard $both > /dev/null 2>&1
ls -A ../out
git reset -q --hard main; git checkout -q main
echo "# a link in the place of a folder"
mkdir d; echo 1 > d/x; git add d; git commit -qm d
rm -r d; ln -s ../out d; echo 2 > ../out/x
t add d/x
t add d/new
t update-index d/x
t status --short
