# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","dependencies":{"plugin":"1.0.0","maybe":"1.0.0","extra":"1.0.0","other":"npm:zero@1.1.0","bundler":"1.0.0","ring-a":"1.0.0"},"overrides":{"zero":"1.0.1"}}' > package.json
bun install --silent
cat bun.lock
ls node_modules
