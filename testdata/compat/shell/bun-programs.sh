# ref: bash
echo 'console.log("ts", (1 as number) + 1)' > a.ts; bun a.ts; bun run a.ts; bun -e 'console.log("eval")'; echo 'console.log("stdin")' | bun run -; bun -p '1+2'
cat > package.json <<'EOF'
{"name":"p","scripts":{"hi":"echo hi from script","args":"echo args:","fail":"exit 3","chain":"echo a && echo b | tr b c","prehi":"echo pre"}}
EOF
bun run hi 2>/dev/null; bun run --silent args x y; bun run fail 2>/dev/null; echo $?; bun run chain 2>/dev/null; bun run nosuch 2>/dev/null; echo $?; bun missing.ts 2>/dev/null; echo $?
cat > b.tsx <<'EOF'
const el = (x: string): string => `<${x}>`; console.log(el("t"), process.argv.length, Bun.argv.length);
EOF
bun b.tsx q; bun --version | grep -c '\.'; echo '{"k":5}' > d.json; bun -e 'import d from "./d.json"; console.log(d.k)'; echo in | bun -e 'console.log((await Bun.stdin.text()).trim())'; bun -e 'console.log(await Bun.file("d.json").json())'; bun a.ts | cat; bun -e 'process.exit(4)'; echo $?
