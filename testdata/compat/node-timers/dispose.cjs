const t1 = setTimeout(() => console.log("never"), 1);
t1[Symbol.dispose]();
const i1 = setImmediate(() => console.log("never"));
i1[Symbol.dispose]();
const v1 = setInterval(() => console.log("never"), 1);
v1[Symbol.dispose]();
setTimeout(() => console.log("done"), 5);
