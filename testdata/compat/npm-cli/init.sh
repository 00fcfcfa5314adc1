# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
mkdir my-app && cd my-app
try npm init -y
cat package.json
npm pkg set dependencies.zero=1.0.0 version=3.0.0
try npm init --yes
cat package.json
cd .. && mkdir other && cd other
touch index.js server.js
echo '# Other things' > README.md
npm init -y --init-version=0.1.0 --init-license=MIT --init-author-name=Ann >/dev/null
cat package.json
mkdir test; rm package.json; echo '/' > lib.js
npm init -y > /dev/null && cat package.json
cd .. && mkdir ws && cd ws && echo '{"name":"ws"}' > package.json
npm init -y -w packages/a > /dev/null; echo "[$?]"
cat package.json packages/a/package.json
mkdir '../Bad Name' && cd '../Bad Name' && npm init -y > /dev/null 2>&1; echo "[$?]"
cat package.json 2>/dev/null | head -3
