mkdir repo && cd repo
git init -q
mkdir -p src/lib docs
for f in top.js src/a.js src/b.ts src/lib/c.js docs/d.md; do echo $f > $f; done
git add .; git commit -qm base
for f in top.js src/a.js src/b.ts src/lib/c.js docs/d.md; do echo changed >> $f; done
cd src
t status
t status -s
t diff --stat
t diff --name-only -- lib
t diff --name-only --relative
t ls-files
t ls-files ..
t add lib
t status -s
t add ../top.js
t restore --staged ../top.js
t add -- '*.js'
t status -s
t reset -q
t add :/docs
t add ':(exclude)*.ts' .
t status -s
t reset -q -- a.js
t status -s
t checkout -- a.js
t status -s
cd ..
t checkout src
t status -s
t reset -q --hard
t rm -r src
t rm 'docs/*.md'
t status -s
t reset -q --hard
rm -r src
t status -s
t checkout .
t rm -r --cached docs
t status -s
t add docs/nothing
t add nothing
t rm nothing
t checkout -- nothing
t restore nothing
t reset nothing
t mv top.js docs
t mv docs renamed
t status -s
t mv nothing else
t mv src/a.js src/b.ts
t commit -qm moved
t ls-files
t show --stat --format=
ln -s top link; t add link; t ls-files -s link
rm link; mkdir link; echo x > link/x; t add -A; t status -s
t commit -qm 'a folder now'
t checkout -q HEAD~1
ls
t checkout -q -
t log --oneline -- renamed/d.md
t log --oneline renamed
t show HEAD:renamed/top.js
t show HEAD:./renamed/top.js
cd renamed
t show HEAD:./top.js
t ls-tree HEAD
t ls-tree -r HEAD --name-only
t add ../../outside
t clean -n
