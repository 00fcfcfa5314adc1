# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","dependencies":{"one":"1.0.0","zero":"^1.0.0"},"devDependencies":{"two":"1.0.0","pre":"1.0.0"}}' > package.json
bun install --silent
try bun outdated
try bun outdated one
try bun outdated 'z*'
try bun outdated nothing
echo '{"name":"app","dependencies":{"one":"1.2.3"}}' > package.json
bun install --silent
try bun outdated
