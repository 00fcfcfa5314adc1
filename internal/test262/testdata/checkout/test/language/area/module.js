/*---
flags: [module]
---*/
import { value, self } from "./module_FIXTURE.js";
import * as me from "./module.js";
export const x = 1;
assert(value === 1 && me.x === 1 && self === me && this === undefined);
