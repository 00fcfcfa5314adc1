# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","version":"1.0.0"}' > package.json
npm install --silent zero one@1.0.0 pre@beta alias@npm:zero@1.0.0
cat package.json
npm install -D --silent tool; npm i -O --silent extra; npm i -E --silent two
cat package.json
npm install --silent --no-save three; ls node_modules
npm uninstall --silent alias pre; npm rm -S one --silent
cat package.json
npm i -P --silent tool; cat package.json
npm i --silent @scope/four@'>=4 <4.1'; npm pkg get dependencies
npm i nope > /dev/null 2>&1; echo "[$?]"
npm i zero@9 > /dev/null 2>&1; echo "[$?]"
npm pkg get dependencies
cat package-lock.json
