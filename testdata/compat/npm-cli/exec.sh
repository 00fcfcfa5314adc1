# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","version":"1.0.0","dependencies":{"tool":"1.0.0"}}' > package.json
npm install --silent
try npx tool a b
try npm exec tool -- a --flag b
try npm exec -- tool x
try npm x tool y
try npx tool-two --flag
try npx -c 'tool one && tool "$npm_package_name"'
try npm exec -c 'tool-two'
try npx --no tool z
rm -r node_modules && echo '{"name":"app"}' > package.json && rm package-lock.json
try npx --yes tool fetched
try npx -y -p tool tool-two again
try npx --package=tool@1.0.0 -y -- tool third
npx --no tool 2>/dev/null; echo "[$?]"
npx -y zero 2>/dev/null; echo "[$?]"
ls
