printf '%s\n' 'alice 30 Berlin' 'bob 25 Paris' 'carol 41 Rome' '' 'dave 25 Oslo x y' > people
awk '{print $1}' people; awk '{ print $NF, NF, NR }' people; awk 'NR==2' people; awk 'NR>1 && NR<4 {print NR": "$0}' people
awk -F: '{print $1 "-" $3}' <<< 'a:b:c'; awk -F'[,;]' '{print $2}' <<< 'a,b;c'; awk -F '\t' '{print $2}' <<< $'x y\tz w'; awk -F '|' '{print $2}' <<< 'a|b|c'; awk -F. '{print $2}' <<< 'a.b.c'; awk -F', *' '{print $3}' <<< 'a,  b, c'; awk -F '' '{print NF, $2}' <<< abc
awk 'BEGIN{OFS="-"} {$1=$1; print}' <<< 'a b  c'; awk 'BEGIN{OFS=","} {print $1,$2}' <<< 'a b'; awk '{$2=""; print}' <<< 'a b c'; awk '{$5="e"; print; print NF}' <<< 'a b'; awk '{NF=2; print}' <<< 'a b c d'; awk '{$0="x y z"; print $2, NF}' <<< a; awk '{$3=$1+$2; print}' <<< '1 2'
awk '/a/' people; awk '!/a/ {print "no:" $0}' people; awk '/bob/,/dave/ {print FNR, $1}' people; awk '$2 == 25' people; awk '$2 > 26 {print $1}' people; awk '$1 ~ /^[bc]/ {print $1}' people; awk '$1 !~ /a/ && NF {print $1}' people; awk '$3 == "Rome" || $3 == "Oslo" {n++} END {print n}' people; awk 'NF' people | wc -l; awk 'NF==0 {print "empty", NR}' people; awk 'END {print NR, $1}' people; awk 'length > 14' people; awk 'length($0) < 1 {print "short"}' people
awk -v n=5 -v s='a\tb' 'BEGIN {print n * 2, s}'; awk 'BEGIN {printf "%d %5.2f|%-6s|%6s|%c%c|%x %o %e %g|%05d|%+d|%%\n", 42.9, 3.14159, "ab", "cd", 65, "hello", 255, 8, 12345.678, 0.0001, 42, 7}'; awk 'BEGIN {printf "%s %s %s\n", "a", "b", "c"; printf("%*d|%-*d|\n", 5, 42, 5, 42); printf "%i %.3s|%5.1s|\n", "12abc", "abcdef", "xyz"}'
awk 'BEGIN {print 1/3, 1e6, 1e20, 100000 * 100000, 0.1 + 0.2, 3.0, -0, 1e-5, 2^10, 2**3, 7 % 3, -7 % 3, 17 / 4}'; awk 'BEGIN {OFMT="%.2f"; CONVFMT="%.3f"; x = 3.14159; print x; y = x ""; print y; print 3.0 ""}'
awk 'BEGIN {x = 5; x += 3; x -= 1; x *= 2; x /= 7; x ^= 3; x %= 5; print x; print x++ + ++x, x--, --x; print -x, +x, !x, !0, !"", !"a"; print 1 == 1.0, "a" < "b", 10 < 9, "10" < "9", "abc" < 1, 1 - 1 ? "t" : "f"; print 1 " " 2 + 3 "x"; print (1, 2) in a, 2 in a; print 1 > 2 ? "x" : "y"}' ; ls -1 2 2>/dev/null; cat 2 2>/dev/null; rm -f 2
awk '{print ($1 == $2), ($1 < $2)}' <<< '10 9.0'; awk '{print ($1 == 10)}' <<< '10.0'; awk '{print ($1 == "10")}' <<< '10.0'; awk '{if ($1) print "true"; else print "false"}' <<< '0'; awk '{if ($1) print "true"; else print "false"}' <<< 'a'; awk '{if ($2) print "true"; else print "false"}' <<< 'a'; awk 'BEGIN {if (!(u)) print "unset"; print u + 0, length(u), u == 0, u == ""}'; awk '{print $1 + 1, "0x1A" + 0, "1e3x" + 0, " 12 " + 0, "+5" + 0, ".5." + 0, "-" + 0}' <<< '3abc'
awk 'BEGIN {while (i < 3) {i++; if (i == 2) continue; print "w" i}; do {j++} while (j < 5); print j; for (k = 0; k < 10; k++) {if (k == 4) break}; print k; for (;;) {if (++z > 2) break}; print z}'; awk 'BEGIN { if (1) ; else print "x"; if (0) print "y"; else if (1) { print "z" } }'
awk '
# a comment
BEGIN { FS = ":" ; total = 0 }   # another
$2 > 1 {
  total += $2
  print $1,
        $2
}
END {
  print "total " total; print "avg", total / 2
}' <<< $'a:1\nb:2\nc:3'
awk 'BEGIN { print length("héllo"), toupper("abcé"), substr("hello", 2, 3), index("foobar", "bar") }'; awk 'BEGIN { print "a" "b" > "/dev/stdout"; print "err" > "/dev/stderr" }' 2>/dev/null; awk 'BEGIN { print "x\ty\\z\"q\/s\101\x41" }'; awk "BEGIN { print \"it's\" }"; awk 'BEGIN{print substr("hello",0), substr("hello",-1,3), substr("hello",2), substr("hello",4,100), substr("hello",1.5,1.5) "|"}'
awk 'BEGIN { exit 3 } END { print "end runs" }'; echo $?; awk '{ exit } END { print "r" NR }' people; awk 'BEGIN { exit 1; print "no" }'; echo $?; awk '{ next; print "no" } END { print "done" }' people; awk 'BEGIN { print; print NR }' < /dev/null | od -An -c | tr -s ' '; awk 'BEGIN { getline; print "got " $0 }' <<< line
awk 'NR%2' people; awk 'NR==1{next} {print}' people; awk 'NR==1, NR==2' people; awk '$1=="bob"{f=1} f' people; awk 'f; /bob/{f=1}' people; awk '1' people | head -1; awk 0 people; awk '"a"' people | head -1; awk 'BEGIN{RS=";"} {print NR": "$0}' <<< 'a;b;c'; awk 'BEGIN{RS=""; FS="\n"} {print NR": "$1"|"$2}' <<< $'\na\nb\n\n\nc\nd'; awk 'BEGIN{ORS=";"} 1' <<< $'a\nb'; echo; awk -v RS='[0-9]' '{print}' <<< 'a1b2c'; awk 'BEGIN{RS="\n\n"}{print NR,$0}' <<< $'a\nb\n\nc'
