# Real npm is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
try() { echo "\$ $*"; "$@" 2>&1 | grep -v -e "complete log" -e "debug-0.log"; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
echo '{"name":"app","version":"1.0.0","dependencies":{"one":"1.0.0"},"devDependencies":{"old":"1.0.0"}}' > package.json
npm install --silent
mkdir -p node_modules/stray && echo '{"name":"stray","version":"0.1.0"}' > node_modules/stray/package.json
npm prune > out.txt; echo "[$?]"; sed 's/ in .*//' out.txt
ls node_modules
npm prune --omit=dev --silent; ls node_modules
npm install --silent; ls node_modules
npm prune --production --silent; ls node_modules
npm prune --json --omit=dev | node -e 'const o = JSON.parse(require("fs").readFileSync(0, "utf8")); console.log(o.added, o.removed, o.changed)'
grep -c '"node_modules/old"' package-lock.json
