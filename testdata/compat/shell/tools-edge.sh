# The last line of a file without an end, words that begin with one letter, versions.
printf 'a\nb\nlast' > f; for s in '$a\end' '$!N;P;D' -n\ '$p' -n\ '1~2p' '1!G;h;$!d' p '$i\in' '$c\ch' 's/last/x/p' '$r f' = G x '$!d' '$s/$/\n/' 'N;N;s/\n/,/g' '$!{h;d};x;G' 'n;p' -s\ '$a\z' '2q' l 'w out'; do case $s in -*) sed ${s%% *} "${s#* }" f f;; *) sed "$s" f;; esac | od -An -c | tr -d ' \n'; echo; done
cp f g; sed -i '$a\end' g; od -An -c g; sed -n '$p' f > h; wc -c < h; sed p f f | tail -c 5 | od -An -c; cat out | od -An -c
grep -on '\<a' f; grep -c '\<l' f; echo 'a ab ba' | grep -o '\<a'; echo 'a ab ba' | sed 's/\<a/X/g; s/a\>/Y/'; echo "x a" | grep -w '\<a'
printf '%s\n' 1e2 1.5:a v1.10 v1.9 v1.9-rc1 v1.9~b a.tar.gz a.tgz a1.tar.gz a10.tar.gz a2.tar.gz .hid . .. '' B a _z '  lead' 007 7 07 1.0.0-alpha 1.0.0 1.0.0-beta.2 1.0.0-beta.11 foo-1.2 foo-1.10 foo 'x y' 10 9 | sort -V
printf '%s\n' 1:b 10:a 9:c 1.10:z 1.9:y | sort -t: -k1,1V -r; touch f1 f10 f2 f02; ls -v f?*
