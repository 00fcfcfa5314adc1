cat > f <<'EOF'
banana 3
apple 10
cherry 2
Apple 1
banana 3
EOF
sort f; sort -r f; sort -u f; sort -f f; sort -k2 f; sort -k2n f; sort -k2,2nr f; sort -n -k2 f; sort -t' ' -k1,1 -k2,2n f; printf '10\n9\n2\n1\n' | sort; printf '10\n9\n2\n-1\n1.5\n' | sort -n; printf '1K\n2M\n3\n' | sort -h; sort -c f 2>&1; echo $?; sort -b f | head -1; printf 'b\na\n' | sort -o out; cat out; sort -s -k1,1 f
printf 'v1.10\nv1.9\nv1.2\n' | sort -V; printf 'a:3\nb:1\n' | sort -t: -k2; sort f f | wc -l; sort nope 2>&1; echo $?; printf 'Mar\nJan\nFeb\n' | sort -M; printf 'x\0a\0' | sort -z | tr '\0' ' '; echo; printf '0x1\n1e2\n5\n' | sort -g; sort -k 1.2,1.3 f | head -2; printf '  b\n a\n' | sort -b; printf 'b\nB\na\nA\n' | sort -f; printf 'b\nB\na\nA\n' | sort; sort -ru f; sort --reverse --numeric-sort -k2 f | head -1; sort -d f | head -1; sort -m out out
sort f | uniq; sort f | uniq -c; sort f | uniq -d; sort f | uniq -u; sort -f f | uniq -i; printf 'a 1\nb 1\nc 2\n' | uniq -f1; printf 'xa\nya\n' | uniq -s1; printf 'ab\nac\n' | uniq -w1; uniq f | wc -l; printf 'a\na\nb\n' | uniq -c; printf 'a\na\nb\n' > u; uniq u o; cat o; printf 'a\na\nb\n' | uniq -D; uniq nope 2>&1; echo $?; printf 'a\nA\n' | uniq -ci
