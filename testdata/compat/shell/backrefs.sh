# Back-references in regular expressions.
echo 'the the cat sat sat' | sed -E 's/\b(\w+) \1\b/[\1]/g'; echo abcabc | grep -E '^(abc)\1$'
echo aabbc | grep -o '\(.\)\1'; echo xyzzy | sed 's/\(.\)\1/<\1\1>/'
printf '%s\n' abba abca level | grep -E '^(.)(.).?\2\1$'; echo 'a=1;b=1' | sed -E 's/=([0-9]);b=\1/ same/'
[[ abab =~ ^(ab)\1$ ]] && echo m "${BASH_REMATCH[1]}"; echo '"q" '"'r'" | grep -oE "([\"'])[^\"']*\1"
echo aaa | sed -E ':a;s/(a)\1/\1/;ta'; echo 'AbaB' | grep -iE '(ab)(ba)?\1'; echo 'foo foo' | grep -P '(\w+) \1'
echo 'x1y1' | sed -E 's/x([0-9])y\1|z/ok/'; echo abc | grep -E '(a)\2' 2>/dev/null; echo $?
echo 1112 | sed 's/\(1*\)\12/X/'; echo '<b>x</b><i>y</i>' | sed -E 's/<(\w+)>([^<]*)<\/\1>/\2,/g'
echo 'a.a b.c' | grep -oE '\b([a-z])\.\1\b'; echo aXbXa | sed -E 's/^(.)(.*)\1$/\2/'
echo "12-12 13-14" | sed -E 's/([0-9]+)-\1/eq/g'; seq 100 130 | grep -E '(.)\1$'
printf 'a\na\nb\n' | sed '$!N;/^\(.*\)\n\1$/!P;D'; echo aaaa | sed -E 's/^(a+)\1$/\1/'; echo aabb | grep -cxE '(a*)\1(b*)\2'
# Characters by number in sed, and its texts.
printf 'a b\n' | sed 's/$/\r/' | od -c; printf 'a\r\n' | sed 's/\r$//' | od -c; printf 'a\r\nb\n' | sed 's/[\r\n]//g' | od -c
echo abc | sed 's/\x62/\x41/'; echo 'a.b' | sed 's/\x2e/-/g'; echo abc | sed 's/b/\o101\d066/'
echo b | sed 'a x\ny\tz'; echo b | sed '1i\  lead'; echo b | sed 'a\
  two\
  lines'; echo a^b | sed 's/\x5e/-/'
# grep's context and colours.
printf 'a1\nb\na2\na3\nc\n' > f; grep --color=always -n a f; grep -H --color=always -o '[0-9]' f; grep -m1 -A2 a f; grep -m2 -A1 a f
grep -A0 --group-separator=XX 1 f; grep -A0 --group-separator=XX '[13]' f; grep -A1 --no-group-separator '[13]' f; grep --color=auto a f; grep -c --color=always a f; grep -v --color=always a f
for d in 'Jan 5 2024' '5 Jan 2024' 'January 5, 2024' 'Jan 5 2024 10:30' 'Mar 15 10:20 2024' 'Feb 29 2024' '29 Feb 2024' 'Mon Jan 15 10:00:00 UTC 2024' '15-Jan-2024' '2024/01/05 10:20' 'Feb 30 2024'; do date -u -d "$d" '+%F %T' 2>/dev/null || echo bad; done
