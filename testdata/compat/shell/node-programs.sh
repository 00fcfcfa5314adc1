node -e 'console.log(1+1)'; node -p '[1,2].map(x=>x*2).join()'; echo 'console.log("stdin prog")' | node; echo 'console.log("dash", process.argv.length)' | node - a b
cat > a.js <<'EOF'
console.log('args', process.argv.slice(2).join());
console.error('to stderr');
process.exitCode = Number(process.argv[2] || 0);
EOF
node a.js 0 x; echo $?; node a.js 3 2>/dev/null; echo $?; node a.js 2>&1 >/dev/null
cat > up.js <<'EOF'
let s=''; process.stdin.on('data', d => s += d); process.stdin.on('end', () => process.stdout.write(s.toUpperCase()));
EOF
echo shout | node up.js; echo shout | node up.js | node up.js | rev; node up.js <<< "here"; node up.js < a.js | head -1
V=env node -e 'console.log(process.env.V)'; export W=exp; node -p 'process.env.W'; mkdir sub; (cd sub; node -p 'require("path").basename(process.cwd())')
node -e 'process.exit(5)'; echo $?; node -e 'throw new Error("x")' 2>/dev/null; echo $?; node missing.js 2>/dev/null; echo $?
node -e 'require("fs").writeFileSync("w.txt","from node\n")'; cat w.txt; echo shell > s.txt; node -p 'require("fs").readFileSync("s.txt","utf8").trim()'
x=$(node -p '6*7'); echo "x=$x"; node -e 'console.log("a\nb\nc")' | grep b; for i in 1 2 3; do node -p "$i*$i"; done | paste -sd' '
node --version | grep -c '^v'; node -e 'console.log(process.argv.length)' a b; node --input-type=module -e 'console.log(typeof import.meta.url)'; node -pe '"pe"'; node -e 'for (let i=0;i<3;i++) console.log(i)' | tail -1
node -e 'console.log(JSON.stringify({a:[1,2]}))' | jq -c .a; node -e 'setTimeout(()=>console.log("later"),10); console.log("now")'; node -e '1' && echo ok; node -e 'process.exit(1)' || echo failed
if node -e 'process.exit(0)'; then echo cond; fi; printf '1\n2\n' | while read n; do node -p "$n+1" </dev/null; done
