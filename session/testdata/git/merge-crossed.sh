# Merges where names, kinds and histories cross.
git init -q r; cd r
f() { printf '%s\n' "$@"; }
echo "# criss-cross"
f 1 2 3 4 5 6 7 8 9 > a; git add a; tick; git commit -qm base
git checkout -q -b x; sed -i 's/^2$/x2/' a; tick; git commit -qam x1
git checkout -q main; sed -i 's/^8$/m8/' a; tick; git commit -qam m1
git checkout -q -b mm main; git merge -q --no-edit x > /dev/null; 
git checkout -q x; git merge -q --no-edit main > /dev/null; sed -i 's/^x2$/xx2/' a; tick; git commit -qam x2
git checkout -q mm; sed -i 's/^m8$/mm8/' a; tick; git commit -qam m2
t merge --no-edit x
cat a
git log --format=%s --graph | head -20
t merge-base --all mm x
echo "# rename both"
git checkout -q -b r1 main; git mv a b; tick; git commit -qam "a to b"
git checkout -q -b r2 main; git mv a c; tick; git commit -qam "a to c"
t merge --no-edit r1
t status --short
ls
git merge --abort
t status --short
echo "# rename/delete"
git checkout -q -b r3 main; git rm -q a; tick; git commit -qam "rm a"
t merge --no-edit r1
t status --short; ls
git merge --abort
git checkout -q r1; t merge --no-edit r3; t status --short; ls; git merge --abort
echo "# add/add modes"
git checkout -q -b r4 main; echo n > n; chmod +x n; git add n; tick; git commit -qm n4
git checkout -q -b r5 main; echo m > n; git add n; tick; git commit -qm n5
t merge --no-edit r4; t status --short; cat n; git ls-files -s; ls -l n | cut -c1-10; git merge --abort
echo "# dir/file"
git checkout -q -b r6 main; mkdir q; echo 1 > q/z; git add q; tick; git commit -qm q6
git checkout -q -b r7 main; echo 2 > q; git add q; tick; git commit -qm q7
t merge --no-edit r6; t status --short; ls -R; git merge --abort; t status --short; ls
git checkout -q r6; t merge --no-edit r7; t status --short; ls -R; git merge --abort; git status --short; ls
cd ..; rm -rf r
echo "# renames"
git init -q r; cd r
f() { printf '%s\n' "$@"; }
f 1 2 3 4 5 6 7 8 9 > a; git add a; tick; git commit -qm base
git checkout -q -b r1 main; git mv a b; tick; git commit -qam "a to b"
git checkout -q -b r2 main; git mv a c; tick; git commit -qam "a to c"
t merge --no-edit r1
t status --short
ls
git reset -q --hard
git checkout -q -b r3 main; git rm -q a; tick; git commit -qam "rm a"
t merge --no-edit r1
t status --short; ls
git reset -q --hard
git checkout -q r1; t merge --no-edit r3; t status --short; ls; git reset -q --hard
git checkout -q -b r8 main; f 1 2 3 4 5 6 7 8 nine > a; git commit -qam mod; t merge --no-edit r1; cat b | tail -1; ls
git checkout -q -b r9 main; echo new > b; git add b; git commit -qm "add b"; t merge --no-edit r1; t status --short; ls; cat b
cd ..; rm -rf r; git init -q r; cd r
echo "# two bases that disagree"
f 1 2 3 4 5 > a; git add a; tick; git commit -qm base
git checkout -q -b x; f 1 x 3 4 5 > a; tick; git commit -qam x
git checkout -q main; f 1 m 3 4 5 > a; tick; git commit -qam m
git merge -q x > /dev/null; f 1 both 3 4 5 > a; git add a; tick; git commit -qm "m and x"
git checkout -q x; git merge -q main~1 > /dev/null; f 1 both 3 4 5 > a; git add a; tick; git commit -qm "x and m"; f 1 both 3 4 five > a; tick; git commit -qam five
git checkout -q main; f one both 3 4 5 > a; tick; git commit -qam one
t merge --no-edit x
cat a
