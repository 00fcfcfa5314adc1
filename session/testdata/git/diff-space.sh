mkdir repo && cd repo
git init -q
cat > f <<'E'
one
two words  here
	tabbed

three
four
five
six
seven
eight
nine
ten
eleven
twelve
E
printf 'crlf\r\nx\r\n' > crlf
git add .; tick; git commit -qm base
sed -i 's/two words  here/two  words here /; s/^	tabbed/    tabbed/; s/^five/five\n\n/; s/^nine/nine /; s/^twelve/twelve\nthirteen\n/' f
printf 'crlf\nx\n' > crlf
t diff
t diff -w
t diff -b
t diff --ignore-space-at-eol
t diff --ignore-cr-at-eol
t diff --ignore-blank-lines
t diff -w --ignore-blank-lines
t diff --ignore-blank-lines -U1
t diff -b --stat
t diff -w --numstat
t diff -w --name-only
t diff -w --quiet
t diff -w --exit-code crlf
t diff --check
t diff -U0
t diff -U1 f
t diff -U100 f
t diff --unified=2 f
t diff --no-prefix f
t diff --src-prefix=x/ --dst-prefix=y/ f
t diff --full-index f
t diff -R f
t diff -a crlf
t diff --word-diff
cat > words <<'E'
The quick brown fox jumps over the lazy dog.
Nothing here changes.
A line with several words in it.
Another one.
foo(bar, baz);

end
E
git add .; tick; git commit -qm words
sed -i 's/quick brown/slow red/; s/several words/some/; s/^Another one./Another one, and more./; s/baz/qux/; s/^end/the end/' words
echo 'a last line' >> words
t diff --word-diff words
t diff --word-diff=plain -U0 words
git commit -qam more
sed -i '2d; s/lazy //; 4i\inserted line' words
t diff --word-diff words
