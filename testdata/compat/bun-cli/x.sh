# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","dependencies":{"tool":"1.0.0"}}' > package.json
bun install --silent
try bun x tool a b
try bun x tool --flag
try bun x tool-two
try bun x --package tool tool-two x
try bun x -p tool@1.0.0 tool y
try bun run tool z
rm -r node_modules package.json bun.lock
bun x zero > /dev/null 2>&1; echo "[$?]"
bun x nope > /dev/null 2>&1; echo "[$?]"
