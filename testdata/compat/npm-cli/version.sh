# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","version":"1.2.3","scripts":{"preversion":"echo pre $npm_package_version","version":"echo now $npm_package_version","postversion":"echo post"}}' > package.json
try npm version patch
try npm version minor --no-git-tag-version
try npm version major --silent
try npm version 4.0.0-rc.1
try npm version prerelease
try npm version prerelease --preid=beta
try npm version prepatch
try npm version preminor --preid alpha
try npm version premajor
try npm version 1.0.0
try npm version 1.0.0
try npm version 1.0.0 --allow-same-version
try npm version nonsense
try npm version v2.0.0
cat package.json
echo '{"name":"app","dependencies":{"zero":"1.0.0"},"version":"1.0.0"}' > package.json
npm install --silent --package-lock-only
npm version patch
head -8 package-lock.json
