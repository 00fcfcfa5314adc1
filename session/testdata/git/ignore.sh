mkdir repo && cd repo
git init -q
printf '*.log\nbuild/\n!keep.log\n/top.txt\n' > .gitignore
mkdir -p build sub/build sub/deep empty
touch a.log keep.log build/x sub/build/y sub/b.log top.txt sub/top.txt sub/deep/c
t status -s
t status -s --ignored
t add build/x
t add a.log
t add -f a.log
t status -s
printf 'c\n' > sub/deep/.gitignore
t status -s -uall
t check-ignore -v nothing
t check-ignore a.log build/x sub/deep/c top.txt sub/top.txt
t ls-files -o --exclude-standard
t ls-files -o -i --exclude-standard
t clean -n
t clean -nd
t clean -fdx
t clean
t status -s
