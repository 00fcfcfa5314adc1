# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
cat > package.json <<'J'
{
  "name": "app",
  "version": "1.0.0",
  "scripts": { "a": "b" },
  "keywords": ["x", "y"],
  "contributors": [{ "name": "ann" }]
}
J
try npm pkg get
try npm pkg get name
try npm pkg get name version
try npm pkg get scripts
try npm pkg get scripts.a
try npm pkg get 'keywords[1]'
try npm pkg get 'contributors[0].name'
try npm pkg get contributors.name
try npm pkg get none
try npm pkg set description='a thing' scripts.test='node t.js'
try npm pkg set 'keywords[]=z' 'contributors[1].name=bob'
try npm pkg set private=true --json
try npm pkg set 'engines={"node":">=18"}' --json
try npm pkg set 'dependencies.@scope/four=^4'
try npm pkg set 'exports[.]=./index.js'
cat package.json
try npm pkg delete scripts.a 'keywords[0]' none
cat package.json
for words in "set" "set noequals" "delete" "nonsense"; do
  npm pkg $words > /dev/null 2>&1; echo "pkg $words: $?"
done
