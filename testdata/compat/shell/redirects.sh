echo one > a.txt
echo two >> a.txt
cat < a.txt
cat a.txt > b.txt; cat b.txt
echo err >&2 2>/dev/null
{ echo o; echo e >&2; } > out.txt 2> err.txt; cat out.txt err.txt
{ echo o; echo e >&2; } > both.txt 2>&1; cat both.txt
{ echo o2; echo e2 >&2; } &> both.txt; cat both.txt
{ echo o3; echo e3 >&2; } &>> both.txt; cat both.txt
: > empty.txt; wc -c < empty.txt
> trunc.txt; ls -l trunc.txt | cut -d' ' -f5
exec 3> three.txt; echo to three >&3; exec 3>&-; cat three.txt
exec 4< a.txt; read -r l1 <&4; read -r l2 <&4; echo "$l1/$l2"; exec 4<&-
cat <<< "here string"
cat < /nonexistent/file; echo "status $?"
echo x > /nonexistent/dir/file; echo "status $?"
set -C; echo 1 > nc.txt; echo 2 > nc.txt; echo "noclobber $?"; echo 3 >| nc.txt; cat nc.txt; set +C
echo swap-out 3>&1 1>&2 2>&3
(echo sub; echo sub2) > sub.txt; wc -l < sub.txt
while read -r l; do echo "<$l>"; done < a.txt
if true; then echo in-if; fi > if.txt; cat if.txt
echo a b c > "with space.txt"; cat "with space.txt"
echo data 1<> rw.txt; cat rw.txt
f() { echo from f; } > f.txt; f; cat f.txt
echo to-null > /dev/null; echo $?
echo -n nonl > n.txt; echo plus >> n.txt; cat n.txt
cat /dev/null; echo "null read $?"
echo stdin-dash | cat - a.txt
