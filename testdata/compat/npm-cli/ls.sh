# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
cat > package.json <<'J'
{"name":"app","version":"1.0.0","dependencies":{"three":"^1.0.0","@scope/four":"^4.0.0"},"devDependencies":{"tool":"*"},"optionalDependencies":{"extra":"1.0.0"}}
J
npm install --silent
try npm ls
try npm ls --all
try npm ls --depth=1
try npm ls --depth 0
try npm ls zero
try npm ls two
try npm ls nothing
try npm ls --omit=dev --depth=0
try npm ls --parseable
try npm ls -p --all
try npm list zero@2
