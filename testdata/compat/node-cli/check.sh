# Real Node is the reference.
# ref: bash
try() { echo "\$ $*"; "$@" 2>/dev/null; s=$?; [ $s = 0 ] || echo "[$s]"; }
echo 'console.log("ran")' > good.js
echo 'let x = ;' > bad.js
echo 'import "./good.js"; await 1; export {}; console.log("ran")' > good.mjs
echo 'export let a = 1; export let a = 2' > bad.mjs
echo 'return 1' > good.cjs
echo 'await 1' > bad.cjs
echo '#!/usr/bin/env node' > hash.js
for f in good.js bad.js good.mjs bad.mjs good.cjs bad.cjs hash.js nothing.js; do
  try node --check $f
done
try node -c good.js
