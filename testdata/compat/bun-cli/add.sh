# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app"}' > package.json
bun add --silent zero one@1.0.0 alias@npm:zero@1.0.0
cat package.json
bun add --silent -d tool; bun add --silent --optional extra; bun add --silent -E two; bun add --silent --peer host@1
cat package.json
bun remove --silent alias one
cat package.json
bun add nope 2>/dev/null; echo "[$?]"
bun add zero@9 2>/dev/null >/dev/null; echo "[$?]"
cat package.json bun.lock
ls
