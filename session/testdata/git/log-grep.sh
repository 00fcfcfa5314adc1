mkdir -p repo/dir/sub && cd repo
git init -q
printf 'alpha\nBeta gamma\n\tint main(void)\nfoo.bar foo\nend of it\nalpha again\n' > a.txt
printf 'alpha in dir\nnothing\n' > dir/b; printf 'Alpha deep\nfoo(bar)\n' > dir/sub/c.c; printf 'bin\0alpha\n' > bin; printf 'no end alpha' > tail
git add .; tick; git commit -qm one
echo 'alpha untracked' > new; echo 'alpha changed' >> dir/b
t grep alpha
t grep -n alpha
t grep -i alpha
t grep -in alpha -- dir
t grep -l alpha
t grep -L alpha
t grep -c alpha
t grep -ci alpha
t grep -w foo
t grep -v -n a a.txt
t grep -h alpha
t grep -H alpha tail
t grep -o 'fo*' a.txt
t grep -on 'fo*' a.txt
t grep --column -n foo
t grep -F foo.bar
t grep -F 'foo(bar)'
t grep -E 'foo|end'
t grep 'foo\|end'
t grep 'foo+'
t grep -E 'o{2}'
t grep 'o\{2\}'
t grep -P '\bfoo\b'
t grep -e alpha -e end
t grep --all-match -e alpha -e end a.txt
t grep -A1 Beta
t grep -B1 -A1 -n foo.bar
t grep -C1 alpha a.txt
t grep -1 alpha a.txt
t grep -n -C1 end
t grep --heading -n alpha
t grep --break --heading alpha
t grep --cached alpha
t grep --untracked alpha
t grep -I alpha
t grep -a alpha bin
t grep alpha HEAD
t grep -n alpha HEAD -- dir
t grep -c alpha HEAD
t grep -l alpha HEAD~0 -- '*.txt'
t grep -m1 alpha
t grep -q alpha
t grep -q nothere
t grep --max-depth=0 alpha
t grep '[[:space:]]int'
t grep 'a*.\.b'
t grep '(void)'
t grep '*x'
t grep
cd dir
t grep alpha
t grep --full-name alpha
t grep -l alpha -- ..
t grep alpha HEAD
