# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
cat > package.json <<'J'
{"name":"app","version":"1.0.0","dependencies":{"three":"^1.0.0","@scope/four":"^4.0.0"},"devDependencies":{"tool":"*"},"optionalDependencies":{"plugin":"1.0.0"}}
J
npm install --silent
try npm explain one
try npm explain zero
try npm why tool
try npm explain @scope/four
try npm explain host
try npm explain node_modules/zero
try npm explain zero@2
try npm explain nothing
try npm explain one --json
