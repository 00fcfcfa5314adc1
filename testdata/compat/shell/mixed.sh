mkdir src; for i in 1 2 3; do echo "export const v$i = $i;" > src/m$i.js; done
grep -rh 'const' src | sort | sed 's/export //' ; find src -name '*.js' | wc -l; cat src/*.js | wc -l
for f in src/*.js; do b=$(basename "$f" .js); echo "$b -> $(cut -d' ' -f5 "$f" | tr -d ';')"; done
[ -d src ] && { cd src; ls | head -1; cd ..; }
tar czf s.tgz src && rm -r src && tar xzf s.tgz && ls src
result=$(cat <<EOF | sort -n | head -1
3
1
2
EOF
); echo $result
(cd src && for f in *; do mv "$f" "${f%.js}.mjs"; done); ls src
a=(src/*); echo ${#a[@]} "${a[0]}"; cmp src/m1.mjs src/m1.mjs && echo same
printf '%s\n' src/* | xargs -I{} sh -c 'echo "$(basename {}) $(wc -c < {})"'
echo '{"a":[1,2,3]}' | jq -r '.a[]' | while read -r n; do echo $((n*10)); done | paste -sd,
seq 10 | sed -n '3,5p' | tac | nl | tr -s ' \t' ' '; n=$(seq 10 | wc -l); echo "n=$n"
f() { local IFS=-; echo "$*"; }; f a b c; g() { "$@"; }; g echo passed "a  b"; cmd="echo dyn"; $cmd x; eval "$cmd" y
x=5; [ "$x" -gt 3 ] && [ "$x" -lt 10 ] && echo between || echo out; ((x%2)) && echo odd
{ echo 1; sleep 0.01; echo 2; } | while read n; do echo "got $n"; done; true && { false || echo nested; }
test "$(echo hi)" = hi && echo eq; [ "$(printf 'a\n\n')" = a ] && echo stripped; export P=1; (unset P; echo "${P-none}"); echo $P
if grep -q v1 src/m1.mjs && ! grep -q v9 src/m1.mjs; then echo found; fi; : ${DEF:=val}; echo $DEF; echo $((0x10 + 010 + 10))
exec > log.txt; echo logged; exec > /dev/stderr; cat log.txt >&2; exit 3
