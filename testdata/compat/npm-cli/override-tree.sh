# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","version":"1.0.0","dependencies":{"two":"2.0.0","plugin":"1.0.0","bundler":"1.0.0","extra":"1.0.0","ring-a":"1.0.0","maybe":"1.0.0","other":"npm:zero@1.1.0"},"overrides":{"one":{"zero":"1.0.1"},"two":{"zero":"2.0.0"}}}' > package.json
npm install --silent; echo "[$?]"
npm ls --all
cat package-lock.json
rm -r node_modules; npm ci --silent; npm ls --all
find node_modules -name package.json | sort
