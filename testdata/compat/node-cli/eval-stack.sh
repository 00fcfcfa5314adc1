# Where an error is, in a program that is no file.
# ref: bash
node -e 'function f() { throw new Error("x") }
try { f() } catch (e) { console.log(e.stack.split("\n").slice(0, 3).map((l) => l.replace("<eval> ([eval]:2:7)", "[eval]:2:7"))) }'
node -p 'function g() { return new Error("q").stack.split("\n")[1] } g()'
echo 'function h() { console.log(new Error("z").stack.split("\n")[1], __filename) } h()' | node
node -e 'let a = ;' 2>&1 | head -5
node -e 'function k() { null.x } k()' 2>&1 | grep 'at k'
echo 'export default 7' > m.mjs
node -e 'let z = 1; import("./m.mjs").then((m) => console.log(m.default, z, typeof require, eval("z")))'
node -e 'var a = 1; this.b = 2; globalThis.c = 3; console.log(a, b, c, globalThis.a, typeof module, this === globalThis)'
node -p 'let v = 5; v * 2'
