import { inspect } from "node:util";
const e = new Error("no stack");
delete e.stack;
e.stack = undefined;
console.log(inspect(e));
