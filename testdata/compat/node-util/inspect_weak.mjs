import { inspect } from "node:util";
console.log(inspect(new WeakSet([{ a: 1 }]), { showHidden: true }));
console.log(inspect(new WeakMap([[{ a: 1 }, 2]]), { showHidden: true }));
