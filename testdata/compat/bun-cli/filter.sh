# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
mkdir -p packages/a packages/b packages/c
echo '{"name":"root","workspaces":["packages/*"],"scripts":{"hi":"echo hi root"}}' > package.json
echo '{"name":"a","version":"1.0.0","dependencies":{"@s/b":"workspace:*"},"scripts":{"hi":"echo hi a","bad":"exit 3"}}' > packages/a/package.json
echo '{"name":"@s/b","version":"1.0.0","dependencies":{"c":"workspace:*"},"scripts":{"prehi":"echo before","hi":"echo hi b; echo more"}}' > packages/b/package.json
echo '{"name":"c","version":"1.0.0","scripts":{"hi":"echo hi c","only":"echo only $0","args":"echo args"}}' > packages/c/package.json
bun install --silent
try bun run --filter a hi
try bun run --filter '*' hi
try bun run --filter='@s/*' hi
try bun --filter './packages/c' hi
try bun run -F c hi
try bun run --filter a bad
try bun --filter '*' args x y
try bun --filter nope hi
try bun --filter '*' nothing
try bun run --filter '!a' hi
try bun run --workspaces only --if-present
