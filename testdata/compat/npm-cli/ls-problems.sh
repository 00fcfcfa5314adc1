# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
cat > package.json <<'J'
{"name":"app","version":"1.0.0","dependencies":{"two":"^1.0.0","one":"^1.0.0"}}
J
npm install --silent
npm pkg set dependencies.one=^9 dependencies.pre=^1
mkdir -p node_modules/stray && echo '{"name":"stray","version":"0.1.0"}' > node_modules/stray/package.json
try npm ls
try npm ls --json
rm -r node_modules package-lock.json
try npm ls
echo '{"name":"none"}' > package.json
try npm ls
