# Real Node is the reference.
# ref: bash
try() { echo "\$ $*"; "$@" 2>/dev/null; s=$?; [ $s = 0 ] || echo "[$s]"; }
mkdir -p test sub
echo 'require("node:test")("a", () => {})' > a.test.js
echo 'import test from "node:test"; test("b", () => {})' > sub/b.test.mjs
echo 'require("node:test")("c", () => {})' > test/c.js
echo 'require("node:test")("d", () => { throw new Error("no") })' > d.js
summary() { grep -E '^# (tests|pass|fail|skipped)'; }
node --test --test-reporter=tap | summary
node --test --test-reporter=tap a.test.js | summary
node --test --test-reporter=tap d.js > out.txt; echo "[$?]"; summary < out.txt
node --test --test-reporter=tap --test-name-pattern=a | grep -E '^# pass'
