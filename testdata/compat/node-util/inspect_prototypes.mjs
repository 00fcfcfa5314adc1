import { inspect } from "node:util";
const Null = (() => { function C() {} C.prototype = Object.create(null); return C; })();
const Anonymous = function () {};
Anonymous.prototype = Object.create(null);
function Plain() {}
Plain.prototype = { x: 1 };
class Gone { constructor() { this.a = 1; } }
const gone = new Gone();
delete Gone.prototype.constructor;
function Filled() {}
Filled.prototype = Object.create(null);
Filled.prototype.m = () => 1;
const filled = Object.assign(new Filled(), { q: [1] });
console.log(new Null());
console.log(new Anonymous());
console.log(new Plain());
console.log(gone, new Gone());
console.log(filled);
console.log([filled], inspect([[[filled]]], { depth: 1 }));
console.log(inspect(filled, { showHidden: true }));
console.log(Object.setPrototypeOf({}, null));
