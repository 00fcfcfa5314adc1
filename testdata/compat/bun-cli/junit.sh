# Real Bun is the reference; its registry is made up.
export npm_config_registry=$COMPAT_REGISTRY BUN_INSTALL_CACHE_DIR=$PWD/.cache
try() { echo "\$ $*"; "$@" 2>&1 | sed -E 's/ ?\[[0-9.]+m?s\]//'; s=${PIPESTATUS[0]}; [ $s = 0 ] || echo "[$s]"; }
mkdir sub
cat > a.test.ts <<'T'
import { describe, test, expect } from "bun:test";
test("top", () => expect(1).toBe(1));
describe("group <1>", () => {
  test("inner & outer", () => { expect(2).toBe(2); expect(3).toBe(3); });
  describe("deep", () => { test("fails", () => expect(1).toBe(2)); });
  test.skip("skipped", () => {});
  test.todo("later");
});
T
cat > sub/b.test.ts <<'T'
import { test, expect } from "bun:test";
test("b", () => {});
T
bun test --reporter=junit --reporter-outfile=out.xml > /dev/null 2>&1; echo "[$?]"
sed -E 's/ (time|hostname)="[^"]*"//g' out.xml
bun test --reporter=junit > /dev/null 2>err.txt; echo "[$?]"; cat err.txt | head -3
bun test --reporter=nonsense > /dev/null 2>err.txt; echo "[$?]"
bun test sub --reporter junit --reporter-outfile sub/out.xml > /dev/null 2>&1; echo "[$?]"
sed -E 's/ (time|hostname)="[^"]*"//g' sub/out.xml
