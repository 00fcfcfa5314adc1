# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","dependencies":{"one":"^1.0.0","@scope/four":"^4.0.0"},"devDependencies":{"tool":"*"}}' > package.json
bun install --silent
cat bun.lock
bun install --frozen-lockfile --silent; echo "[$?]"
rm -r node_modules; bun ci --silent; ls node_modules node_modules/.bin
