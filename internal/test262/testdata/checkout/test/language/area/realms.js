/*---
description: $262
---*/
var other = $262.createRealm();
assert(other.global.Array !== Array && other.evalScript("1 + 1") === 2);
var b = new ArrayBuffer(8);
$262.detachArrayBuffer(b);
assert(b.byteLength === 0);
