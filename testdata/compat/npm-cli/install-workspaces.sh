# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
mkdir -p packages/a packages/b
echo '{"name":"root","version":"1.0.0","workspaces":["packages/*"],"dependencies":{"zero":"^2.0.0"}}' > package.json
echo '{"name":"a","version":"1.0.0","dependencies":{"one":"^1.0.0","b":"*"}}' > packages/a/package.json
echo '{"name":"b","version":"2.0.0","dependencies":{"two":"1.0.0"},"devDependencies":{"old":"*"}}' > packages/b/package.json
npm install --silent; echo "[$?]"
npm ls
npm ls --all
npm ls -w a
npm ls zero -w b
npm explain zero | head -20
rm -r node_modules packages/*/node_modules
npm ci --silent -w a; ls node_modules packages/*/node_modules 2>/dev/null
rm -rf node_modules packages/*/node_modules
npm install --silent -w b; ls node_modules
npm pkg get name -w a -w b
npm pkg set license=MIT --workspaces; cat packages/a/package.json
npm pkg get version -ws
npm exec -w a -c 'pwd'
npm run -ws
cat package-lock.json
