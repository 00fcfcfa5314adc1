# Picks that are empty go on with what was added, and a stash of what is staged leaves the rest.
git init -q r; cd r
for i in 1 2 3 4; do echo $i > f$i; git add .; tick; git commit -qm c$i; done
git checkout -q -b side HEAD~2; for i in 5 6; do echo $i > f$i; git add .; tick; git commit -qm c$i; done
git checkout -q -b same main; echo 5 > f5; git add .; tick; git commit -qm same
git cherry-pick side~1 side > /dev/null 2>&1; echo $?
echo more > f5; git add f5; tick
git -c core.editor=true cherry-pick --continue > ../said 2>&1; echo $?
t log --format=%s -3
t status --short
git checkout -q main
echo staged > f1; git add f1; echo new > n; git add n; git rm -q f3; echo not > f2; echo untracked > u
git stash push -q -S
t status --short
cat f2
t stash show --name-status
git stash pop -q --index
t status --short
git commit -qam all
echo staged > f4; git add f4; echo else > f4
git stash push -q -S 2> /dev/null || echo refused
cat f4
git reset -q --hard; git stash clear; echo dirty >> f4; git stash -q; git checkout -q side
git stash branch other > ../said 2>&1; grep -v Dropped ../said
