# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
cat > package.json <<'J'
{"name":"app","version":"1.0.0","dependencies":{"two":"^1.0.0"},"devDependencies":{"old":"*"}}
J
npm install --silent
try npm ls --json
try npm ls --all --json
try npm ls zero --json
try npm ls nothing --json
try npm ls --json --depth=0
