# Options of tools that are seldom, and used.
printf 'k v\n1 a\n2 b\n4 d\n' > a; printf 'k w\n1 x\n2 y\n3 z\n' > b; join --header a b; join --header -a1 -a2 -o auto -e- a b
join -a1 -a2 -o auto -e NULL <(tail -n+2 a) <(tail -n+2 b); comm --total <(printf 'a\nb\n') <(printf 'b\nc\n'); comm --total -3 --output-delimiter=, <(printf 'a\nb\n') <(printf 'b\nc\n')
printf abc > f; stat -c '%5s|%-5s|%05s|%10n|%.2n|%4a' f; chmod 640 f; chmod o=g f; stat -c %a f; chmod g=u,o-r f; stat -c %a f; chmod o=u f; stat -c %a f
mkdir -p d/sub d/zub; touch d/a d/b~ d/.h 'd/c"q' d/yy; ls --group-directories-first d; ls -r --group-directories-first d; ls -I 'a' -I '*u*' d; ls -B d; ls --hide='a*' d; ls -a --hide='a*' d | wc -l; ls -Q d
echo 'a END b' | xargs -E END echo; echo 'a b' | xargs -E END echo; ln -s d/a l; find . -lname 'd/*'; find . -newer f -name nothing; find d -ilname 'X*'
realpath --relative-base=/workspace/d d/a f; realpath --relative-base=/workspace d/a /tmp
