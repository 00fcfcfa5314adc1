# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","dependencies":{"three":"1.0.0","zero":"^1.0.0"},"devDependencies":{"tool":"*"}}' > package.json
bun install --silent
try bun pm ls
try bun pm ls --all
try bun list
try bun pm bin
try bun pm cache
bun pm hash | head -c 20 | grep -c -E '^[0-9A-F]{16}-'
try bun pm hash-string
try bun pm pkg get name
try bun pm pkg set description=text
try bun pm pkg delete description
try bun pm version patch --no-git-tag-version
cat package.json
try bun pm untrusted
try bun pm whoami
bun pm nonsense > /dev/null 2>&1; echo "[$?]"
