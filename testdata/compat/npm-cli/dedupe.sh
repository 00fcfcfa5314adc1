# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","version":"1.0.0","dependencies":{"zero":"1.0.0","one":"1.2.3","two":"2.0.0"}}' > package.json
npm install --silent
npm ls --all
npm pkg set dependencies.zero=^1.0.0
npm dedupe --silent; echo "[$?]"
npm ls --all
npm pkg set dependencies.zero=^2.0.0
npm install --silent
npm ddp --silent
npm ls --all
npm dedupe --dry-run > out.txt; echo "[$?]"; sed 's/ in .*//' out.txt
