# Names of references that lead out are none, and a setting cannot make others.
git init -q r; cd r
echo 1 > f; git add f; tick; git commit -qm one
git branch topic
oid=$(git rev-parse HEAD)
mkdir victim; echo kept > victim/f
for name in refs/tags/../../../victim refs/remotes/origin/../../../../victim refs/heads/a..b refs/heads/good; do echo "$oid $name"; done > .git/packed-refs
{
  git tag -d ../../../victim
  git branch -rd origin/../../../../victim
  git update-ref -d refs/../../victim
  git update-ref -d refs/tags/../../../victim
  git update-ref -d refs/heads
} > /dev/null 2>&1
cat victim/f
ls
rm .git/packed-refs
t branch
t config "a b.c" value
t config "$(printf 'a.x\n[alias]\nst = !echo taken\n.c')" value
git config alias.st || echo none
t status --short
echo "# a copy that ended goes on"
cd ..
git clone -q r copy 2> /dev/null
cd r
mkdir d; echo 2 > d/f; git add d; tick; git commit -qm two
blob=$(git rev-parse HEAD:d/f)
mv .git/objects/${blob:0:2}/${blob:2} ../blob
git -C ../copy fetch -q > /dev/null 2>&1 && echo fetched || echo failed
git -C ../copy log -1 --format=%s origin/main
mv ../blob .git/objects/${blob:0:2}/${blob:2}
cd ../copy
t fetch -q
t show origin/main:d/f
t merge -q origin/main
t fsck
