/*---
features: [two]
---*/
assert(false, "as it should");
