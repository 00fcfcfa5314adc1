# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","version":"1.0.0","dependencies":{"zero":"1.0.0","one":"1.0.0"}}' > package.json
npm install --silent
npm pkg set dependencies.zero=^1.0.0 dependencies.one=^1.0.0
npm update --silent; echo "[$?]"
npm ls
grep -A 6 '^  "dependencies\|^  "packages' package-lock.json | head -12
npm pkg set dependencies.zero='*'
npm update zero --silent
npm ls zero
npm update --save --silent
cat package.json
npm up --silent nothing; echo "[$?]"
