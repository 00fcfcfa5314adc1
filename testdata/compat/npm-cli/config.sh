# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","version":"1.0.0"}' > package.json
printf 'save-exact=true\n@scope:registry=http://scoped.example/\n; a comment\ntag = next\n' > .npmrc
try npm config get registry
try npm config get save-exact
try npm config get tag
try npm config get @scope:registry
try npm config get nothing
try npm config get save-exact tag
try npm get omit
try npm config set save-prefix='~' --location=project
try npm config get save-prefix
try npm config set fund true --location project
cat .npmrc
try npm config delete tag --location=project
cat .npmrc
try npm root
try npm prefix
mkdir -p sub/deep && cd sub/deep && try npm prefix && try npm root
try npm config get save-prefix
npm config get //registry.example/:_authToken >/dev/null 2>&1; echo "[$?]"
