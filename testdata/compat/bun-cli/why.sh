# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","dependencies":{"three":"1.0.0","zero":"^1.0.0"},"devDependencies":{"tool":"*"}}' > package.json
bun install --silent
try bun why zero
try bun why one
try bun pm why two
try bun why tool
try bun why nothing
try bun why 'z*'
try bun why zero --top
try bun why zero --depth 1
