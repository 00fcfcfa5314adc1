mkdir repo && cd repo
git init -q
echo a > a; git add a; git commit -qm one
t fsck
echo b | git hash-object -w --stdin
t fsck
rm .git/objects/61/780798228d17af2d34fce4cfbdf35556832472
git update-index --add --cacheinfo 100644,61780798228d17af2d34fce4cfbdf35556832472,b
git reset -q
t fsck --no-dangling
t gc -q
t log --oneline
t count-objects -v | grep -c packs
t prune
t pack-refs
cd .git; t rev-parse --is-inside-git-dir --is-inside-work-tree
t log --oneline
t status
