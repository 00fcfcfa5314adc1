# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
printf '[test]\ntimeout = 50\nrerunEach = 2\npreload = ["./setup.ts"]\nroot = "tests"\n' > bunfig.toml
echo 'globalThis.ready = "ready"' > setup.ts
mkdir tests
cat > tests/a.test.ts <<'T'
import { test } from "bun:test";
test("a", () => { console.log(globalThis.ready); });
T
cat > out.test.ts <<'T'
import { test } from "bun:test";
test("out", () => { console.log("not in root"); });
T
bun test 2>/dev/null; echo "[$?]"
bun test --rerun-each 1 2>/dev/null; echo "[$?]"
printf '[test]\nonlyFailures = true\n' > bunfig.toml
bun test ./out.test.ts 2>&1 | grep -c '(pass)'
