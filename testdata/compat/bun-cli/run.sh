# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","scripts":{"hi":"echo hi","prehi":"echo before","args":"echo args","fail":"exit 7","env":"echo $npm_lifecycle_event $npm_package_name","test":"echo t"}}' > package.json
bun run | sed -n '/^package.json scripts/,$p'
try bun run hi
try bun hi
try bun run --silent hi
try bun run args a 'b c'
try bun run args -- a --flag
try bun run fail
try bun run env
try bun run nothing
try bun run --if-present nothing
try bun run test
echo 'console.log(process.argv.slice(2))' > file.ts
try bun run file.ts a --b
try bun run ./file.ts
try bun run file
try bun -e 'console.log(1 as number)'
try bun -p '1 + 1'
try bun --print '[1,2]'
echo 'console.log("stdin")' | bun run -
