// What ends too early, as a file that was cut off: the end of the module is told, not what is put around it.
const fs = require("fs");
const texts = [
  "function f() {", "function f() {\n  return 1;\n", "let x =", "let x =\n\n", "foo(1,", "const o = {a: 1", "const o = {a: 1,", "if (x) {", "[1, 2", "(() => {", "class A {", "x = {",
  "return {", "async function a() { await", "for (let i = 0; i < 3", "x.", "x?.y(", "switch (1) { case 1:", "a => ", "new ", "var", "x = 5 +", "/* c */ f(",
  // and what is wrong within
  "}", ")", "f(}", "[1, 2)\n", "if (x) {\n  f()\n}\n}\n", "{ ) }",
];
for (let i = 0; i < texts.length; i++) {
  fs.writeFileSync(`t${i}.cjs`, texts[i]);
  try {
    require(`./t${i}.cjs`);
    console.log(JSON.stringify(texts[i]), "ran");
  } catch (e) {
    console.log(JSON.stringify(texts[i]), String(e), e.message, Object.keys(e));
  }
}
