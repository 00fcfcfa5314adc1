cat > f <<'EOF'
one apple
two banana
three cherry
four apple pie
five
EOF
sed 's/apple/X/' f; sed 's/a/A/g' f; sed 's/a/A/2' f; sed -n '2p' f; sed -n '2,4p' f; sed '2d' f; sed '/apple/d' f; sed -n '/two/,/four/p' f; sed '$d' f; sed -n '$p' f
sed 's/\(one\) \(apple\)/\2 \1/' f; sed -E 's/(\w+) (\w+)/\2 \1/' f; sed 's/apple/[&]/' f; sed 's|o|/|' f; sed -n 's/apple/Q/p' f; sed 's/APPLE/i/I' f; sed 'y/abc/xyz/' f; sed '2q' f; sed -n '1~2p' f; sed '1!d' f
sed '2a after' f; sed '2i before' f; sed '2c changed' f; sed -e 's/one/1/' -e 's/two/2/' f; sed 's/one/1/;s/two/2/' f; sed '/two/s/banana/B/' f; sed '2,3s/^/> /' f; sed 's/$/!/' f; sed '=' f | head -4; sed -n '/apple/=' f
sed -i 's/five/FIVE/' f; cat f; sed -i.bak '1d' f; head -1 f f.bak; sed '/banana/{s/b/B/;s/n/N/}' f; sed -n '/b/{p;q}' f; echo 'a.b.c' | sed 's/\./-/g'; echo path/to | sed 's/\//\\/g'; echo abc | sed 's/./&&/g'
printf 'a\nb\nc\n' | sed 'N;s/\n/+/'; printf 'a\nb\nc\n' | sed ':a;N;$!ba;s/\n/,/g'; printf 'a\nb\n' | sed 'G'; printf 'a\nb\n' | sed -n 'H;${x;s/\n/|/g;p}'; printf '1\n2\n3\n' | sed -n '2{p}' ; printf '1\n2\n3\n' | sed '1!G;h;$!d'
echo hello | sed 's/l*/X/g'; echo hello | sed 's/x*/-/g'; echo 'foo bar' | sed -E 's/(foo|bar)/<\1>/g'; echo Hello | sed 's/.*/\U&/'; echo HELLO | sed 's/\(.\)\(.*\)/\1\L\2/'; echo 'a  b' | sed 's/  */ /g'; echo '  trim ' | sed 's/^ *//;s/ *$//'
echo a | sed 's/a/x\ny/'; echo 'tab	x' | sed 's/\t/T/'; sed -n '/one/!p' f | head -1; sed --expression='s/two/2/' f | head -1; echo abc | sed -e 's/b/\n/'; echo aaa | sed 's/a/b/2g'; sed '/cherry/r f.bak' f | head -3; sed -n '2{s/a/b/gp}' f
printf 'k=v\nx=y\n' | sed 's/\(.*\)=\(.*\)/\2=\1/'; sed 5q f | wc -l; sed '0,/a/s//Z/' f | head -1; printf 'a\nb\nc\nd\n' | sed '2,3!d'; printf 'a\nb\nc\nd\n' | sed '/b/,+1d'; printf 'x\n' | sed 'a\
multi'; sed -s -n '$p' f f.bak; echo abc | sed 's/b//;t end;s/c/Z/;:end'; printf 'a\nb\n' | sed 'n;d'; echo l1 | sed 's/l/L/w out'; cat out; sed 's/x' f 2>/dev/null; echo $?; echo aXb | sed 's/x/_/i'; sed -n 'l' <<< 'a	b'; sed -f - f <<< 's/two/DOS/' | head -1
