# Commits as mails.
git init -q r; cd r; echo a > f; git add .; tick; git commit -qm 'Initial commit'
printf 'a\nb\n' > f; tick; git commit -qam 'Add b: with "quotes" & more.. (it is) a subject that is very long indeed, so that it has to be folded somewhere' -m 'Body here.

More body.'
mkdir d; git mv f d/f; echo n > n; git add .; tick; git commit -qm 'Räksmörgås' 
chmod +x n; git rm -q d/f; tick; git commit -qm 'fix/this: [x]' -m 'non-ascii body: ö'
t format-patch -1; cat 0001*
t format-patch -2 --stdout
t format-patch HEAD~3 -o out; ls out
t format-patch HEAD~2..HEAD~1 --stdout
t format-patch --root HEAD~3 --stdout
t format-patch -1 HEAD~2 --subject-prefix='PATCH v2' --stdout
t format-patch -1 -s --stdout --no-stat
t format-patch -3 -q; ls *.patch
t format-patch HEAD --stdout
t format-patch -1 -v2
t format-patch -N -2 --stdout | grep Subject
t format-patch nope
