# Mails become commits; one that does not fit waits.
git init -q r; cd r; seq 9 > f; git add .; tick; git commit -qm base
git checkout -q -b side; sed -i 's/3/three/' f; tick; git commit -qam 'three: a subject that is very long indeed, so that it has to be folded somewhere' -m 'Body.'; echo ü > n; git add n; tick; git commit -qm 'Räk' --author='Jö <j@x>'; sed -i 's/7/seven/' f; tick; git commit -qam seven
git format-patch -q -o ../p main; git checkout -q main; tick
t am ../p/*; t log --format='%s|%an|%ae|%ad|%b'; t status -s; git reset -q --hard HEAD~3
cat ../p/* | t am -q; t log --oneline; git reset -q --hard HEAD~3
sed -i 's/3/THREE/' f; git commit -qam T; git am ../p/* 2> ../e; cat ../e; t status; t am ../p/0001*; t log --oneline -1; t am --show-current-patch=diff | head -5; t am --skip; t log --format=%s; t am --abort; git reset -q --hard HEAD~2
git am ../p/0001* > ../o 2>&1; echo $?; t am --abort; t status -s; t log --format=%s -1; t am --abort; t am --continue
git am -3 ../p/* 2> ../e; cat ../e; t status -s; echo 1 > f; git add f; git am --continue 2> ../e; cat ../e; t log --format=%s
t am --continue; echo x > f; git add f; t am --resolved; t log -1 --format='%s|%b|%an'
echo garbage | t am; t am nope; echo dirty >> f; t am ../p/0002*; t status -s; git checkout -q f; git add f; t am -s ../p/0002*; t log -1 --format=%B
