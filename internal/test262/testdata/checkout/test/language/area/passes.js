/*---
description: >
  includes: [none.js] in a longer text
includes: [more.js]
features: [one, two]
---*/
assert(included);
var top = 1;
assert(globalThis.top === 1 && this === globalThis, "a script of the global scope");
