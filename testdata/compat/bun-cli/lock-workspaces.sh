# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
mkdir -p packages/a packages/b
echo '{"name":"root","workspaces":{"packages":["packages/*"],"catalog":{"zero":"^1.0.0"},"catalogs":{"old":{"one":"1.0.0"}}},"dependencies":{"zero":"catalog:"}}' > package.json
echo '{"name":"a","version":"1.0.0","bin":"cli.js","dependencies":{"one":"catalog:old","b":"workspace:*"}}' > packages/a/package.json
echo '{"name":"b","version":"2.0.0","dependencies":{"two":"1.0.0"},"devDependencies":{"tool":"*"},"peerDependencies":{"host":"*"},"optionalDependencies":{"extra":"*"}}' > packages/b/package.json
touch packages/a/cli.js
bun install --silent --linker hoisted
cat bun.lock
ls node_modules packages/*/node_modules 2>/dev/null
cat node_modules/zero/package.json; echo; cat node_modules/one/package.json
bun install --frozen-lockfile --silent --linker hoisted; echo "[$?]"
