# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","dependencies":{"one":"^1.0.0"}}' > package.json
bun install --silent
echo '{"name":"app","dependencies":{"one":"^1.0.0","zero":"2.0.0"}}' > package.json
bun install --frozen-lockfile > /dev/null 2>&1; echo "added: $?"
bun ci > /dev/null 2>&1; echo "ci: $?"
echo '{"name":"app","dependencies":{"one":"1.2.0"}}' > package.json
bun install --frozen-lockfile > /dev/null 2>&1; echo "changed: $?"
echo '{"name":"app"}' > package.json
bun install --frozen-lockfile > /dev/null 2>&1; echo "removed: $?"
echo '{"name":"app","dependencies":{"one":"^1.0.0"}}' > package.json
bun install --frozen-lockfile > /dev/null 2>&1; echo "same: $?"
echo '{"name":"app","dependencies":{"one":"^1.2.0"}}' > package.json
bun install --silent; bun pm ls
rm bun.lock; bun install --frozen-lockfile > /dev/null 2>&1; echo "none: $?"
