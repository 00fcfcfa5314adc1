# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
npm view tool --json | node -e '
const o = JSON.parse(require("fs").readFileSync(0, "utf8"));
for (const k of ["name", "version", "description", "license", "bin", "dist-tags", "versions", "maintainers", "repository", "engines"]) console.log(k, JSON.stringify(o[k]));
console.log(typeof o.dist, typeof o.time);
'
npm view one name version license dependencies --json
npm view nope --json 2>/dev/null | node -e 'const o = JSON.parse(require("fs").readFileSync(0, "utf8")); console.log(o.error.code)'
