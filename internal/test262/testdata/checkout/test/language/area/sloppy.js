/*---
flags: [noStrict]
---*/
with ({ a: true }) assert(a);
