/*---
flags: [CanBlockIsFalse]
---*/
throw new Test262Error("it is for hosts whose main thread cannot block");
