import { inspect } from "node:util";
console.log(inspect(Atomics === undefined));
console.log(inspect(Atomics));
