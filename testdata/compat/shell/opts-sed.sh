printf 'name: old\nversion: 1.2.3\n# comment\n\nlast line\n' > f; cp f g; cp f h
sed -i -E 's/version: ([0-9]+)\.([0-9]+)\.([0-9]+)/version: \1.\2.99/' f; cat f
sed -i.bak 's/old/new/g' g; cat g; cat g.bak | head -n 1; sed -n '2p' f; sed -n '/name/,/comment/p' f; sed '/^#/d;/^$/d' f
sed -n '$p' f; sed '1d' f | head -n 1; sed '2,3d' f; sed '$!d' f; sed -n '1~2p' f; sed '1!G;h;$!d' f
sed 's/[aeiou]/<&>/2' f | head -n 1; sed 's/E/x/I' f | head -n 1; sed 's|/|_|g' <<< a/b/c; sed 's/a/b/gw out' <<< aaa; cat out
sed -e 's/a/1/' -e 's/b/2/' <<< 'ab'; sed --expression='s/x/y/' <<< x; printf 's/a/z/\np\n' > s.sed; sed -n -f s.sed <<< a
sed '/name/a\after line' f | head -n 2; sed '/name/i before' f | head -n 2; sed '2c\changed' f | sed -n 2p; sed 'y/abc/xyz/' <<< aabbcc
sed -E 's/(\w+) (\w+)/\2 \1/' <<< 'hello world'; sed -E 's/^.{2}//' <<< abcdef; sed 's/\bfoo\b/bar/g' <<< 'foo foobar foo'; sed -E 's/a|b/X/g' <<< abc; sed 's/\(a\)\(b\)/\2\1/' <<< ab
sed 's/.*/\U&/' <<< abc; sed -E 's/(^|_)([a-z])/\U\2/g' <<< snake_case_name; sed -E 's/([A-Z])/_\L\1/g' <<< camelCaseName; sed 's/\w\+/\u&/g' <<< 'two words'
sed ':a;N;$!ba;s/\n/,/g' <<< $'1\n2\n3'; sed -z 's/\n/;/g' <<< $'1\n2'; sed = <<< $'a\nb' | sed 'N;s/\n/: /'; sed 'N;P;D' <<< $'1\n2\n3'
sed -n '/start/,/end/{//!p}' <<< $'a\nstart\nin1\nin2\nend\nb'; sed '/x/,+1d' <<< $'1\nx\n2\n3'; sed '0,/a/s//b/' <<< $'a\na'; sed -n '2{p;q}' <<< $'1\n2\n3'; sed '3q' <<< $'1\n2\n3\n4'; sed 2q5 <<< $'1\n2\n3'; echo $?
sed -s -n '1p' f g; sed -n '1p' f g; sed -i '1i header' h; head -n 2 h; sed -i '$a footer' h; tail -n 1 h; sed -i -e '/comment/d' -e 's/1/one/' h; cat h; sed -i 's/zzz/y/' missing 2>/dev/null; echo $?
sed 's/a\nb/X/' <<< ab; sed 's/\t/TAB/' <<< $'a\tb'; sed 's/x/a\nb/' <<< x; sed "s/'/\"/g" <<< "it's"; sed 's/\./-/g;s/\*/+/' <<< 'a.b*c'; sed -E 's/\(x\)/y/' <<< '(x)'; sed 's#http://#https://#' <<< http://a.b
sed -E 's/([0-9]{4})-([0-9]{2})-([0-9]{2})/\3.\2.\1/' <<< 2024-03-15; sed -n 's/.*"version": "\(.*\)".*/\1/p' <<< '  "version": "1.0.0",'; sed -E '/^(a|b)$/!d' <<< $'a\nc\nb'; sed -n '/a/!p' <<< $'a\nb'; sed 's/^[ \t]*//;s/[ \t]*$//' <<< '   trim  '; sed 's/bad(/x/' <<< 'bad('; sed 's/[/x/' <<< '[' 2>/dev/null; echo $?; sed -n l <<< $'a\tb\\'; sed --debug -n p /dev/null 2>/dev/null | head -n 0; sed -u p <<< u; sed 's/a/b/;T;s/b/c/' <<< a; sed 'r g' /dev/null; sed '$r out' <<< end; sed '/x/w w.txt' <<< x; cat w.txt; sed 's/o/0/3g' <<< oooooo; sed -E 's/(a)(b)?/[\1\2]/g' <<< 'aab'; sed 's/$/!/' <<< hi; sed 's/^/> /' f | head -n 1; sed '/^$/N;/\n$/D' <<< $'a\n\n\n\nb'; sed '5,$d' f | wc -l; sed '$d' f | wc -l; sed -n '$=' f; sed -e :a -e 's/^.\{1,5\}$/ &/;ta' <<< abc
