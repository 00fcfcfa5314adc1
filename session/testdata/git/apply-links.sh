# No patch is written through a link.
git init -q r; cd r
mkdir ../out; echo orig > ../out/x
ln -s ../out d; ln -s ../out/x l; git add .; tick; git commit -qm one
make() { # file old new [header]
  printf 'diff --git a/%s b/%s\n' $1 $1
  [ -z "$4" ] || echo "$4"
  [ -n "$2" ] && echo "--- a/$1" || echo "--- /dev/null"
  echo "+++ b/$1"
  [ -n "$2" ] && printf '@@ -1 +1 @@\n-%s\n' "$2" || echo '@@ -0,0 +1 @@'
  echo "+$3"
}
make d/x orig TAKEN > ../p1
make d/new '' TAKEN 'new file mode 100644' > ../p2
make l '' TAKEN 'new file mode 100644' > ../p3
make l orig TAKEN > ../p4
{ make n '' ../out 'new file mode 120000'; echo '\ No newline at end of file'; } > ../p5
{ cat ../p5; make n/x orig TAKEN; } > ../p6
for p in 1 2 3 4 6 5; do t apply ../p$p; done
readlink n
t apply -R ../p5
ls
ls ../out; cat ../out/x
ln -sf ../out/y l; git diff > ../p7; git checkout -q l
t apply --index ../p7
readlink l
t diff --cached --stat
rm l; echo plain > l; git diff > ../p8; git checkout -q l; git add .
t apply ../p8
cat l; t status --short
