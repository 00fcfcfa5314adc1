echo 1 > a; cp a b; cat b; mkdir d; cp a b d; ls d; cp -r d e; ls e; cp a d/c; ls d
cp nope x 2>&1; echo $?; cp d f 2>&1; echo $?; cp a b nodir 2>&1; echo $?
mv a z; ls; mv z d; ls d; mv d/z d/y; ls d; mv nope q 2>&1; echo $?; mv b d e; ls e
rm nope 2>&1; echo $?; rm -f nope; echo $?; rm e 2>&1; echo $?; rm -r e; ls; echo x > f; rm f; ls | wc -l
mkdir -p p/q/r; echo $?; mkdir p 2>&1; echo $?; mkdir x/y 2>&1; echo $?; rmdir p 2>&1; echo $?; rmdir -p p/q/r; ls
mkdir m1 m2; echo v > m1/f; cp -a m1 m3; cat m3/f; cp -rv m1 m2; mv -v m3 m4; rm -v m4/f; rmdir -v m4 
mkdir -v nd; mkdir -m 700 md; ls -ld md | cut -c1-10; rm -rf nd md m1 m2; ls
echo a > 1; echo b > 2; cp -n 1 2; cat 2; mv -n 1 2; ls; cp -t . /dev/null 2>/dev/null; mkdir td; cp -t td 1 2; ls td; mv -t td 1; ls
cp 2 2 2>&1; echo $?; mkdir r; cp -r r r/inside 2>&1 | head -1; rm -- 2; rm -rf td r inside; ls | wc -l
touch -- -dash; ls; rm -- -dash; rm -r . 2>&1 | head -1; rm 2>&1 | head -1; echo u1 > u; echo u2 > v; cp -u u v; cp -p u w; cmp u w && echo same
ln w hard; echo more >> w; cat hard; ln -s w soft; readlink soft; cat soft; ln -sf u soft; readlink soft; ln -s nope dang; cat dang 2>&1; ln w hard 2>&1; cp -P soft soft2; readlink soft2; cp soft real; readlink real; echo $?
