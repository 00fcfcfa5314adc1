# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
cat > package.json <<'J'
{"name":"app","version":"1.0.0","scripts":{"build":"echo building","prebuild":"echo before","postbuild":"echo after","args":"echo args:","fail":"exit 7","env":"echo $npm_lifecycle_event $npm_package_name $npm_package_version $npm_command","test":"echo testing","tool":"tool hi"},"dependencies":{"tool":"*"}}
J
npm install --silent
try npm run
try npm run --json
try npm run build
try npm run build --silent
try npm run args -- a "b c" '$HOME' -- d
try npm run args a b
try npm run fail
try npm run-script env --silent
try npm test
try npm t -- more
npm start > /dev/null 2>&1; echo "[$?]"
try npm stop
try npm run biuld
try npm run nothing --if-present
try npm run tool -s
try npm run build --ignore-scripts
echo 'console.log("served")' > server.js
try npm start
try npm restart
