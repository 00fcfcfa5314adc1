# Patches of binary files, and what apply does where one does not fit as it is.
git init -q r; cd r
seq 20 > f; mkdir d; echo a > d/a; printf '\x00\x01bin' > b.bin; git add .; tick; git commit -qm base
sed -i 's/^5$/five/; s/^18$/eighteen/' f; printf '\x00\x02bin2' > b.bin; echo n > n; git add -N n; t diff --binary > ../p; git reset -q --hard; rm -f n
t apply ../p; t status -s; t apply -R ../p; t status -s; t apply --check ../p; t apply --stat ../p; t apply --numstat ../p; t apply --summary ../p; t apply --index ../p; t status -s; git reset -q --hard; t apply --cached ../p; t status -s; git reset -q --hard; git clean -fdq
sed -i 's/^5$/FIVE/' f; t apply ../p; t status -s; t apply --reject ../p; t status -s; cat f.rej; git reset -q --hard; git clean -fdq
sed -i 's/^4$/four/' f; git commit -qam four; t apply --3way ../p; t status -s; git reset -q --hard; git clean -fdq; t apply -C1 ../p; git reset -q --hard; git clean -fdq
git diff HEAD~1 > ../q; cat ../q | t apply -R; t status -s; git checkout -q f; t apply --directory=sub ../q; t apply -p0 ../q; t apply -p2 ../q; t apply --exclude='b*' ../p; t apply --include='n' ../p; t status -s; git reset -q --hard; git clean -fdq
printf 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n 1\n-2\n+two  \n 3\n' | t apply; t apply --whitespace=fix <<< 'x'; git checkout -q f; printf -- '--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n 1\n-2\n+two  \n 3\n' | t apply --whitespace=fix -v; t diff --stat; git checkout -q f; printf -- '--- f\n+++ f\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n' | t apply -p0; t apply nope; t apply < /dev/null; echo garbage | t apply; git checkout -q f
printf -- '--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n 1\n-2\n+two\n 3\n' | t apply; printf -- '--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n 1\n-2\n+two\n 3\n' | t apply --recount; git checkout -q f; printf -- '--- a/f\n+++ b/f\n@@ -11,3 +11,3 @@\n 1\n-2\n+two\n 3\n' | t apply -v; git checkout -q f; printf -- '--- a/zz\n+++ b/zz\n@@ -1 +1 @@\n-1\n+2\n' | t apply; printf -- '--- /dev/null\n+++ b/new/file\n@@ -0,0 +1 @@\n+1\n' | t apply; t status -s; printf -- '--- a/d/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n' | t apply; t status -s; git reset -q --hard
sed -i 's/$/\r/' f; git commit -qam crlf; sed -i 's/^7/seven/' f; git diff > ../c; git checkout -q f; t apply ../c; t diff --stat; git checkout -q f; tr -d '\r' < ../c > ../c2; t apply ../c2; t apply --ignore-whitespace ../c2; t diff --stat
git reset -q --hard; printf '\000\001bin' > b.bin
t apply <<'X'
diff --git a/b.bin b/b.bin
index 88768efdf77ec78c9a995f94881793be6a41752b..f68ed8037341be54a4bad1485a8deb1be7188467 100644
GIT binary patch
literal 6
NcmZQzO3KVL0ssTy0d4>Q

literal 5
McmZQzOv=my00M6TI{*Lx

X
od -c b.bin; seq 300 | tr '\n' '\0' > big; git add .; git commit -qm big; sed -i 's/250/x/' big; git diff --binary > ../b; t diff --stat; git checkout -q big; t apply ../b; t diff --stat; t apply ../b; t apply -R ../b; t status -s
