# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
mkdir app && cd app && bun init -y > /dev/null 2>&1; echo "[$?]"
for f in package.json tsconfig.json index.ts .gitignore README.md; do echo "== $f"; cat $f; done
bun index.ts
bun init -y; echo "[$?]"
mkdir ../min && cd ../min && bun init -m > /dev/null 2>&1; echo "[$?]"
ls -A
