# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","version":"1.0.0","dependencies":{"one":"^1.0.0"},"devDependencies":{"old":"1.0.0"}}' > package.json
npm ci > /dev/null 2>&1; echo "no lock: $?"
npm install --silent
mkdir node_modules/stray && touch node_modules/stray/x
npm ci --silent; echo "ci: $?"
ls node_modules
npm ci --silent --omit=dev; ls node_modules
npm pkg set dependencies.zero=^2.0.0
npm ci > /dev/null 2>&1; echo "contradicts: $?"
npm pkg set dependencies.zero=^1.0.0
npm ci > /dev/null 2>&1; echo "added: $?"
npm pkg delete dependencies.zero
npm pkg set dependencies.one=^9.0.0
npm ci > /dev/null 2>&1; echo "contradicts: $?"
npm pkg delete dependencies.one
npm ci > /dev/null 2>&1; echo "removed: $?"
npm pkg set dependencies.one=1.2.3
npm ci --silent; echo "narrower: $?"
npm ci one > /dev/null 2>&1; echo "with a name: $?"
cat node_modules/one/package.json
