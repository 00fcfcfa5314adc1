// What a mistake is called.
const { Script } = require("node:vm");
const sources = [
  "let a; let a", "const a = 1; var a", "function f(x) { let x }", "let z; { var z }", "class A {} class A {}", "let [a, a] = []", "var q; let q",
  "const a", "const a b", "for (const i;;);", "const {c};", "var [b], c", "for (let {a};;);",
  "1 = 2", "a + b = c", "a?.b = 1", "({a: 1}) = 1", "({a: 1} = 1)", "[1] = []", "for (1 of []);", "for (let of of of);",
  "break", "continue", "while (1) { function g() { break } }", "foo: while (1) { break bar }", "while (1) { continue bar }", "a: a: ;",
  "super()", "super.x", "class A { constructor() { super() } }", "class A { m() { super() } }", "new.target", "return 1",
  "function f() { await x }", "const f = () => { await x() }", "[1].forEach(x => { await x; })", "await 1 2", "const f = x => await y", "xawait y", "o.await y",
  'import x from "y"', 'import "y"', "import * as x from 'y'", "import {a} from 'y'", "if (1) { import x from 'y' }", "import", "import.meta",
  '"use strict"; with (a) {}', '"use strict"; delete x', '"use strict"; eval = 1', '"use strict"; arguments = 1', '"use strict"; let eval',
  "class A { constructor() {} constructor() {} }", "class A { #x; #x }", "a.#x", "class A { m() { this.#y } }", "let let",
  "function () {}", "f(1 2)", "f(a", "f(a, b", "f(a; b)", "f(...a b)", "new F(a b)", "console.log('a' 'b')", "f(", "f(a,",
  "1a", "0x", "0b2", "1.e", "08n", "\u201chi\u201d", "a \u2013 b", "/* x", "-1 ** 2", "switch (1) { default: default: }", "try {}", "throw\n1",
  "({ get a(x) {} })", "({ set a() {} })", "if (1) let a",
];
for (const source of sources) {
  try {
    new Script(source);
    console.log(JSON.stringify(source), "is none");
  } catch (e) {
    console.log(JSON.stringify(source), `${e.name}: ${e.message}`);
  }
}
