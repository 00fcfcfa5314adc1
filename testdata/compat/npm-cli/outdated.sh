# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
cat > package.json <<'J'
{"name":"app","version":"1.0.0","dependencies":{"zero":"^1.0.0","one":"1.0.0","pre":"^1.0.0"},"devDependencies":{"two":"1.0.0"}}
J
npm install --silent
try npm outdated
try npm outdated --json
try npm outdated one
try npm outdated --parseable
try npm outdated pre
try npm outdated --all
npm install --silent zero@1.0.0
npm pkg set dependencies.zero=^1.0.0
try npm outdated --long
rm -r node_modules
try npm outdated
